// Mesh: arrays that grow, for meshes whose size is known only at the end; plain JS arrays of millions of numbers cost gigabytes.

interface Grown<T> {
  readonly array: T
  readonly length: number
}

export class GrowingFloats implements Grown<Float32Array> {
  array = new Float32Array(1 << 16)
  length = 0

  push3(a: number, b: number, c: number): void {
    if (this.length + 3 > this.array.length) {
      const bigger = new Float32Array(this.array.length * 2)
      bigger.set(this.array)
      this.array = bigger
    }
    this.array[this.length++] = a
    this.array[this.length++] = b
    this.array[this.length++] = c
  }
}

export class GrowingIndices implements Grown<Uint32Array> {
  array = new Uint32Array(1 << 16)
  length = 0

  push3(a: number, b: number, c: number): void {
    if (this.length + 3 > this.array.length) {
      const bigger = new Uint32Array(this.array.length * 2)
      bigger.set(this.array)
      this.array = bigger
    }
    this.array[this.length++] = a
    this.array[this.length++] = b
    this.array[this.length++] = c
  }
}
