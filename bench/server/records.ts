// What the sources of a town send, made from a seed: the same records in each run.

export interface SentRecord {
  readonly kind: string
  readonly id: string
  readonly boot: number
  readonly seq: number
  readonly t: number
  readonly location?: readonly [number, number, number]
  readonly properties: Readonly<Record<string, number | string>>
}

type Says = Pick<SentRecord, 'location' | 'properties'>
/** What device `i` says in its record `seq`; `chance` gives numbers from 0 to 1. */
export type SaysOf = (i: number, seq: number, chance: () => number) => Says

export interface Sender {
  readonly kind: string
  readonly devices: number
  /** The next records, device after device, and from the first again. */
  readonly next: (count: number, tMs: number) => SentRecord[]
}

export interface SenderOptions {
  readonly devices: number
  /** Begins the ids. Default: the kind. */
  readonly prefix?: string
  readonly boot?: number
  readonly seed?: number
}

export function createSender(kind: string, says: SaysOf, { devices, prefix = kind, boot = 1, seed = 1 }: SenderOptions): Sender {
  const chance = mulberry32(seed)
  let sent = 0
  const one = (tMs: number): SentRecord => {
    const i = sent % devices
    const seq = Math.floor(sent / devices)
    sent++
    return { kind, id: `${prefix}-${i}`, boot, seq, t: tMs, ...says(i, seq, chance) }
  }
  return { kind, devices, next: (count, tMs) => Array.from({ length: count }, () => one(tMs)) }
}

/** 32 bits of state, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Degrees with 7 digits, about 1 cm, as a receiver gives them. */
const place = (i: number, chance: () => number): readonly [number, number, number] => [
  Number((117.8 + (i % 200) * 0.0002 + chance() * 0.0001).toFixed(7)),
  Number((37.25 + Math.floor(i / 200) * 0.0002 + chance() * 0.0001).toFixed(7)),
  7.9,
]
const around = (middle: number, most: number, chance: () => number): number => Math.round(middle + (chance() * 2 - 1) * most)

/**
 * A wristband tells all that its kind's rules judge. About one in 25 wears it near the notice limit of blood pressure
 * (140 mm[Hg]) and crosses it now and then; nobody else is near a limit.
 */
export const wristbandSays: SaysOf = (i, seq, chance) => ({
  location: place(i, chance),
  properties: {
    sos: 'released',
    activity: chance() < 0.7 ? 'rest' : 'walking',
    heartRate: around(66 + (i % 25), 6, chance),
    systolic: around(112 + ((i * 7) % 25), 5, chance),
    diastolic: around(68 + (i % 14), 4, chance),
    steps: ((100 * seq) % 20_000) + (i % 100), // counted anew each day
    battery: 100 - ((i + seq) % 60),
  },
})

/** A controller of street lights tells lamp and power; where the pole stands it says once. */
export const lampSays: SaysOf = (i, seq, chance) => ({
  ...(seq === 0 && { location: place(i, chance) }),
  properties: { lamp: 'on', power: around(58, 3, chance) },
})

export const manholeSays: SaysOf = (i, seq, chance) => ({
  ...(seq === 0 && { location: place(i, chance) }),
  properties: { cover: 'closed', waterLevel: Number((0.4 + chance() * 0.3).toFixed(2)), battery: 90 - (i % 40) },
})

export const baySays: SaysOf = (i, seq, chance) => ({
  ...(seq === 0 && { location: place(i, chance) }),
  properties: { status: chance() < 0.5 ? 'free' : 'occupied' },
})

/** Something that moves and tells it each second (see kinds.ts). */
export const moverSays: SaysOf = (i, seq, chance) => ({
  location: place(i, chance),
  properties: { heading: (i * 7 + seq * 3) % 360, speed: Number((1 + chance()).toFixed(1)), battery: 95 - (i % 60) },
})

/**
 * A pulse each second, judged by a rule with a delay of 10 minutes (see kinds.ts): for 2 s of each 20 it is above the limit,
 * so that the condition changes often and the alarm is never raised.
 */
export const pulseSays: SaysOf = (i, seq, chance) => ({
  location: place(i, chance),
  properties: { heartRate: around((i + seq) % 20 < 2 ? 132 : 82, 6, chance), steps: seq, battery: 80 },
})
