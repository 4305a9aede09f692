import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { errorFromData, errorToData, TwinError } from './twin-error.ts'

describe('a TwinError', () => {
  test('keeps code, sentence and details across a worker, and is rebuilt as one', () => {
    const error = new TwinError('tile-corrupt', 'tiles/3.glb: is cut after 12 bytes; load it again', { url: 'tiles/3.glb' })
    const again = errorFromData(structuredClone(errorToData(error)))
    expect(again).toBeInstanceOf(TwinError)
    expect(again).toMatchObject({ code: error.code, message: error.message, details: error.details, name: 'TwinError' })
  })
  test('made of any other throw is internal', () => {
    expect(errorToData(new RangeError('no'))).toEqual({ code: 'internal', message: 'no', details: {} })
    expect(errorToData('words')).toEqual({ code: 'internal', message: 'words', details: {} })
  })
})

describe('docs/errors.md', () => {
  const source = readFileSync(new URL('./twin-error.ts', import.meta.url), 'utf8')
  const codes = [...source.slice(source.indexOf('export type TwinErrorCode')).matchAll(/\| '([a-z0-9-]+)'/g)].map((found) => found[1]!)
  const rows = [
    ...readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8').matchAll(/^\| `([a-z0-9-]+)` \| (.+) \| (.+) \|$/gm),
  ]
  test('reads the codes', () => expect(codes.length).toBeGreaterThan(40))
  test('tells what each code means and what to do, in the order of the list, and none that is not', () => {
    expect(rows.map((row) => row[1])).toEqual(codes)
    for (const [, , what, remedy] of rows) expect(Math.min(what!.length, remedy!.length)).toBeGreaterThan(12)
  })
})
