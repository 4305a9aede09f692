// @vitest-environment happy-dom
import type { PanelSource, TwinDocument } from '@twinmap/core/internal/document/document'
import { render } from 'lit'
import { expect, test, vi } from 'vitest'
import { doc, NOW_MS } from '../../test/fake-twin.ts'
import { EMPTY_MODEL } from './viewer-model.ts'
import { overlay } from './viewer-overlay.ts'
import type { Layout, ViewerActs } from './viewer-panels.ts'

const flyToView = vi.fn()
const acts = new Proxy({} as ViewerActs, { get: (_, name) => (name === 'flyToView' ? flyToView : () => undefined) })
const health = {
  feeds: [],
  layers: [{ id: 'wristbands', count: 12, fresh: 9, late: 2, stale: 1, heardMs: null }],
  clockOffsetMs: 0,
}

function shown(layout: Layout, panels: readonly PanelSource[], more: Partial<TwinDocument> = {}, locale: 'zh' | 'en' = 'zh') {
  const into = document.createElement('div')
  const model = {
    ...EMPTY_MODEL,
    phase: 'ready',
    doc: { ...doc, panels, ...more },
    health,
    refinement: { state: 'complete', share: 1 },
  } as const
  const look = {
    layout,
    locale,
    wallMs: NOW_MS,
    open: 'layers',
    sheet: 'half',
    tab: 'layers',
    fullscreen: false,
    canFullscreen: false,
  } as const
  render(overlay({ model, look, acts }), into)
  return into
}
const place = (into: Element, selector: string) => ['left', 'right'].filter((side) => into.querySelector(`.${side} ${selector}`) !== null)
const statistic = (side: 'left' | 'right', zh: string): PanelSource => ({
  type: 'statistic',
  place: side,
  title: { zh, en: `${zh} en` },
  value: { layer: 'wristbands', count: 'fresh' },
})

test('a panel stands on the side that the document says, and on the left where it says nothing', () => {
  const none = shown('wide', [])
  expect([place(none, '.alarms'), place(none, '.layers')]).toEqual([['left'], ['left']])
  const both = shown('wide', [
    { type: 'alarms', place: 'right' },
    { type: 'layers', place: 'right' },
  ])
  expect([place(both, '.alarms'), place(both, '.layers')]).toEqual([['right'], ['right']])
  expect(place(shown('wide', [{ type: 'layers', place: 'right' }]), '.alarms')).toEqual(['left'])
})

test('a statistic is its title and a figure, on its side', () => {
  const into = shown('wide', [statistic('right', '手环在线')], {}, 'en')
  expect(place(into, '[part=statistics]')).toEqual(['right'])
  expect([into.querySelector('dt')!.textContent, into.querySelector('dd')!.textContent]).toEqual(['手环在线 en', '9'])
  expect(shown('wide', []).querySelector('[part=statistics]')).toBeNull()
})

test.each(['small', 'phone'] as const)('in the layout %s, which has one column, statistics of both sides are there', (layout) => {
  const titles = [...shown(layout, [statistic('left', '甲'), statistic('right', '乙')]).querySelectorAll('dt')]
  expect(titles.map(({ textContent }) => textContent)).toEqual(['甲', '乙'])
})

test.each(['wide', 'small', 'phone'] as const)(
  'in the layout %s each view is a button in the reader’s language that flies there',
  (layout) => {
    const [home] = doc.views
    const views = [home!, { ...home!, id: 'canal', name: { zh: '水渠', en: 'Canal' } }]
    const buttons = [...shown(layout, [], { views }, 'en').querySelectorAll<HTMLButtonElement>('[part=view]')]
    expect(buttons.map((button) => button.textContent!.trim())).toEqual(['Overview', 'Canal'])
    buttons[1]!.click()
    expect(flyToView).toHaveBeenLastCalledWith('canal')
    expect(shown(layout, [], { views: [] }).querySelector('[part=views]')).toBeNull()
  },
)
