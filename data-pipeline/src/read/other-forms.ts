// Read: files that hold one mesh in several forms, by the names that tools give them. Converting all of them would lay one over the other.
import path from 'node:path'

/**
 * The files that are another form of one that is taken.
 *
 * @param files paths
 * @returns from each that is left out to the one that is taken instead
 */
export function otherForms(files: readonly string[]): Map<string, string> {
  const others = new Map<string, string>()
  const there = new Set(files)
  const finest = finestLevels(files)
  for (const file of files) {
    const better = betterForm(file).find((form) => there.has(form)) ?? finest.get(file)
    if (better !== undefined) others.set(file, better)
  }
  // What is taken instead may itself have a better form.
  for (const [file] of others) {
    let at = file
    while (others.has(at)) at = others.get(at)!
    others.set(file, at)
  }
  return others
}

/** OpenDroneMap writes its mesh in its own metres and in those of the map, and once more without walls. */
function betterForm(file: string): string[] {
  const { dir, name, ext } = path.parse(file)
  const forms: string[] = []
  if (!/_geo$/i.test(name)) forms.push(path.join(dir, `${name}_geo${ext}`))
  const inFolder = dir.replace(/_25d(?=\/|\\|$)/i, '')
  if (inFolder !== dir) {
    forms.push(path.join(inFolder, path.basename(file)))
    if (!/_geo$/i.test(name)) forms.push(path.join(inFolder, `${name}_geo${ext}`))
  }
  return forms
}

/** `Tile_+000_+003_L21_0012.obj`: level 21, and the way to it in its tree. A level is left out where a finer one covers it. */
function finestLevels(files: readonly string[]): Map<string, string> {
  const levels = files.flatMap((file) => {
    const [, stem, level, way = ''] = /^(.*)_L(\d{1,2})(?:_([0-7]+)\w*)?\.obj$/i.exec(file) ?? []
    return stem === undefined ? [] : [{ file, stem, level: Number(level), way }]
  })
  const byStem = new Map<string, typeof levels>()
  for (const each of levels) byStem.set(each.stem, [...(byStem.get(each.stem) ?? []), each])
  const covered = new Map<string, string>()
  for (const { file, stem, level, way } of levels) {
    const finer = byStem.get(stem)!.filter((other) => other.level > level && other.way.startsWith(way))
    const finest = finer.sort((a, b) => b.level - a.level)[0]
    if (finest !== undefined) covered.set(file, finest.file)
  }
  return covered
}
