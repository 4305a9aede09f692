import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Alarm, AlarmState } from '../record/alarm.ts'
import { redactionFor } from '../record/redact.ts'
import { actOnDisclosure, disclosureToWire, hasDisclosures, type KeptDisclosure, mayOnDisclosure, reduceDisclosures } from './disclosure.ts'

const label = { zh: '字', en: 'word' }
const rule = { category: 'health', text: label, discloses: [{ roles: ['grid'], as: 'help' }] } as const
const kind: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
    pressure: { type: 'quantity', label, unit: 'mm[Hg]', range: [0, 300], privacy: 'health' },
    fall: { type: 'choice', label, values: { down: label }, privacy: 'health' },
  },
  location: { privacy: 'whereabouts' },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    pulse: { ...rule, priority: 1, when: { op: 'above', field: 'pulse', limit: 130, deadband: 5 } },
    pressure: { ...rule, priority: 2, when: { op: 'above', field: 'pressure', limit: 180, deadband: 5 } },
    fall: { ...rule, priority: 3, when: { op: 'is', field: 'fall', value: 'down' }, latch: true },
    notice: { priority: 3, category: 'health', text: label, when: { op: 'above', field: 'pressure', limit: 140, deadband: 5 } },
  },
  disclosures: { help: { label, category: 'safety', priority: 2 } },
  card: [],
})
const place = [117, 37, 7] as const

type Behind = { readonly rule: string; readonly state: AlarmState }
const stands = (name = 'pulse', state: AlarmState = 'unacknowledged'): Behind => ({ rule: name, state })

/** Takes inputs one after the other, as intake does. */
function room(of: AnyKind = kind) {
  let known: KeptDisclosure[] = []
  let nowMs = 1_000
  let ids = 0
  const keep = (changed: readonly KeptDisclosure[]) => {
    for (const each of changed) known = [...known.filter(({ id }) => id !== each.id), ...(each.state === 'ended' ? [] : [each])]
    return changed
  }
  return {
    known: () => known,
    at: () => nowMs,
    input: (standing: readonly Behind[], raised: readonly Behind[] = []) => {
      nowMs += 1_000
      return keep(reduceDisclosures({ kind: of, entity: 'B-1', standing, raised, known, place, nowMs, newId: () => `d-${++ids}` }))
    },
    act: (type: 'take' | 'done' | 'withdraw', by = 'li') => {
      nowMs += 1_000
      const { answer, becomes } = actOnDisclosure(known[0]!, { key: 'k', type, by, nowMs })
      if (becomes !== undefined) keep([becomes])
      return answer
    },
  }
}
const open: KeptDisclosure = {
  id: 'd-1',
  kind: 'Band',
  entity: 'B-1',
  as: 'help',
  category: 'safety',
  priority: 2,
  place,
  state: 'open',
  raisedMs: 2_000,
  overMs: null,
  taken: null,
  done: null,
  withdrawn: null,
}

