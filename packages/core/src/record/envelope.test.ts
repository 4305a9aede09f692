import { expect, test } from 'vitest'
import { CLOSE_FAILED, CLOSE_INVALID, CLOSE_REFUSED, CLOSE_TOKEN_EXPIRED } from './envelope.ts'

// docs/formats/wire.md tells these numbers to who writes a client of their own.
test('the close codes are those of the wire', () =>
  expect([CLOSE_TOKEN_EXPIRED, CLOSE_REFUSED, CLOSE_INVALID, CLOSE_FAILED]).toEqual([4401, 4403, 4400, 1011]))
