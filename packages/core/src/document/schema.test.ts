import type * as v from 'valibot'
import { expectTypeOf, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import type { kindSchema } from '../kind/schema.ts'
import type { TwinDocument } from './document.ts'
import type { twinDocumentSchema } from './schema.ts'

// `readonly` is the only thing in which the hand-written types may differ from what the validator puts out.
type Writable<T> = T extends readonly unknown[] | object ? { -readonly [K in keyof T]: Writable<T[K]> } : T

test('the type and the validator of a document agree, both ways', () => {
  expectTypeOf<Writable<v.InferOutput<typeof twinDocumentSchema>>>().toExtend<Writable<TwinDocument>>()
  expectTypeOf<Writable<TwinDocument>>().toExtend<Writable<v.InferOutput<typeof twinDocumentSchema>>>()
})

test('the type and the validator of a kind agree, both ways', () => {
  expectTypeOf<Writable<v.InferOutput<typeof kindSchema>>>().toExtend<Writable<AnyKind>>()
  expectTypeOf<Writable<AnyKind>>().toExtend<Writable<v.InferOutput<typeof kindSchema>>>()
})
