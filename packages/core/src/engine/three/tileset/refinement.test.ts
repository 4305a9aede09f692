import { expect, test } from 'vitest'
import type { LiveTile } from './live-tile.ts'
import { EMPTY_CUT, measureCut, refinementOf } from './refinement.ts'

interface Told {
  readonly used?: boolean
  readonly inFrustum?: boolean
  readonly content?: boolean
  readonly tileset?: boolean
  readonly refine?: 'ADD' | 'REPLACE'
  readonly drawn?: boolean
  readonly failed?: boolean
}
const FRAME = 7
const tile = (
  { used = true, inFrustum = true, content = true, tileset = false, refine = 'REPLACE', drawn = false, failed = false }: Told = {},
  ...children: LiveTile[]
) =>
  ({
    refine,
    children,
    drawn,
    failed,
    internal: { hasContent: content, hasRenderableContent: content && !tileset, hasUnrenderableContent: tileset },
    traversal: { used, inFrustum, lastFrameVisited: FRAME },
  }) as unknown as LiveTile
const measure = (root: LiveTile) =>
  measureCut(
    root,
    FRAME,
    (each) => (each as unknown as { drawn: boolean }).drawn,
    (each) =>
      (each as unknown as { failed: boolean }).failed ? ((each as unknown as { drawn: boolean }).drawn ? 'coarser' : 'lacking') : null,
    () => true,
  )

test('a parent that still stands for its children counts as none of them drawn', () => {
  expect(measure(tile({ drawn: true }, tile(), tile(), tile({ inFrustum: false })))).toEqual({
    asked: 2,
    drawn: 0,
    failed: 0,
    lacking: 0,
    met: false,
  })
  expect(measure(tile({}, tile({ drawn: true }), tile({ drawn: true })))).toEqual({ asked: 2, drawn: 2, failed: 0, lacking: 0, met: true })
})

test('a parent that is drawn beside its children is asked too', () => {
  expect(measure(tile({ refine: 'ADD', drawn: true }, tile()))).toEqual({ asked: 2, drawn: 1, failed: 0, lacking: 0, met: true })
})

test('a tileset on its way is asked, and once it came its tiles are', () => {
  expect(measure(tile({ content: false }, tile({ tileset: true })))).toEqual({ asked: 1, drawn: 0, failed: 0, lacking: 0, met: false })
  expect(measure(tile({ content: false }, tile({ tileset: true }, tile({ drawn: true }))))).toEqual({
    asked: 1,
    drawn: 1,
    failed: 0,
    lacking: 0,
    met: true,
  })
})

test('is complete only when nothing is on its way and all that is asked is drawn', () => {
  const cut = { ...EMPTY_CUT, asked: 4, drawn: 4, met: true }
  expect(refinementOf([cut])).toEqual({ state: 'complete', share: 1 })
  expect(refinementOf([{ ...cut, pending: 1 }])).toEqual({ state: 'loading', share: 1 })
  expect(refinementOf([{ ...cut, drawn: 3 }])).toEqual({ state: 'loading', share: 0.75 })
  expect(refinementOf([{ ...cut, drawn: 1, refused: 3 }])).toEqual({ state: 'starved', share: 0.25 })
  expect(refinementOf([cut, { ...cut, drawn: 2, pending: 2, refused: 1 }])).toEqual({ state: 'loading', share: 0.75 })
  expect(refinementOf([])).toEqual({ state: 'complete', share: 1 })
  expect(refinementOf([{ ...EMPTY_CUT, pending: 1 }])).toEqual({ state: 'loading', share: 0 })
})

test('counts what failed in view, whether a coarser tile stands in or nothing does', () => {
  const hole = tile({ content: false, failed: true })
  expect(measure(tile({ content: false }, tile({ drawn: true }), hole))).toEqual({ asked: 1, drawn: 1, failed: 1, lacking: 0, met: true })
  expect(measure(tile({ drawn: true, failed: true }))).toEqual({ asked: 1, drawn: 1, failed: 1, lacking: 0, met: true })
  expect(measure(tile({ content: false }, tile({ content: false, failed: true, inFrustum: false })))).toEqual({
    asked: 0,
    drawn: 0,
    failed: 0,
    lacking: 0,
    met: false,
  })
})

test('is never complete over a picture that lacks something', () => {
  const cut = { ...EMPTY_CUT, asked: 4, drawn: 4, met: true }
  expect(refinementOf([{ ...cut, failed: 1 }])).toEqual({ state: 'partial', share: 1 })
  expect(refinementOf([{ ...cut, failed: 1, pending: 1 }])).toEqual({ state: 'loading', share: 1 })
  expect(refinementOf([{ ...EMPTY_CUT, failed: 1 }])).toMatchObject({ state: 'partial' })
  expect(refinementOf([EMPTY_CUT])).toEqual({ state: 'empty', share: 0 })
  // A volume lies in the picture, and its mesh beside it.
  expect(refinementOf([{ ...cut, met: false }])).toEqual({ state: 'empty', share: 0 })
  expect(refinementOf([EMPTY_CUT, cut])).toEqual({ state: 'complete', share: 1 })
  expect(refinementOf([EMPTY_CUT, { ...EMPTY_CUT, pending: 1 }])).toMatchObject({ state: 'loading' })
})

test('waits for a coarser one that is to stand in, and not for what failed', () => {
  expect(measure(tile({ refine: 'ADD', drawn: true }, tile({ failed: true })))).toEqual({
    asked: 2,
    drawn: 1,
    failed: 1,
    lacking: 1,
    met: true,
  })
  const cut = { ...EMPTY_CUT, asked: 2, drawn: 1, failed: 1, met: true }
  expect(refinementOf([cut])).toEqual({ state: 'loading', share: 0.5 })
  expect(refinementOf([{ ...cut, lacking: 1 }])).toEqual({ state: 'partial', share: 0.5 })
})