describe('a disclosure', () => {
  test('is opened with the first alarm behind it, with its own category, priority, place and time', () =>
    expect(room().input([stands()], [stands()])).toEqual([open]))

  test.each(['unacknowledged', 'acknowledged', 'returned-unacknowledged', 'shelved', 'suppressed', 'out-of-service'] as const)(
    'stands behind an alarm that is %s',
    (state) => expect(room().input([stands('pulse', state)])).toEqual([open]),
  )

  test('is not changed by another cause, another grade, a new occurrence, or an alarm that ended beside one that stands', () => {
    const { input } = room()
    input([stands()], [stands()])
    expect(input([stands(), stands('pressure')], [stands('pressure')])).toEqual([])
    expect(input([stands('pressure', 'acknowledged'), stands('fall')], [stands('fall')])).toEqual([])
    expect(input([stands('fall', 'shelved')])).toEqual([])
  })

  test('ends with the last alarm behind it, and the next is another one', () => {
    const { input } = room()
    input([stands()], [stands()])
    expect(input([])).toEqual([{ ...open, state: 'ended', overMs: 3_000 }])
    expect(input([stands('fall')], [stands('fall')])).toEqual([{ ...open, id: 'd-2', raisedMs: 4_000 }])
  })

  test('is not opened by a rule that discloses nothing, one that is declared no more, or an alarm that is over', () => {
    const { input } = room()
    expect(input([stands('notice'), stands('gone'), stands('toString'), stands('pulse', 'normal')])).toEqual([])
  })

  test('ends where its kind declares it no more', () => {
    const { disclosures: _, ...bare } = kind
    const none = {
      ...bare,
      alarms: Object.fromEntries(Object.entries(kind.alarms).map(([name, { discloses: __, ...each }]) => [name, each])),
    }
    const changed = reduceDisclosures({
      kind: none,
      entity: 'B-1',
      standing: [stands()],
      raised: [],
      known: [open],
      place,
      nowMs: 5,
      newId: () => 'd',
    })
    expect(changed).toEqual([{ ...open, state: 'ended', overMs: 5 }])
  })

  test('knows of several which one it is, and a rule may be behind more than one', () => {
    const two: AnyKind = {
      ...kind,
      disclosures: { help: { label, category: 'safety', priority: 2 }, watch: { label, category: 'health', priority: 3 } },
      alarms: { ...kind.alarms, fall: { ...kind.alarms['fall']!, discloses: ['watch', 'help'].map((as) => ({ roles: ['grid'], as })) } },
    }
    const { input } = room(two)
    const watch = { ...open, id: 'd-2', as: 'watch', category: 'health', priority: 3 } as const
    expect(input([stands('fall')], [stands('fall')])).toEqual([open, watch])
    expect(input([stands('pulse')])).toEqual([{ ...watch, state: 'ended', overMs: 3_000 }])
    expect(hasDisclosures(two)).toBe(true)
  })

  test('is none of a kind that declares none', () => {
    const { disclosures: _, ...bare } = kind
    expect([hasDisclosures(kind), hasDisclosures({ ...kind, disclosures: {} }), hasDisclosures(bare)]).toEqual([true, false, false])
  })

  test('that was withdrawn is opened anew by the next raise behind it, and by nothing else', () => {
    const { input, act } = room()
    input([stands()], [stands()])
    act('withdraw', 'wang')
    expect(input([stands('pulse', 'acknowledged')])).toEqual([])
    expect(input([stands(), stands('notice')], [stands('notice')])).toEqual([])
    const [ended, next] = input([stands(), stands('pressure')], [stands('pressure')])
    expect([ended?.id, ended?.state, next?.id, next?.state]).toEqual(['d-1', 'ended', 'd-2', 'open'])
  })

  test('that was withdrawn tells nobody when the alarms behind it end', () => {
    const { input, act, known } = room()
    input([stands()], [stands()])
    act('withdraw')
    expect(disclosureToWire(known()[0]!)).toMatchObject({ state: 'normal', clearedMs: 3_000 })
    expect(input([]).map(disclosureToWire)).toEqual([null])
  })
})

describe('an action on a disclosure', () => {
  test('takes it, and again answers who was first', () => {
    const { input, act, known } = room()
    input([stands()])
    expect(act('take', 'li')).toEqual({ key: 'k', state: 'pending' })
    expect(act('take', 'wang')).toEqual({ key: 'k', state: 'done', by: 'li' })
    expect(known()).toEqual([{ ...open, state: 'taken', taken: { by: 'li', atMs: 3_000 } }])
  })

  test('reports it done, which takes it too where nobody did', () => {
    const { input, act, known } = room()
    input([stands()])
    expect(act('done', 'li')).toEqual({ key: 'k', state: 'pending' })
    expect(known()).toMatchObject([{ state: 'taken', taken: { by: 'li' }, done: { by: 'li' } }])
    expect([act('take', 'wang'), act('done', 'wang')]).toMatchObject([
      { state: 'done', by: 'li' },
      { state: 'done', by: 'li' },
    ])
    expect(input([stands(), stands('fall')], [stands('fall')])).toEqual([])
  })

  test('keeps who took it where another reports it done', () => {
    const { input, act, known } = room()
    input([stands()])
    act('take', 'li')
    act('done', 'wang')
    expect(known()).toMatchObject([{ taken: { by: 'li' }, done: { by: 'wang' } }])
  })

  test('withdraws it once, whether it was taken or not', () => {
    const { input, act } = room()
    input([stands()])
    act('take', 'li')
    expect([act('withdraw', 'wang'), act('withdraw', 'li')]).toEqual([
      { key: 'k', state: 'pending' },
      { key: 'k', state: 'done', by: 'wang' },
    ])
  })

  test('finds no alarm where it is over, ended and withdrawn alike, and says still who was first', () => {
    const over = { ...open, overMs: 9 }
    const answers = (disclosure: KeptDisclosure) =>
      (['take', 'done'] as const).map((type) => actOnDisclosure(disclosure, { key: 'k', type, by: 'li', nowMs: 10 }))
    const none = { answer: { error: { code: 'alarm-unknown', message: expect.any(String), details: { alarm: 'd-1' } } } }
    const withdrawn = { ...over, withdrawn: { by: 'wang', atMs: 9 } }
    expect(answers({ ...over, state: 'ended' })).toEqual([none, none])
    expect(answers({ ...withdrawn, state: 'withdrawn' })).toEqual([none, none])
    expect(answers({ ...withdrawn, state: 'ended' })).toEqual([none, none])
    expect(answers({ ...over, state: 'ended', taken: { by: 'wang', atMs: 3 } })[0]).toEqual({
      answer: { key: 'k', state: 'done', by: 'wang' },
    })
  })

  test('is for those it is disclosed to; to withdraw it, for those who read what is behind it', () => {
    const may = (role: Parameters<typeof redactionFor>[0]) =>
      (['take', 'done', 'withdraw'] as const).map((type) => mayOnDisclosure(redactionFor(role, new Map([['Band', kind]])), open, type))
    expect([may('public'), may('grid'), may('care'), may('command')]).toEqual([
      [false, false, false],
      [true, true, false],
      [false, false, true],
      [false, false, true],
    ])
  })
})

