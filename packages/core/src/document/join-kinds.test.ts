import { expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import type { AnyKind } from '../kind/kind.ts'
import { joinKinds } from './join-kinds.ts'

const kind = (name: string, more: Partial<AnyKind> = {}): AnyKind => ({
  kind: name,
  label: { zh: '物', en: 'thing' },
  fields: {},
  symbol: { shape: 'circle', glyph: 'thing' },
  alarms: {},
  card: [],
  ...more,
})
const band = kind('Wristband', { location: { privacy: 'whereabouts' } })

test('a document adds kinds', () => {
  const told: TwinError[] = []
  expect([...joinKinds([band], [kind('Gate')], (error) => told.push(error)).keys()]).toEqual(['Wristband', 'Gate'])
  expect(told).toEqual([])
})

test('a document never takes the place of a kind that was brought, so its privacy stands', () => {
  const told: TwinError[] = []
  const kinds = joinKinds([band], [kind('Gate'), kind('Wristband')], (error) => told.push(error))
  expect(kinds.get('Wristband')).toBe(band)
  expect(told).toEqual([expect.any(TwinError)])
  expect(told[0]).toMatchObject({ code: 'kind-invalid', details: { path: 'kinds[1].kind', kind: 'Wristband' } })
  expect(told[0]!.message).toBe('kinds[1].kind is Wristband, which this twinmap brings itself; remove it, or name yours otherwise')
})
