// Scripts of a town, for the laws of restarts: what comes when, of things with every sort of rule.
import fc from 'fast-check'
import { defineKind } from '../packages/core/src/kind/define-kind.ts'
import type { AnyKind } from '../packages/core/src/kind/kind.ts'

const label = { zh: '字', en: 'word' }
const rule = { priority: 2, category: 'facility', text: label } as const
const level = { op: 'above', field: 'level', limit: 9, deadband: 0.5 } as const
const pump: AnyKind = defineKind({
  kind: 'Pump',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 30], privacy: 'health' },
    flow: { type: 'quantity', label, unit: 'm3/s', range: [0, 30] },
    door: { type: 'choice', label, values: { open: label, shut: label } },
    owner: { type: 'words', label, privacy: 'personal' },
  },
  profile: { kind: 'Owner', by: 'owner' },
  everyMs: 60_000,
  symbol: { shape: 'circle', glyph: 'x' },
  disclosures: { needsHelp: { label, category: 'facility', priority: 1 } },
  // Every sort of rule: latched, plain, on-delay, off-delay, samples in a row, of several fields, by profile, silent, escalating.
  alarms: {
    pressed: { ...rule, when: { op: 'is', field: 'door', value: 'open' }, latch: true, escalateMs: 90_000 },
    high: { ...rule, when: level, discloses: [{ roles: ['grid'], as: 'needsHelp' }] },
    delayed: { ...rule, when: { ...level, limit: 20 }, onDelayMs: 180_000, discloses: [{ roles: ['grid'], as: 'needsHelp' }] },
    lingering: { ...rule, when: level, offDelayMs: 120_000, escalateMs: 300_000 },
    twice: { ...rule, when: level, samples: 2 },
    both: {
      ...rule,
      when: { op: 'all', of: [level, { op: 'atMost', field: 'flow', limit: { property: 'leastFlow', otherwise: 2 }, deadband: 1 }] },
      onDelayMs: 60_000,
    },
    silent: { ...rule, when: { op: 'silent' } },
    silentLate: { ...rule, when: { op: 'silent', forMs: 120_000 }, onDelayMs: 90_000 },
  },
  card: [],
})
const owner: AnyKind = defineKind({
  kind: 'Owner',
  label,
  fields: { leastFlow: { type: 'quantity', label, unit: 'm3/s', range: [0, 30] } },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
export const SCRIPT_KINDS: ReadonlyMap<string, AnyKind> = new Map([pump, owner].map((kind) => [kind.kind, kind]))

const properties = fc.record(
  {
    level: fc.constantFrom(1, 8.8, 10, 25),
    flow: fc.constantFrom(0, 2.5, 9),
    door: fc.constantFrom('open', 'shut'),
    owner: fc.constantFrom('O-1', 'O-2'),
  },
  { requiredKeys: [] },
)
/** `lagMs`: how far its `t` is behind the time of its post, mostly by little, now and then by much or ahead; null: without `t`. */
export const pumpRecord = fc.record({
  kind: fc.constant('Pump'),
  id: fc.constantFrom('P-1', 'P-2'),
  boot: fc.constantFrom(undefined, 1, 1, 1, 2),
  seq: fc.nat(8),
  lagMs: fc.constantFrom(0, 0, 0, 500, 20_000, 90_000, 600_000, 3_600_000, -30_000, -3_600_000, null),
  properties,
})
const ownerRecord = fc.record({
  kind: fc.constant('Owner'),
  id: fc.constantFrom('O-1', 'O-2'),
  lagMs: fc.constant(0),
  properties: fc.record({ leastFlow: fc.constantFrom(0, 3, 9) }),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      records: fc.array(fc.oneof({ weight: 5, arbitrary: pumpRecord }, ownerRecord), { minLength: 1, maxLength: 4 }),
    }),
  },
  // `which`: of those that stand, by entity and rule.
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('acknowledge', 'take', 'done', 'withdraw'), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
)
/** Times between two steps, ms: usually an interval, sometimes many, sometimes so long that nobody listened. */
export const gap = fc.constantFrom(1, 1_000, 20_000, 60_000, 60_000, 61_000, 240_000)

/** At most `steps` of them; the server is opened anew before some. */
export const script = (steps: number) => fc.array(fc.record({ gap, step, restart: fc.boolean() }), { minLength: 1, maxLength: steps })
export type ScriptStep = ReturnType<typeof script> extends fc.Arbitrary<readonly (infer S)[]> ? S : never

/** A record of a script as its source sends it in a post at `nowMs`. */
export function rawOf<R extends { readonly lagMs: number | null }>({ lagMs, ...record }: R, nowMs: number) {
  return { ...record, t: lagMs === null ? null : nowMs - lagMs }
}

interface Standing {
  readonly id: string
  readonly entity: string
}

/** The action of a step, on what stands now; null: nothing does. Ids are chance, so they choose nothing. */
export function actionOf(
  { do: type, which }: Extract<ScriptStep['step'], { readonly which: number }>,
  standing: Iterable<Standing & { readonly rule: string; readonly count: number }>,
  disclosures: Iterable<Standing & { readonly as: string }>,
  atMs: number,
) {
  const pick = <T extends Standing>(all: Iterable<T>, nameOf: (each: T) => string): T | undefined => {
    const sorted = [...all].sort((a, b) => (a.entity + nameOf(a) < b.entity + nameOf(b) ? -1 : 1))
    return sorted[which % Math.max(1, sorted.length)]
  }
  const own = { key: `00000000-0000-4000-8000-${String(atMs).padStart(12, '0')}`, by: 'li' } as const
  if (type === 'acknowledge') {
    const alarm = pick(standing, ({ rule }) => rule)
    return alarm === undefined ? null : { ...own, type, alarm: alarm.id, count: alarm.count }
  }
  const disclosure = pick(disclosures, ({ as }) => as)
  return disclosure === undefined ? null : { ...own, type, alarm: disclosure.id }
}
