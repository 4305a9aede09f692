// A live twin of wells that one envelope told of, for tests of what leaves the worker. Each well lies at its own place.
import type { AnyKind } from '../src/kind/kind.ts'
import { NO_GROUND, type Settle, settleOn } from '../src/live/settle.ts'
import type { Alarm } from '../src/record/alarm.ts'
import { toColumns } from '../src/record/columns.ts'
import type { Row } from '../src/record/record.ts'
import { addLayer, createLiveTwin, type LiveTwin, type Ports, takeEnvelope } from '../src/worker/live-twin.ts'

const label = { zh: '字', en: 'word' }

/** Its keeper is a person, its street is none; it is late after 15 ms and stale after 25. */
export const well: AnyKind = {
  kind: 'Well',
  label,
  fields: {
    keeper: { type: 'words', label, privacy: 'personal' },
    street: { type: 'words', label, privacy: 'personal' },
    level: { type: 'quantity', label, unit: 'm', range: [0, 9] },
  },
  name: 'keeper',
  everyMs: 10,
  symbol: { shape: 'square', glyph: 'well' },
  alarms: {
    high: {
      when: { op: 'above', field: 'level', limit: 5, deadband: 0 },
      priority: 2,
      category: 'facility',
      text: { zh: '高', en: 'high' },
    },
  },
  disclosures: { help: { label: { zh: '需要帮助', en: 'needs help' }, category: 'health', priority: 1 } },
  card: ['level', 'keeper', 'street'],
}
/** What the twin's clock says. */
export const NOW_MS = 100
/** East is the longitude in metres, and so on. */
export const ports: Ports = {
  twinMs: NOW_MS,
  toEnu: (longitude, latitude, height, out) => {
    out[0] = longitude
    out[1] = latitude
    out[2] = height
  },
  settle: settleOn(NO_GROUND, 3) satisfies Settle,
}

export const row = (id: string, more: Partial<Row> = {}): Row => ({ kind: 'Well', id, t: 90, heardMs: NOW_MS, properties: {}, ...more })

export interface LayerOf {
  readonly id: string
  readonly kind?: AnyKind
  readonly feed?: string
  readonly label?: string | null
}

/** A twin with these layers, after a snapshot of `town`. */
export function twinOf(layers: readonly LayerOf[], rows: readonly Row[], alarms: readonly Alarm[] = []): LiveTwin {
  const twin = createLiveTwin()
  for (const { id, kind = well, feed = 'town', label: of = null } of layers) addLayer(twin, { id, kind, feed, label: of, twinMs: NOW_MS })
  takeEnvelope(twin, 'town', { streamId: 's', n: 1, serverTimeMs: 1, snapshot: true, records: toColumns(rows), alarms }, ports)
  return twin
}
