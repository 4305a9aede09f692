import { describe, expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { checkKind, fieldsOf } from './check-kind.ts'
import type { AnyCondition, AnyKind, AnyRule, Quantity } from './kind.ts'
import type { Role } from './privacy.ts'

const label = { zh: '字', en: 'word' }
const gate: AnyKind = {
  kind: 'Gate',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 12] },
    state: { type: 'choice', label, values: { open: label, shut: label } },
    keeper: { type: 'words', label },
    turn: { type: 'quantity', label, unit: 'deg', range: [0, 360] },
  },
  symbol: { shape: 'square', glyph: 'gate', state: { field: 'state', tone: { open: 'active', shut: 'calm' } } },
  alarms: {},
  card: ['level'],
}
const rule = (when: AnyCondition, more: Partial<AnyRule> = {}): AnyKind => ({
  ...gate,
  alarms: { high: { when, priority: 2, category: 'safety', text: label, ...more } },
})
const open: AnyCondition = { op: 'is', field: 'state', value: 'open' }
const above = (limit: number, field = 'level'): AnyCondition => ({ op: 'above', field, limit, deadband: 0 })
/** Its pulse is hidden from public and grid, who are told that help is needed. */
const helping = (
  more: Partial<AnyRule>,
  others: Record<string, AnyRule['discloses']> = {},
  disclosures?: AnyKind['disclosures'],
): AnyKind => {
  const when: AnyCondition = { op: 'above', field: 'pulse', limit: 130, deadband: 5 }
  const discloses: AnyRule['discloses'] = [{ roles: ['grid', 'public'], as: 'help' }]
  const alarm: AnyRule = { when, priority: 1, category: 'health', text: label, discloses }
  return {
    ...gate,
    fields: {
      ...gate.fields,
      pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
      mood: { type: 'choice', label, values: { low: label }, privacy: 'health' },
    },
    alarms: {
      high: { ...alarm, ...more },
      ...Object.fromEntries(Object.entries(others).map(([name, discloses]) => [name, { ...alarm, discloses: discloses! }])),
    },
    disclosures: disclosures ?? { help: { label, category: 'health', priority: 1 } },
  }
}

const quantity = (more: Partial<Quantity>): AnyKind => ({
  ...gate,
  fields: { ...gate.fields, level: { type: 'quantity', label, unit: 'm', range: [0, 12], ...more } },
})

