// `GET inventory/{layer}`: an inventory of things of which not everybody may know, cut by role. What stands in a folder that is
// served would be everybody's, so a server that would serve such a file does not start.
import { readFileSync, realpathSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { resolve, sep } from 'node:path'
import { readDocument } from '@twinmap/core/internal/document/load'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import { isObject } from '@twinmap/core/internal/record/check'
import type { Redaction } from '@twinmap/core/internal/record/redact'
import type { CheckedConfig } from '../config.ts'
import type { Audience } from '../live/compose.ts'
import type { Timers } from '../live/timers.ts'
import type { Store } from '../store/store.ts'
import type { Viewer } from '../tokens.ts'
import { NO_STORE } from './answer.ts'

export interface Inventory {
  readonly layer: string
  readonly kind: AnyKind
  /** As links lead to it. */
  readonly file: string
}

type Configured = Pick<CheckedConfig, 'document' | 'inventories' | 'mounts'>

const refuse = (message: string, field: string): never => {
  throw new TwinError('config-invalid', `configuration: ${message}`, { field })
}

/** Whether anything of a kind is not for everybody. */
export const isPrivate = (kind: AnyKind): boolean =>
  kind.location?.privacy !== undefined || Object.values(kind.fields).some(({ privacy }) => privacy !== undefined)

/**
 * The inventories that are configured, by the layer that shows them.
 *
 * @throws TwinError `config-invalid`: a file cannot be read or lies where it is served to everybody, a layer is not there, or a
 * layer of a kind with `privacy` asks for a file that is served to everybody.
 */
export function readInventories(
  { document, inventories, mounts }: Configured,
  kinds: ReadonlyMap<string, AnyKind>,
): Map<string, Inventory> {
  const found = new Map<string, Inventory>()
  // As a page resolves them, wherever a proxy hangs the whole.
  const base = 'http://twin/twin.json'
  const layers = document === undefined ? [] : readDocument(JSON.parse(new TextDecoder().decode(readFileSync(document))), base).layers
  const addressOf = (layer: string) => new URL(`inventory/${layer}`, base).href
  for (const [i, { layer, file }] of inventories.entries()) {
    const field = `inventories[${i}]`
    const shown = layers.find(({ id }) => id === layer)
    const kind = shown?.kind === undefined ? undefined : kinds.get(shown.kind)
    if (shown === undefined)
      return refuse(`${field}.layer is ${layer}, and the document has no such layer; name one that it has`, `${field}.layer`)
    if (kind === undefined)
      return refuse(
        `${field}.layer is ${layer}, which has no kind, so nobody can say what of it a role may see; give it one`,
        `${field}.layer`,
      )
    if (shown.inventory !== addressOf(layer))
      refuse(`layer ${layer} of the document asks for another inventory; write "inventory": "inventory/${layer}" there`, `${field}.layer`)
    if (found.has(layer)) refuse(`${field}.layer is ${layer}, which has an inventory already; remove one of the two`, `${field}.layer`)
    const real = mustRead(file, `${field}.file`)
    const mount = mounts.find(({ folder }) => lies(real, folder))
    if (mount !== undefined)
      refuse(`${field}.file is ${file}, which the mount ${mount.path} serves to everybody; move it out of ${mount.folder}`, `${field}.file`)
    if (document !== undefined && realpathSync.native(document) === real)
      refuse(`${field}.file is the document, which is served to everybody; name the file of the inventory`, `${field}.file`)
    found.set(layer, { layer, kind, file: real })
  }
  for (const { id, kind: name, inventory } of layers) {
    const kind = name === undefined ? undefined : kinds.get(name)
    if (kind === undefined || inventory === undefined || !isPrivate(kind) || found.has(id)) continue
    const url = new URL(inventory)
    const mount = url.origin === new URL(base).origin ? mounts.find(({ path }) => decodeURI(url.pathname).startsWith(path)) : undefined
    if (mount === undefined) continue
    refuse(
      `layer ${id} of the document shows ${kind.kind}, which is not for everybody, from ${url.pathname}, which the mount ${mount.path} serves to everybody; move the file out of ${mount.folder}, name it in inventories, and write "inventory": "inventory/${id}"`,
      'mounts',
    )
  }
  return found
}

/** The file as links lead to it, after it was read once, so that a server which starts can serve it. */
function mustRead(file: string, field: string): string {
  try {
    const real = realpathSync.native(file)
    featuresOf(readFileSync(real))
    return real
  } catch (error) {
    return refuse(`${field} is ${file}, which cannot be served (${(error as Error).message}); name a GeoJSON FeatureCollection`, field)
  }
}

/** Whether a file lies in a folder, as links lead there. */
function lies(real: string, folder: string): boolean {
  try {
    const root = realpathSync.native(resolve(folder))
    return real.startsWith(root.endsWith(sep) ? root : root + sep)
  } catch {
    return false // a folder that is not there yet holds nothing
  }
}

interface Feature {
  readonly id?: unknown
  readonly geometry?: unknown
  readonly properties?: unknown
}

function featuresOf(bytes: Buffer): readonly Feature[] {
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (isObject(json) && json['type'] === 'FeatureCollection' && Array.isArray(json['features'])) return json['features'].filter(isObject)
  throw new Error('is no GeoJSON FeatureCollection')
}

/** One feature as a role sees it; null: nothing of it. Made anew, so that what nobody thought of is absent. */
export function cutFeature({ id, geometry, properties }: Feature, kind: AnyKind, { row }: Redaction): object | null {
  const own = isObject(properties) ? properties : {}
  const named = id ?? own['id']
  const seen = row({ kind: kind.kind, id: String(named), t: 0, heardMs: 0, location: [0, 0], properties: own as Record<string, number> })
  if (seen === null || (typeof named !== 'string' && typeof named !== 'number')) return null
  const said: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(seen.properties as Record<string, unknown>))
    if (typeof value === 'string' || typeof value === 'number') said[name] = value
  const place = geometryOf(geometry)
  if (place === null && Object.keys(said).length === 0) return null
  return { type: 'Feature', id: named, geometry: place, properties: said }
}

