// Chance of the demo capture. Everything that looks accidental comes from here or from noise.ts, so that a seed gives one capture.

/** A seeded stream of numbers in [0, 1) with the few draws that the scene needs. */
export interface Random {
  (): number
  range(low: number, high: number): number
  pick<T>(choices: readonly T[]): T
  /** Nearly Gaussian, mean 0, standard deviation about 0.7, never beyond ±2.5. */
  bell(): number
}

/** Mulberry32: 32 bits of state are plenty for some 10^6 draws of decoration. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return Object.assign(next, {
    range: (low: number, high: number) => low + (high - low) * next(),
    pick: <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!,
    bell: () => (next() + next() + next() + next() - 2) * 1.22,
  })
}
