// @vitest-environment happy-dom
import { TwinError } from '@twinmap/core'
import { render } from 'lit'
import { describe, expect, test, vi } from 'vitest'
import { doc, NOW_MS } from '../../test/fake-twin.ts'
import { EMPTY_MODEL, type ViewerModel } from './viewer-model.ts'
import { overlay } from './viewer-overlay.ts'
import { caption, type Drawn, type Layout, type ViewerActs } from './viewer-panels.ts'

const LAYOUTS = ['wide', 'small', 'phone'] as const

function drawn(layout: Layout, model: Partial<ViewerModel> = {}, locale: 'zh' | 'en' = 'zh'): Drawn {
  const acts = new Proxy({} as ViewerActs, { get: (_, name) => (name === 'retry' ? retry : () => undefined) })
  return {
    model: { ...EMPTY_MODEL, phase: 'ready', doc, refinement: { state: 'complete', share: 1 }, metersPerPx: 0.7, ...model },
    look: { layout, locale, wallMs: NOW_MS, open: 'layers', sheet: 'half', tab: 'layers', fullscreen: false, canFullscreen: false },
    acts,
  }
}
const retry = vi.fn()

/** Caption and overlay, as the element puts them together. */
function shown(from: Drawn): HTMLElement {
  const into = document.createElement('div')
  render([from.look.layout === 'phone' ? '' : caption(from), overlay(from)], into)
  return into
}
const words = (root: Element, selector: string) => root.querySelector(selector)?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? null

describe('the one line of a phone', () => {
  const facts = (tileset: object, model: Partial<ViewerModel> = {}) => {
    const tilesets = [{ id: 'mesh', url: 'http://localhost/tiles.json', ...tileset }]
    const into = document.createElement('div')
    render(caption(drawn('phone', { doc: { ...doc, tilesets }, ...model })), into)
    const line = into.querySelector('.facts')!
    return [...line.querySelectorAll('span:not(.heard)')]
      .map((span) => span.textContent)
      .concat(line.classList.contains('heard') ? 'unseen' : [])
  }
  const source = { zh: '临时小景', en: 'a stand-in' }

  test('tells the source of a capture that has no day, and the day alone of one that has', () => {
    expect(facts({ source })).toEqual(['临时小景'])
    expect(facts({ source, captured: '2026-10-18' })).toEqual(['实景 2026-10-18 航摄'])
  })
  test('gives its place to what is still being refined', () => {
    expect(facts({ source }, { refinement: { state: 'loading', share: 0.42 } })).toEqual(['细化 42 %'])
  })
  test('is no empty chip where nothing is to be told', () => expect(facts({})).toEqual(['unseen']))
})

describe.each(LAYOUTS)('in the layout %s', (layout) => {
  test('says that a mesh without a place stands in local metres, and only then', () => {
    expect(words(shown(drawn(layout, { placedLocal: true })), '[part=caption]')).toContain('按本地坐标摆放在原点')
    expect(words(shown(drawn(layout, { placedLocal: true }, 'en')), '[part=placed]')).toBe('Placed at the origin, in local metres')
    expect(shown(drawn(layout)).querySelector('[part=placed]')).toBeNull()
  })
  test('has the day and the source of each capture in reach', () => {
    const other = { id: 'dike', url: 'http://localhost/dike.json', captured: '2025-03-02' }
    const all = shown(drawn(layout, { doc: { ...doc, tilesets: [...doc.tilesets, other, { id: 'x', url: 'http://localhost/x.json' }] } }))
    expect([...all.querySelectorAll('[part=captures] p')].map((p) => p.textContent)).toEqual([
      '实景 2026-10-18 航摄 · 模拟航拍',
      '实景 2025-03-02 航摄',
    ])
    expect(shown(drawn(layout, { doc: { ...doc, tilesets: [] } })).querySelector('[part=captures]')).toBeNull()
  })
  test("shows a problem's own sentence under its words, and its code", () => {
    const error = new TwinError('kind-invalid', 'longwan.twin.json: kinds[2].fields.level.range is [6, 0]; write the lower first')
    const strip = shown(drawn(layout, { error })).querySelector('[part=problem]')!
    expect(words(strip, 'summary')).toBe(`孪生文档里的类型定义有误 kind-invalid ${error.message}`)
    expect(strip.querySelector('small')!.title).toBe(error.message)
  })
})

test('says with a feed that was refused why, in the words of who refused it', () => {
  const error = { code: 'feed-refused', message: 'wss://town/live: closed with 4403; role care may not see Manhole', details: {} } as const
  const health = { feeds: [{ id: 'town', state: 'refused', error, heardMs: null }], layers: [], clockOffsetMs: 0 } as const
  expect(words(shown(drawn('wide', { health })), '[part=offline] summary')).toBe(
    `数据源拒绝了连接，请联系管理员核对权限 feed-refused ${error.message}`,
  )
})

test('offers to try again what trying again may mend, and nothing else', () => {
  const buttons = (code: 'tile-missing' | 'kind-invalid') => [
    ...shown(drawn('wide', { error: new TwinError(code, 'x') })).querySelectorAll<HTMLElement>('[part=problem] button'),
  ]
  expect([buttons('tile-missing').length, buttons('kind-invalid').length]).toEqual([2, 1])
  buttons('tile-missing')[0]!.click()
  expect(retry).toHaveBeenCalledOnce()
})
