// The grammar of kinds. A kind is plain data with no functions in it, so it crosses to the worker by structured clone,
// can be written in a twin document, and can be shown to an operator on a settings page. What the types can refuse, no
// test needs to: a missing language, unit or deadband does not compile. `type`, `op` tell the members of a union apart,
// so that a wrong one is refused by its name and not as "no member of the union fits".
import type { Privacy, Role } from './privacy.ts'
import type { Text } from './text.ts'

/** A number. `unit` is a UCUM code (`m`, `Cel`, `%`, `/min`, `mm[Hg]`); `range` is what the sensor can say, in that unit, both ends included. */
export interface Quantity {
  readonly type: 'quantity'
  readonly label: Text
  readonly unit: string
  readonly range: readonly [min: number, max: number]
  /** Values by which its device says "no reading" (a sensor off the skin: 0, 255), in or outside `range`, at most 16. They are never carried. */
  readonly absent?: readonly number[]
  /** Digits after the point on a card. Default 0. */
  readonly digits?: number
  readonly privacy?: Privacy
}

/** One of a few named values. */
export interface Choice {
  readonly type: 'choice'
  readonly label: Text
  readonly values: Readonly<Record<string, Text>>
  readonly privacy?: Privacy
}

/** Words as they came: a name, an address. At most 500 characters. */
export interface Words {
  readonly type: 'words'
  readonly label: Text
  readonly privacy?: Privacy
}

export type Field = Quantity | Choice | Words
export type Fields = Readonly<Record<string, Field>>

export type ValueOf<F> = F extends { readonly type: 'choice'; readonly values: infer V } ? keyof V & string : never
export type ChoiceName<F> = { [K in keyof F & string]: F[K] extends Choice ? K : never }[keyof F & string]
export type QuantityName<F> = { [K in keyof F & string]: F[K] extends Quantity ? K : never }[keyof F & string]

/**
 * A limit that depends on the person. The profile of the wearer (an entity of kind Person) may carry `property`; else
 * the oldest `fromAge` that the person has reached; else `otherwise`. All in the field's unit.
 */
export interface PersonalLimit {
  readonly property: string
  readonly otherwise: number
  readonly fromAge?: readonly { readonly ageYears: number; readonly limit: number }[]
}
export type Limit = number | PersonalLimit

/** Comparisons: `above` is >, `atLeast` is ≥, `below` is <, `atMost` is ≤. */
export type Comparison = 'above' | 'atLeast' | 'below' | 'atMost'

/**
 * When an alarm stands. `deadband` is how far the value must come back past the limit before it clears, in the field's
 * unit (ISA-18.2 § 10.5). `silent` stands when nothing was heard for `forMs` (default 2.5 × the kind's `everyMs`).
 */
export type Condition<F extends Fields = Fields> =
  | { readonly op: 'silent'; readonly forMs?: number }
  | { readonly op: 'all'; readonly of: readonly Condition<F>[] }
  | { readonly op: 'any'; readonly of: readonly Condition<F>[] }
  | {
      [K in keyof F & string]: F[K] extends Choice
        ? { readonly op: 'is'; readonly field: K; readonly value: ValueOf<F[K]> }
        : F[K] extends Quantity
          ? { readonly op: Comparison; readonly field: K; readonly limit: Limit; readonly deadband: number }
          : never
    }[keyof F & string]

/** ISA-18.2 priority: 1 is the most severe. Shown as 红 橙 黄 蓝, each with its number. */
export type Priority = 1 | 2 | 3 | 4

/** What sort of trouble, for everybody, also for roles that may not know whose it is. */
export type AlarmCategory = 'sos' | 'health' | 'safety' | 'facility' | 'device' | 'event'

/**
 * One alarm rule. Every record that carries its fields is judged, also a late one, before "newest wins".
 * A rule with `latch` is judged on each record by itself, never on state: a new press while it stands adds to the count
 * and makes it unacknowledged again; it has no delays, and its condition names only choices.
 */
