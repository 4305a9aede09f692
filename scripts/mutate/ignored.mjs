// Mutants that no test can or need notice stand in ignored.json, each with its reason.

/** @returns a problem for each entry that is stale, doubled or without a reason; none if all is well. */
export function problemsOf(ignored, mutantsByFile) {
  const seen = new Set()
  return ignored.flatMap((entry) => {
    const { file, from, to, reason } = entry
    const where = `ignored.json: ${file}: ${from} → ${to}`
    const key = nameOf(entry)
    if (seen.has(key)) return [`${where} stands twice; remove one`]
    seen.add(key)
    if (typeof reason !== 'string' || reason.length < 10) return [`${where} has no reason; say why no test can or need notice it`]
    const mutants = mutantsByFile.get(file)
    if (mutants === undefined) return [`${where}: the file belongs to no room; remove the entry`]
    if (!mutants.some((mutant) => mutant.from === from && mutant.to === to)) return [`${where} is no mutant any more; remove the entry`]
    return []
  })
}

/** Mutants with equal lines share a name, and are ignored together. */
export const nameOf = ({ file, from, to }) => `${file}\n${from}\n${to}`
