/** Texts between two looks at whether others are to have a turn. */
const AT_ONCE = 2_000

/** Sorts texts by their code units, as `sort()` does; `breathe` is awaited after each few of them, because 50,000 take 30 ms. */
export async function sortInSlices(texts: readonly string[], breathe: () => Promise<void>): Promise<string[]> {
  let runs: string[][] = []
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    runs.push(texts.slice(from, from + AT_ONCE).sort())
    await breathe()
  }
  while (runs.length > 1) {
    const merged: string[][] = []
    for (let i = 0; i < runs.length; i += 2) merged.push(i + 1 < runs.length ? await mergeRuns(runs[i]!, runs[i + 1]!, breathe) : runs[i]!)
    runs = merged
  }
  return runs[0] ?? []
}

async function mergeRuns(a: readonly string[], b: readonly string[], breathe: () => Promise<void>): Promise<string[]> {
  const merged: string[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    merged.push(a[i]! <= b[j]! ? a[i++]! : b[j++]!)
    if (merged.length % AT_ONCE === 0) await breathe()
  }
  for (; i < a.length; i++) merged.push(a[i]!)
  for (; j < b.length; j++) merged.push(b[j]!)
  return merged
}