test('is on the wire an alarm of its own, which counts one and names no rule', () => {
  const wire: Alarm = {
    id: 'd-1',
    kind: 'Band',
    entity: 'B-1',
    rule: null,
    as: 'help',
    category: 'safety',
    place,
    priority: 2,
    state: 'unacknowledged',
    raisedMs: 2_000,
    lastMs: 2_000,
    enteredMs: 2_000,
    heardMs: 2_000,
    clearedMs: null,
    count: 1,
    acknowledged: null,
    done: null,
    escalated: false,
  }
  const by = { by: 'li', atMs: 3 }
  expect(disclosureToWire(open)).toEqual(wire)
  expect(disclosureToWire({ ...open, state: 'taken', taken: by, done: by })).toEqual({
    ...wire,
    state: 'acknowledged',
    acknowledged: by,
    done: by,
  })
  expect(disclosureToWire({ ...open, state: 'ended', overMs: 5 })).toEqual({ ...wire, state: 'normal', clearedMs: 5 })
})

// The law, with pairs that are constructed: one timeline of "any stands" and "raised after a withdrawal", and under it two
// towns that differ in everything else.
type Step = { readonly stands: boolean; readonly raisesAnew: boolean; readonly act: 'take' | 'done' | 'withdraw' | null }
const step: fc.Arbitrary<Step> = fc.record({
  stands: fc.boolean(),
  raisesAnew: fc.boolean(),
  act: fc.constantFrom(null, null, 'take', 'done', 'withdraw'),
})
const BEHIND = ['pulse', 'pressure', 'fall']
const HELD: AlarmState[] = ['unacknowledged', 'acknowledged', 'returned-unacknowledged', 'shelved', 'suppressed', 'out-of-service']
/** What stands under one step of the timeline: some non-empty set of causes in any state, beside alarms that disclose nothing. */
const under = fc.record({
  causes: fc.uniqueArray(fc.constantFrom(...BEHIND), { minLength: 1, maxLength: 3 }),
  states: fc.array(fc.constantFrom(...HELD), { minLength: 3, maxLength: 3 }),
  besides: fc.boolean(),
  raisedBesides: fc.boolean(),
})
type Under = typeof under extends fc.Arbitrary<infer U> ? U : never

function told(steps: readonly Step[], causes: readonly Under[]): unknown[] {
  const { input, act, known } = room()
  return steps.flatMap((each, i) => {
    const { causes: names, states, besides, raisedBesides } = causes[i]!
    const standing = each.stands ? names.map((name, k) => stands(name, states[k])) : []
    const others = besides ? [stands('notice')] : []
    // What is raised while nothing was withdrawn must not matter, so there each town does as it likes.
    const isWithdrawn = known()[0]?.state === 'withdrawn'
    const raised = (isWithdrawn ? each.raisesAnew : raisedBesides) ? standing : []
    const changed = input([...others, ...standing], raisedBesides ? [...others, ...raised] : raised)
    const answers = each.act !== null && known().length > 0 ? [act(each.act)] : []
    return [changed.map(disclosureToWire).filter((alarm) => alarm !== null), answers, known().map(disclosureToWire)]
  })
}

test('two towns with one timeline of what stands, and all else different, are told the same', () => {
  const pair = fc
    .array(step, { minLength: 1, maxLength: 12 })
    .chain((steps) =>
      fc.tuple(fc.constant(steps), ...[0, 1].map(() => fc.array(under, { minLength: steps.length, maxLength: steps.length }))),
    )
  fc.assert(
    fc.property(pair, ([steps, a, b]) => {
      expect(told(steps as Step[], a as Under[])).toEqual(told(steps as Step[], b as Under[]))
    }),
    { numRuns: 500 },
  )
})

test('whatever comes, at most one stands, it stands only over an alarm, and only a withdrawal hides one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, under), { maxLength: 15 }), (steps) => {
      const { input, act, known } = room()
      for (const [each, { causes, states }] of steps) {
        const standing = each.stands ? causes.map((name, k) => stands(name, states[k])) : []
        input(standing, each.raisesAnew ? standing : [])
        expect(known().length).toBe(each.stands ? 1 : 0)
        if (each.act !== null && known().length > 0) act(each.act)
        const wire = known().map(disclosureToWire)
        expect(wire.every((alarm) => alarm!.count === 1 && alarm!.priority === 2 && alarm!.rule === null)).toBe(true)
        expect(
          known()
            .filter(({ state }) => state === 'withdrawn')
            .every(({ withdrawn }) => withdrawn !== null),
        ).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})
