// What the class comments promise is what the code does: they are the reference that custom-elements.json is made from.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
const read = (name: string) => readFileSync(folder + name, 'utf8')
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!)
const elements = sources.filter((name) => read(name).includes('@customElement('))

test.each(elements)('%s documents the events that it sends, and no other', (name) => {
  const text = read(name)
  expect(new Set(all(text, /@fires \{.*\} (twin-[a-z-]+)/g))).toEqual(new Set(all(text, /emit\(this, '(twin-[a-z-]+)'/g)))
})

test('every part of the viewer is documented, and every documented one is there', () => {
  const comment = read('twin-viewer.ts').split('@customElement')[0]!
  const documented = all(comment, /@csspart ([a-z-]+)/g).concat(...all(comment, /@csspart (.*)/g).map((line) => all(line, /`([a-z-]+)`/g)))
  const viewer = sources
    .filter((name) => /^(viewer-|twin-viewer|document-panels)/.test(name))
    .map(read)
    .join()
  const drawn = all(viewer, /\bpart="([a-z-]+)"/g).concat(
    ...all(viewer, /exportparts="([^"]+)"/g).map((list) => list.split(',').map((each) => each.split(':').at(-1)!.trim())),
  )
  expect(new Set(documented)).toEqual(new Set(drawn))
})

test('every custom property that is documented is used', () => {
  const styles = readFileSync(`${folder}../theme/tokens.ts`, 'utf8')
  for (const property of all(read('twin-viewer.ts'), /@cssprop \[(--tw-[a-z-]+)/g)) expect(styles).toContain(`${property}:`)
})
