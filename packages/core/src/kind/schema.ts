// The grammar of kinds as a validator: the shape that a twin document may declare. What a shape cannot say (a field that
// is not there, a limit out of range) is checkKind's. kind.ts stays the one that people read; the test proves that the
// two agree, both ways, at compile time.
import * as v from 'valibot'
import { MOST_ABSENT } from './check-kind.ts'
import { closed } from './closed.ts'
import type { AnyCondition } from './kind.ts'

export const textSchema = closed({
  zh: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  en: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
})

const finite = v.pipe(v.number(), v.finite())
const duration = v.pipe(v.number(), v.finite(), v.minValue(0))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const privacy = v.exactOptional(v.picklist(['personal', 'whereabouts', 'health']))

const fieldSchema = v.variant('type', [
  closed({
    type: v.literal('quantity'),
    label: textSchema,
    unit: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
    range: v.strictTuple([finite, finite]),
    absent: v.exactOptional(v.pipe(v.array(finite), v.maxLength(MOST_ABSENT))),
    digits: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
    privacy,
  }),
  closed({ type: v.literal('choice'), label: textSchema, values: v.record(name, textSchema), privacy }),
  closed({ type: v.literal('words'), label: textSchema, privacy }),
])

const limitSchema = v.union([
  finite,
  closed({
    property: name,
    otherwise: finite,
    fromAge: v.exactOptional(v.array(closed({ ageYears: v.pipe(finite, v.minValue(0)), limit: finite }))),
  }),
])

const comparison = <const Op extends 'above' | 'atLeast' | 'below' | 'atMost'>(op: Op) =>
  closed({ op: v.literal(op), field: name, limit: limitSchema, deadband: v.pipe(finite, v.minValue(0)) })

export const conditionSchema: v.GenericSchema<AnyCondition> = v.variant('op', [
  closed({ op: v.literal('silent'), forMs: v.exactOptional(duration) }),
  closed({ op: v.literal('all'), of: v.array(v.lazy(() => conditionSchema)) }),
  closed({ op: v.literal('any'), of: v.array(v.lazy(() => conditionSchema)) }),
  closed({ op: v.literal('is'), field: name, value: name }),
  comparison('above'),
  comparison('atLeast'),
  comparison('below'),
  comparison('atMost'),
])

const priority = v.picklist([1, 2, 3, 4])
const category = v.picklist(['sos', 'health', 'safety', 'facility', 'device', 'event'])
const disclosingSchema = closed({ roles: v.array(v.picklist(['public', 'grid', 'care', 'command'])), as: name })

const ruleSchema = closed({
  when: conditionSchema,
  priority,
  category,
  text: textSchema,
  latch: v.exactOptional(v.boolean()),
  onDelayMs: v.exactOptional(duration),
  offDelayMs: v.exactOptional(duration),
  samples: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  escalateMs: v.exactOptional(duration),
  discloses: v.exactOptional(v.array(disclosingSchema)),
})

/** Follow it with checkKind. */
export const kindSchema = closed({
  kind: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'is no name of a kind; letters, digits and _ , such as SluiceGate')),
  label: textSchema,
  fields: v.record(name, fieldSchema),
  location: v.exactOptional(closed({ privacy })),
  profile: v.exactOptional(closed({ kind: name, by: name })),
  everyMs: v.exactOptional(v.pipe(duration, v.minValue(1))),
  glideMs: v.exactOptional(duration),
  heading: v.exactOptional(name),
  symbol: closed({
    shape: v.picklist(['circle', 'square', 'capsule', 'wedge', 'chevron', 'house', 'sheet']),
    glyph: name,
    state: v.exactOptional(closed({ field: name, tone: v.record(name, v.picklist(['calm', 'active', 'off'])) })),
  }),
  name: v.exactOptional(name),
  alarms: v.record(name, ruleSchema),
  disclosures: v.exactOptional(v.record(name, closed({ label: textSchema, category, priority }))),
  card: v.array(name),
})
