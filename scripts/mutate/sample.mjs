// A sample that the same seed repeats (mulberry32, public domain, by Tommy Ettinger).
function chance(seed) {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** @returns `count` of the items (all, if there are fewer), in their own order. */
export function sample(items, count, seed) {
  if (items.length <= count) return [...items]
  const next = chance(seed)
  const places = items.map((_, i) => i)
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(next() * (places.length - i))
    ;[places[i], places[j]] = [places[j], places[i]]
  }
  return places
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((i) => items[i])
}
