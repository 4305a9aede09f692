// Read: arrays whose length is known only when the file ends.

type Typed = Float32Array | Float64Array | Uint32Array | Int32Array | Uint16Array

/** The array itself while `count` fits, else a copy of at least twice its length. */
export function roomFor<T extends Typed>(array: T, count: number): T {
  if (count <= array.length) return array
  const make = array.constructor as new (length: number) => T
  const next = new make(Math.max(count, array.length * 2))
  next.set(array as never)
  return next
}