export interface AlarmRule<F extends Fields = Fields> {
  readonly when: Condition<F>
  readonly priority: Priority
  readonly category: AlarmCategory
  readonly text: Text
  /** Stands until acknowledged, though its condition is over. Default false. */
  readonly latch?: boolean
  /** How long the condition must hold before the alarm is raised, ms of phenomenon time. Default 0. */
  readonly onDelayMs?: number
  /** How long it must be over before the alarm returns to normal, ms. Default 0. */
  readonly offDelayMs?: number
  /** How many samples in a row must fulfil the condition. Default 1. */
  readonly samples?: number
  /** Told once more, as `escalated`, if unacknowledged for so long, ms. Absent: never. */
  readonly escalateMs?: number
  /** To which roles that may not read all of its fields it tells what, while its alarm stands. Absent: to none. */
  readonly discloses?: readonly Disclosing[]
}

/** `as` names one of the kind's {@link Disclosure}s. All rules of a kind that disclose the same name the same roles. */
export interface Disclosing {
  readonly roles: readonly Role[]
  readonly as: string
}

/**
 * What some roles are told instead of alarms that they may not read: an alarm of its own, one per entity, with one category
 * and one priority whatever stands behind it. docs/formats/wire.md, "By role".
 */
export interface Disclosure {
  readonly label: Text
  readonly category: AlarmCategory
  readonly priority: Priority
}

/** How an entity looks while nothing is wrong. Alarm colours come from its standing alarms alone, never from here. */
export type Tone = 'calm' | 'active' | 'off'

export type Shape = 'circle' | 'square' | 'capsule' | 'wedge' | 'chevron' | 'house' | 'sheet'

export interface Kind<F extends Fields = Fields, S extends ChoiceName<F> = ChoiceName<F>> {
  /** NGSI-LD `type`; a FIWARE Smart Data Models name where there is one. */
  readonly kind: string
  readonly label: Text
  readonly fields: F
  /** Privacy of where it is, and of that it is there at all. Absent: everybody may know. */
  readonly location?: { readonly privacy?: Privacy }
  /** The wearer: `by` is the words field that holds the id of an entity of kind `kind`, whose properties feed personal limits. */
  readonly profile?: { readonly kind: string; readonly by: keyof F & string }
  /** How often it reports, ms: late from 1.5 ×, stale (and by default silent) from 2.5 ×. Absent: it has no age. */
  readonly everyMs?: number
  /** Longest glide to a live fix, ms. Default 1000. */
  readonly glideMs?: number
  /** The quantity (unit `deg`, clockwise from true north) that turns its marker. */
  readonly heading?: QuantityName<F>
  readonly symbol: {
    readonly shape: Shape
    /** Name of a picture in the glyph atlas. */
    readonly glyph: string
    /** The field that picks the tone; a kind without one is calm. */
    readonly state?: { readonly field: S; readonly tone: Readonly<Record<ValueOf<F[NoInfer<S>]>, Tone>> }
  }
  /** The words field that names an entity to people; default its id. */
  readonly name?: keyof F & string
  readonly alarms: Readonly<Record<string, AlarmRule<NoInfer<F>>>>
  /** By name; a rule's `discloses` refers to it. */
  readonly disclosures?: Readonly<Record<string, Disclosure>>
  /** The rows of its card, in order. */
  readonly card: readonly (keyof NoInfer<F> & string)[]
}

/** A condition with its types forgotten: what the worker, the server and the checks read. */
export type AnyCondition =
  | { readonly op: 'silent'; readonly forMs?: number }
  | { readonly op: 'all'; readonly of: readonly AnyCondition[] }
  | { readonly op: 'any'; readonly of: readonly AnyCondition[] }
  | { readonly op: 'is'; readonly field: string; readonly value: string }
  | { [C in Comparison]: { readonly op: C; readonly field: string; readonly limit: Limit; readonly deadband: number } }[Comparison]

export type AnyRule = Omit<AlarmRule, 'when'> & { readonly when: AnyCondition }

/** A kind with its types forgotten: what travels in a document and to the worker. */
export interface AnyKind extends Omit<Kind, 'symbol' | 'alarms' | 'heading' | 'profile'> {
  readonly profile?: { readonly kind: string; readonly by: string }
  readonly heading?: string
  readonly symbol: {
    readonly shape: Shape
    readonly glyph: string
    readonly state?: { readonly field: string; readonly tone: Readonly<Record<string, Tone>> }
  }
  readonly alarms: Readonly<Record<string, AnyRule>>
}

/** Late from this many intervals without a word. */
export const LATE_INTERVALS = 1.5
/** Stale, and by default silent, from this many (docs: "silent" is 2.5 × the interval). */
export const STALE_INTERVALS = 2.5
export const DEFAULT_GLIDE_MS = 1000
