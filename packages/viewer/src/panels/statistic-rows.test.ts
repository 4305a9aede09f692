import { expect, test } from 'vitest'
import { statisticRows } from './statistic-rows.ts'

const statistic = (place: 'left' | 'right', zh: string, layer: string, count: 'all' | 'fresh' | 'late' | 'stale') =>
  ({ type: 'statistic', place, title: { zh, en: `${zh} en` }, value: { layer, count } }) as const
const health = {
  feeds: [],
  layers: [{ id: 'lamps', count: 1204, fresh: 1100, late: 80, stale: 24, heardMs: null }],
  clockOffsetMs: 0,
}

test('count what they name, on the side that they name, in the order of the document', () => {
  const panels = [
    statistic('left', '路灯', 'lamps', 'all'),
    { type: 'alarms', place: 'left' } as const,
    statistic('right', '离线', 'lamps', 'stale'),
    statistic('left', '在线', 'lamps', 'fresh'),
    statistic('left', '迟到', 'lamps', 'late'),
  ]
  expect(statisticRows(panels, 'left', health, 'en')).toEqual([
    { title: '路灯 en', value: '1,204' },
    { title: '在线 en', value: '1,100' },
    { title: '迟到 en', value: '80' },
  ])
  expect(statisticRows(panels, 'right', health, 'zh')).toEqual([{ title: '离线', value: '24' }])
  expect(statisticRows(panels, 'both', health, 'zh').map(({ title }) => title)).toEqual(['路灯', '离线', '在线', '迟到'])
})

test('what is not known is a dash, never 0', () => {
  expect(statisticRows([statistic('left', '路灯', 'lamps', 'all')], 'left', null, 'zh')).toEqual([{ title: '路灯', value: '—' }])
  expect(statisticRows([statistic('left', '井盖', 'covers', 'all')], 'left', health, 'zh')).toEqual([{ title: '井盖', value: '—' }])
})