function geometryOf(raw: unknown): object | null {
  if (!isObject(raw) || typeof raw['type'] !== 'string' || !isNumbers(raw['coordinates'])) return null
  return { type: raw['type'], coordinates: raw['coordinates'] }
}

/** Numbers in lists of lists, as deep as GeoJSON has them and no deeper. */
const isNumbers = (raw: unknown, left = 4): boolean =>
  Array.isArray(raw) && left > 0 && raw.every((each) => typeof each === 'number' || isNumbers(each, left - 1))

export interface InventoryPorts {
  readonly inventories: ReadonlyMap<string, Inventory>
  readonly audit: Store['audit']
  /** Wall time, for the audit. */
  readonly nowMs: () => number
  readonly timers: Pick<Timers, 'turn'>
}

/** Features that are cut before other work has its turn. */
const CUT_AT_ONCE = 1_000

/** @returns what answers a viewer who may ask. @throws TwinError from it: `not-found` also where the role may not know of the kind. */
export function createInventories({ inventories, audit, nowMs, timers }: InventoryPorts) {
  /** By layer and sort of role: the newest cut, as long as its file stays as it was. */
  const cuts = new Map<string, { readonly of: string; readonly text: Promise<Buffer> }>()

  async function cut({ layer, kind, file }: Inventory, redaction: Redaction): Promise<Buffer> {
    const { mtimeMs, size, ino } = await stat(file)
    const key = `${layer} ${sortsOf(redaction.role)}`
    const of = `${mtimeMs} ${size} ${ino}`
    const known = cuts.get(key)
    if (known?.of === of) return known.text
    const text = make(kind, file, redaction)
    const own = { of, text }
    cuts.set(key, own)
    // What failed is tried anew, because whoever keeps the file may be writing it.
    text.catch(() => cuts.get(key) === own && cuts.delete(key))
    return text
  }

  async function make(kind: AnyKind, file: string, redaction: Redaction): Promise<Buffer> {
    const features = featuresOf(await readFile(file))
    const parts: string[] = []
    for (const [i, feature] of features.entries()) {
      if (i % CUT_AT_ONCE === CUT_AT_ONCE - 1) await timers.turn()
      const seen = cutFeature(feature, kind, redaction)
      if (seen !== null) parts.push(JSON.stringify(seen))
    }
    return Buffer.from(`{"type":"FeatureCollection","features":[${parts.join(',')}]}`)
  }

  return async (response: ServerResponse, layer: string, viewer: Viewer, { redaction }: Audience): Promise<void> => {
    const inventory = inventories.get(layer)
    if (inventory === undefined || !redaction.sees(inventory.kind.kind))
      throw new TwinError('not-found', `/inventory/${layer}: there is no such file`)
    const { kind } = inventory.kind
    if (redaction.personalKinds.includes(kind))
      await audit({ atMs: nowMs(), who: viewer.name, role: viewer.role, what: 'inventory', kinds: [kind], subject: layer })
    const text = await cut(inventory, redaction)
    response.writeHead(200, { 'Content-Type': 'application/geo+json', 'Content-Length': text.length, ...NO_STORE })
    response.end(text)
  }
}

/** Roles that see the same sorts of data share a cut. */
const sortsOf = (role: Role): string => [...SEES[role]].sort().join()
