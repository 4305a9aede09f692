import { describe, expect, test } from 'vitest'
import { Findings } from './finding.ts'
import { checkHeaders } from './headers.ts'

const words = (...list: (number | string)[]) =>
  Buffer.concat(list.map((each) => (typeof each === 'string' ? Buffer.from(each) : Buffer.from(Uint32Array.of(each).buffer))))
const json = (value: object, at = 0) => {
  const text = JSON.stringify(value)
  return Buffer.from(text.padEnd(text.length + ((8 - ((at + text.length) % 8)) % 8)))
}
/** A glb of JSON alone; 8-aligned. */
function glb(change: { magic?: string; version?: number; length?: number; chunk?: number } = {}): Buffer {
  const body = json({ asset: { version: '2.0' } }, 20)
  return Buffer.concat([
    words(change.magic ?? 'glTF', change.version ?? 2, change.length ?? 20 + body.length, change.chunk ?? body.length, 'JSON'),
    body,
  ])
}
type Table = { version?: number; byteLength?: number; feature?: object; featureLength?: number; body?: Buffer; format?: number }
function table(magic: 'b3dm' | 'i3dm' | 'pnts', { version = 1, byteLength, feature, featureLength, body, format }: Table = {}): Buffer {
  const header = magic === 'i3dm' ? 32 : 28
  const names = { b3dm: 'BATCH_LENGTH', i3dm: 'INSTANCES_LENGTH', pnts: 'POINTS_LENGTH' }
  const features = json(feature ?? { [names[magic]]: 1 }, header)
  const inner = body ?? (magic === 'pnts' ? Buffer.alloc(0) : glb())
  const length = header + features.length + inner.length
  return Buffer.concat([
    words(magic, version, byteLength ?? length, featureLength ?? features.length, 0, 0, 0, ...(magic === 'i3dm' ? [format ?? 1] : [])),
    features,
    inner,
  ])
}
function cmpt(inner: Buffer[], change: { byteLength?: number; count?: number } = {}): Buffer {
  const body = Buffer.concat(inner)
  return Buffer.concat([words('cmpt', 1, change.byteLength ?? 16 + body.length, change.count ?? inner.length), body])
}
function said(bytes: Uint8Array): string[] {
  const findings = new Findings()
  checkHeaders(bytes, { findings, file: 'f', at: 0 })
  return findings.list.map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`)
}
const whole = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])

test.each([
  ['glb', glb()],
  ['b3dm', table('b3dm')],
  ['i3dm', table('i3dm')],
  ['i3dm that names its model', table('i3dm', { format: 0, body: Buffer.from('tree.glb') })],
  ['pnts', table('pnts')],
  ['cmpt', cmpt([table('b3dm'), table('pnts')])],
  ['a count that lies in the binary body', table('b3dm', { feature: { BATCH_LENGTH: { byteOffset: 0 } } })],
])('of a whole %s nothing is said', (_, bytes) => expect(said(bytes)).toEqual([]))

describe('a fault is told by its field', () => {
  test.each([
    ['a version', table('b3dm', { version: 2 }), /^header b3dm\.version: is 2, expected 1/],
    ['a length', table('pnts', { byteLength: 64_000 }), /^header pnts\.byteLength: is 64000, the file has/],
    ['a table that ends behind the file', table('i3dm', { featureLength: 9999 }), /^header i3dm: says its tables end at byte 10031/],
    ['no count', table('i3dm', { feature: {} }), /^header i3dm\.featureTable\.INSTANCES_LENGTH: is undefined/],
    ['a count that is none', table('b3dm', { feature: { BATCH_LENGTH: -1 } }), /^header b3dm\.featureTable\.BATCH_LENGTH: is -1/],
    ['a format that there is not', table('i3dm', { format: 2 }), /^header i3dm\.gltfFormat: is 2, expected 0 or 1/],
    ['a body that is no glb', table('b3dm', { body: Buffer.from('nonsense') }), /^header glb\.magic: is "nons"/],
    ['a header alone', table('i3dm').subarray(0, 20), /^header i3dm: is 20 bytes long, its header alone has 32/],
    ['a glb of another version', glb({ version: 7 }), /^header glb\.version: is 7, expected 2/],
    ['a glb of version 1', glb({ version: 1 }), /^version glb\.version: is 1 \(KHR_binary_glTF\)/],
    ['a chunk that ends behind the file', glb({ chunk: 4000 }), /^header glb chunk 0: ends at byte 4020/],
    ['more inner tiles than there are', cmpt([table('b3dm')], { count: 2 }), /^header cmpt\.tilesLength: is 2, but tile 1/],
    [
      'a fault of an inner tile',
      cmpt([table('b3dm'), table('pnts', { version: 3 })]),
      /^header pnts\.version \(inner tile at byte \d+\): is 3/,
    ],
  ])('%s', (_, bytes, message) => expect(said(bytes)).toEqual(expect.arrayContaining([expect.stringMatching(message)])))
})

describe('what begins at no multiple of 8 is a warning', () => {
  test('a body', () => {
    // 28 + 24 is none.
    const bytes = Buffer.concat([words('b3dm', 1, 52 + glb().length, 24, 0, 0, 0), Buffer.from('{"BATCH_LENGTH":1}'.padEnd(24)), glb()])
    expect(said(bytes)).toEqual([
      expect.stringMatching(/^alignment b3dm\.byteLength: is \d+, expected a multiple of 8/),
      expect.stringMatching(/^alignment b3dm\.body: begins at byte 52, expected a multiple of 8/),
    ])
  })
  test('an inner tile', () => {
    const odd = Buffer.concat([table('pnts'), Buffer.alloc(4)])
    odd.writeUInt32LE(odd.length, 8)
    expect(said(cmpt([odd, table('pnts')]))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^alignment cmpt tile 1: begins at byte \d+/)]),
    )
  })
  test('a file', () => expect(said(whole(glb()))).toEqual([]))
})
