// The twin document's shape, version 1; docs/formats/twin.md tells it to people, twin.schema.json to editors. What a shape
// cannot say (ids that repeat, a layer whose feed is not there) is check-document.ts.
import * as v from 'valibot'
import { closed } from '../kind/closed.ts'
import { kindSchema, textSchema } from '../kind/schema.ts'

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'is no id; use 1 to 64 letters, digits, "-", "_" or "."'))
const url = v.pipe(v.string(), v.minLength(1), v.maxLength(2000))
export const longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
export const latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
export const heightEllipsoidalMeters = v.pipe(v.number(), v.minValue(-12_000), v.maxValue(100_000_000))
const place = v.picklist(['left', 'right'])

const originSchema = closed({
  longitude,
  latitude,
  heightEllipsoidalMeters: v.pipe(v.number(), v.minValue(-12_000), v.maxValue(10_000)),
  geoidMeters: v.pipe(v.number(), v.minValue(-120), v.maxValue(120)),
  datum: v.picklist(['CGCS2000', 'WGS84']),
})

const tilesetSchema = closed({
  id,
  url,
  heights: v.exactOptional(url),
  captured: v.exactOptional(v.pipe(v.string(), v.isoDate('is no day; write it as 2026-10-18'))),
  source: v.exactOptional(textSchema),
  at: v.exactOptional(v.picklist(['origin', 'auto'])),
  memoryBytes: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(16_000_000))),
  errorTargetPx: v.exactOptional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(1000))),
})

const feedSchema = v.variant('type', [
  closed({ id, type: v.literal('websocket'), url, history: v.exactOptional(url), actions: v.exactOptional(url) }),
])

const layerSchema = closed({
  id,
  name: v.exactOptional(textSchema),
  kind: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
  feed: v.exactOptional(id),
  visible: v.exactOptional(v.boolean()),
  inventory: v.exactOptional(url),
  style: v.exactOptional(
    closed({
      area: v.exactOptional(v.literal('outline')),
      label: v.exactOptional(v.string()),
      dotBeyondMeters: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
    }),
  ),
})

export const headingDeg = v.pipe(v.number(), v.minValue(-360), v.maxValue(360))
export const pitchDeg = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))

const viewSchema = closed({
  id,
  name: textSchema,
  longitude,
  latitude,
  heightEllipsoidalMeters,
  headingDeg,
  pitchDeg,
})

const panelSchema = v.variant('type', [
  closed({ type: v.literal('alarms'), place }),
  closed({ type: v.literal('layers'), place }),
  closed({
    type: v.literal('statistic'),
    place,
    title: textSchema,
    value: closed({ layer: id, count: v.picklist(['all', 'fresh', 'late', 'stale']) }),
  }),
])

export const twinDocumentSchema = closed({
  $schema: v.exactOptional(v.string()),
  twin: v.literal(1),
  name: textSchema,
  timeZone: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  origin: originSchema,
  area: v.exactOptional(v.strictTuple([longitude, latitude, longitude, latitude])),
  reference: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  tilesets: v.optional(v.array(tilesetSchema), []),
  feeds: v.optional(v.array(feedSchema), []),
  kinds: v.optional(v.array(kindSchema), []),
  layers: v.optional(v.array(layerSchema), []),
  views: v.optional(v.array(viewSchema), []),
  panels: v.optional(v.array(panelSchema), []),
})