describe('a kind', () => {
  test.each([
    ['bare', gate],
    ['with a limit at the very end of its range', rule(above(12))],
    [
      'with a limit per person',
      rule({ op: 'above', field: 'level', limit: { property: 'most', otherwise: 3, fromAge: [{ ageYears: 80, limit: 2 }] }, deadband: 0 }),
    ],
    ['with values for no reading, in and outside the range', quantity({ absent: [0, 255, -1] })],
    ['with as many of them as may be', quantity({ absent: Array.from({ length: 16 }, (_, i) => i) })],
    ['with nested conditions', rule({ op: 'any', of: [open, { op: 'all', of: [open, above(3)] }] })],
    ['with a latched choice', rule(open, { latch: true })],
    ['silent with its own time', rule({ op: 'silent', forMs: 5 })],
    ['with a rule that discloses', helping({})],
    ['with a latched rule that discloses', helping({ when: { op: 'is', field: 'mood', value: 'low' }, latch: true })],
    ['with two rules that disclose the same', helping({}, { second: [{ roles: ['public', 'grid'], as: 'help' }] })],
    [
      'with a limit per person that the role may not know',
      helping({ when: { op: 'above', field: 'level', limit: { property: 'most', otherwise: 3 }, deadband: 0 } }),
    ],
    ['with a heading, a name and a wearer', { ...gate, heading: 'turn', name: 'keeper', profile: { kind: 'Person', by: 'keeper' } }],
  ])('%s stands', (_, kind) => expect(() => checkKind(kind)).not.toThrow())

  test.each([
    [
      rule(above(12.1)),
      "Gate.alarms.high: limit 12.1 m is outside level's range [0, 12] m, so it can never happen; correct the limit or the range",
    ],
    [rule(above(Number.NaN)), /limit NaN m is outside/],
    [
      rule({ op: 'above', field: 'level', limit: { property: 'most', otherwise: 3, fromAge: [{ ageYears: 80, limit: 13 }] }, deadband: 0 }),
      /limit 13 m/,
    ],
    [rule(above(1, 'depth')), 'Gate.alarms.high.when: no field is named depth; name one of level, state, keeper, turn'],
    [rule(above(1, 'toString')), /no field is named toString/],
    [rule(above(1, 'state')), /field state is of type choice; a quantity is needed here/],
    [rule({ op: 'is', field: 'state', value: 'ajar' }), /state is never ajar; name one of open, shut/],
    [rule({ op: 'is', field: 'level', value: 'open' }), /field level is of type quantity; a choice is needed/],
    [rule({ op: 'all', of: [] }), /when\.of: is empty/],
    [rule({ op: 'any', of: [open, above(99)] }), /limit 99 m/],
    [rule({ op: 'silent' }), /silent needs forMs, or everyMs/],
    [rule({ ...above(1), deadband: -1 } as AnyCondition), /deadband -1 m must be 0 or more/],
    [rule(open, { onDelayMs: -1 }), /high\.onDelayMs: -1 must be 0 ms or more/],
    [rule(open, { samples: 1.5 }), /samples: 1\.5 must be a whole number/],
    [rule(open, { latch: true, onDelayMs: 1 }), /a latched rule is judged on each record by itself/],
    [rule(open, { latch: true, samples: 2 }), /a latched rule is judged on each record by itself/],
    [rule(above(1), { latch: true }), /a choice is needed here/],
    [{ ...rule({ op: 'silent' }, { latch: true }), everyMs: 1 }, /a latched rule needs a field/],
    [
      helping({ discloses: [{ roles: ['grid'], as: 'fire' }] }),
      /high\.discloses\[0\]\.as: no disclosure is named fire; declare it in disclosures, or name one of help/,
    ],
    [helping({}, {}, {}), 'Gate.alarms.high.discloses[0].as: no disclosure is named help; declare it in disclosures'],
    [helping({ discloses: [{ roles: ['grid'], as: 'toString' }] }), /no disclosure is named toString/],
    [helping({ discloses: [{ roles: [], as: 'help' }] }), /discloses\[0\]\.roles: is empty/],
    [helping({ discloses: [{ roles: ['mayor' as Role], as: 'help' }] }), /mayor is no role; name some of public, grid/],
    [
      helping({ discloses: [{ roles: ['care'], as: 'help' }] }),
      /role care reads all fields of this rule and sees its alarm; remove the role/,
    ],
    [helping({ when: above(3) }), /role grid reads all fields of this rule/],
    [{ ...helping({}), location: { privacy: 'whereabouts' } }, /role public may not know where a Gate is, so it is told nothing of it/],
    [
      helping({}, { second: [{ roles: ['grid'], as: 'help' }] }),
      /second\.discloses\[0\]\.roles: grid differs from the roles of help in alarms\.high \(grid, public\)/,
    ],
    [
      helping({
        discloses: [
          { roles: ['grid'], as: 'help' },
          { roles: ['public'], as: 'help' },
        ],
      }),
      /discloses\[1\]\.as: help is there twice/,
    ],
    [{ ...gate, disclosures: { help: { label, category: 'health', priority: 1 } } }, /disclosures\.help: no rule discloses it/],
    [{ ...gate, card: ['depth'] }, /card: no field is named depth/],
    [{ ...gate, name: 'state' }, /name: field state is of type choice; a words is needed/],
    [{ ...gate, heading: 'keeper' }, /heading: field keeper/],
    [{ ...gate, profile: { kind: 'Person', by: 'level' } }, /profile\.by: field level/],
    [
      { ...gate, symbol: { ...gate.symbol, state: { field: 'state', tone: { open: 'active' } } } },
      /symbol\.state\.tone: has no tone for shut/,
    ],
    [quantity({ absent: [0, Number.NaN] }), 'Gate.fields.level.absent: [0, NaN] must be at most 16 finite numbers, in m'],
    [quantity({ absent: new Array<number>(17).fill(0) }), /fields\.level\.absent: .* at most 16 finite numbers/],
    [
      { ...gate, fields: { ...gate.fields, 'a\0b': { type: 'words', label } } },
      /Gate\.fields: the name "a\ufffdb" holds the control character U\+0000/,
    ],
    [{ ...gate, alarms: { ' high': rule(above(1)).alarms['high'] } }, /Gate\.alarms: the name " high" begins or ends with white space/],
    [
      { ...gate, fields: { ...gate.fields, mood: { type: 'choice', label, values: { 'x\ud800': label } } } },
      /Gate\.fields\.mood\.values: the name .* half of a surrogate pair/,
    ],
    [
      { ...gate, fields: { ...gate.fields, level: { type: 'quantity', label, unit: 'm', range: [12, 0] } } },
      /fields\.level\.range: \[12, 0\] is no range/,
    ],
  ] as const)('is refused in words (%#)', (kind, words) => {
    let refused: unknown
    try {
      checkKind(kind as AnyKind)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(TwinError)
    expect((refused as TwinError).code).toBe('kind-invalid')
    expect((refused as TwinError).message).toMatch(words)
  })
})

test('the fields of a condition are those of all its parts', () =>
  expect(fieldsOf({ op: 'any', of: [open, { op: 'all', of: [above(3), { op: 'silent' }] }] })).toEqual(['state', 'level']))
