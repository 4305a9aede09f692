import { describe, expect, test } from 'vitest'
import { type DracoModule, decodeDraco, dracoCounts } from './draco.ts'
import { tileBudget } from './limits.ts'

/** A header of version 2.2 (Draco bitstream specification): edgebreaker or sequential, its two counts, and some bytes. */
const stream = (method: 0 | 1, counts: readonly [number, number], length = 64, flags = 0) => {
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))])
  const bytes = [...'DRACO']
    .map((each) => each.charCodeAt(0))
    .concat([2, 2, 1, method, flags & 255, flags >> 8], method === 1 ? [0] : [], counts.flatMap(varint))
  return Uint8Array.from([...bytes, ...Array(Math.max(0, length - bytes.length)).fill(0)])
}

describe('a Draco stream', () => {
  test('tells its counts before anything is decoded', () => {
    expect(dracoCounts(stream(1, [300, 70_000]))).toEqual({ points: 300, faces: 70_000 })
    expect(dracoCounts(stream(0, [5, 4]))).toEqual({ faces: 5, points: 4 })
    expect(dracoCounts(stream(0, [5, 4], 64, 0x8000))).toBeUndefined()
    expect(dracoCounts(new Uint8Array(64))).toBeUndefined()
  })

  test('that asks for more than its bytes can hold never reaches the decoder', () => {
    const untouched = new Proxy({} as DracoModule, {
      get: () => {
        throw new Error('the decoder was asked')
      },
    })
    const decode = (bytes: Uint8Array) => () => decodeDraco(untouched, bytes, new Map(), tileBudget(), 'primitive')
    expect(decode(stream(1, [1e9, 1e9]))).toThrow('primitive says 1000000000 triangles come of 64 bytes')
    expect(decode(stream(0, [30e6, 1e6], 1e6))).toThrow('would decode to 372000000 bytes')
    expect(decode(stream(0, [5, 4]))).toThrow('the decoder was asked')
  })
})
