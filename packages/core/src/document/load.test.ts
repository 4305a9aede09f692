import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { areaOf } from './area-of.ts'
import { loadDocument, readDocument } from './load.ts'

const page = readFileSync(new URL('../../../../docs/formats/twin.md', import.meta.url), 'utf8')
const blocks = (tag: string): string[] => [...page.matchAll(new RegExp(`\`\`\`${tag}\n([\\s\\S]*?)\`\`\``, 'g'))].map((found) => found[1]!)
const base = 'https://town.example/portal/twin/longwan.twin.json'
const least = () => JSON.parse(blocks('json twin')[0]!) as Record<string, unknown>
const full = () => JSON.parse(blocks('json twin')[1]!) as Record<string, unknown>
const refusal = (change: Record<string, unknown>, doc = full()): TwinError => {
  try {
    readDocument({ ...doc, ...change }, base)
  } catch (error) {
    if (error instanceof TwinError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('docs/formats/twin.md', () => {
  test('has examples', () => expect(blocks('json twin').length).toBe(4))
  test.each(blocks('json twin').map((text, i) => [i + 1, text] as const))('example %d is a twin document', (_, text) => {
    expect(readDocument(JSON.parse(text), base).twin).toBe(1)
  })
  test('shows the very sentences of a refusal', () => {
    expect(() => readDocument(JSON.parse(blocks('json twin-broken')[0]!), 'https://town.example/broken.twin.json')).toThrow(
      blocks('text refusal')[0]!.trim(),
    )
  })
})

describe('a twin document', () => {
  test('has empty lists where it names none', () => {
    expect(readDocument(least(), base)).toMatchObject({ feeds: [], kinds: [], layers: [], views: [], panels: [] })
  })

  test('counts its URLs from its own', () => {
    const doc = readDocument(full(), base)
    expect(doc.tilesets[0]).toMatchObject({
      url: 'https://town.example/portal/twin/tiles/tileset.json',
      heights: 'https://town.example/portal/twin/tiles/heights.json',
    })
    expect(doc.feeds[0]).toMatchObject({
      url: 'https://town.example/portal/twin/live',
      history: 'https://town.example/portal/twin/history',
      actions: 'https://town.example/portal/twin/actions',
    })
    expect(doc.layers[1]!.inventory).toBe('https://town.example/portal/twin/inventory/fields.geojson')
  })

  test('may say the area in which its things are expected', () => {
    const area = [117.79, 37.21, 117.87, 37.29]
    expect(areaOf(readDocument({ ...least(), area }, base))).toEqual(area)
    expect(areaOf(readDocument(least(), base))).toBeUndefined()
  })

  test('of a newer version says which one is read', () => {
    const error = refusal({ twin: 2 })
    expect(error).toMatchObject({ code: 'document-newer', details: { path: 'twin', value: '2' } })
    expect(error.message).toBe('longwan.twin.json: is a twin document of version 2; this twinmap reads version 1. Update twinmap')
  })

  test.each([
    [{ twin: undefined }, /is no twin document/],
    [{ twin: 0 }, 'longwan.twin.json: twin is 0; 1 is needed'],
    [{ twin: '1' }, 'longwan.twin.json: twin is "1"; 1 is needed'],
    [{ tilesets: 'mesh' }, 'longwan.twin.json: tilesets is "mesh"; a list is needed'],
    [{ tileset: [] }, 'longwan.twin.json: tileset is not a key of this place; did you mean tilesets?'],
    [{ zzz: 1 }, /zzz is not a key of this place; known are \$schema, twin, name/],
    [{ name: '龙湾' }, 'longwan.twin.json: name is "龙湾"; an object is needed'],
    [{ name: { zh: '龙湾' } }, 'longwan.twin.json: name.en is missing; add it'],
    [{ timeZone: 'Shanghai' }, 'longwan.twin.json: timeZone is Shanghai, no IANA time zone; write it as Asia/Shanghai'],
    [{ reference: 'EPSG:2437' }, /reference is EPSG:2437, no reference that is known here/],
    [
      { origin: { ...(full()['origin'] as object), latitude: 117 } },
      'longwan.twin.json: origin.latitude is 117, which is too great; the most is 90',
    ],
    [{ area: [117.8, 37.2, 117.9] }, 'longwan.twin.json: area[3] is missing; add a number'],
    [{ area: [117.8, 37.2, 117.9, 37.3, 0] }, /longwan\.twin\.json: area/],
    [{ area: [117.8, 37.2, 181, 37.3] }, 'longwan.twin.json: area[2] is 181, which is too great; the most is 180'],
    [
      { area: [117.9, 37.2, 117.8, 37.3] },
      'longwan.twin.json: area is [117.9, 37.2, 117.8, 37.3], no box; write [west, south, east, north] in degrees',
    ],
    [{ area: [117.8, 37.3, 117.9, 37.3] }, /area is .*, no box/],
    [
      { area: [37.2, 80, 37.3, 90] },
      'longwan.twin.json: area is [37.2, 80, 37.3, 90], without the origin [117.83, 37.25]; write degrees east before degrees north, or widen it',
    ],
    [{ origin: { ...(full()['origin'] as object), datum: 'WGS 84' } }, /origin\.datum is "WGS 84"; one of "CGCS2000", "WGS84" is needed/],
    [{ tilesets: [{ id: 'mesh', url: 5 }] }, 'longwan.twin.json: tilesets[0].url is 5; a string is needed'],
    [{ tilesets: [{ id: 'a mesh', url: 't.json' }] }, /tilesets\[0\]\.id "a mesh" is no id/],
    [{ tilesets: [{ id: 'm', url: 't.json', captured: '18.10.2026' }] }, /captured "18\.10\.2026" is no day/],
    [{ tilesets: [{ id: 'm', url: 'data:application/json,{}' }] }, /tilesets\[0\]\.url .* whose scheme data: is not fetched/],
    [{ tilesets: [{ id: 'm', url: 'https://me:secret@town.example/t.json' }] }, /holds a name or a password/],
    [{ tilesets: [{ id: 'm', url: 'http://[' }] }, /is "http:\/\/\[", no URL/],
    [
      {
        tilesets: [
          { id: 'm', url: 'a' },
          { id: 'm', url: 'b' },
        ],
      },
      /tilesets\[1\]\.id is "m", as tilesets\[0\] is/,
    ],
    [{ feeds: [{ id: 'town', type: 'mqtt', url: 'live' }] }, 'longwan.twin.json: feeds[0].type is "mqtt"; "websocket" is needed'],
    [
      { layers: [{ id: 'w', kind: 'Wristband', feed: 'twon' }], panels: [] },
      /layers\[0\]\.feed names "twon", which is not in feeds; did you mean town\?/,
    ],
    [{ layers: [{ id: 'w' }], panels: [] }, /layers\[0\] shows nothing/],
    [{ layers: [{ id: 'w', feed: 'town', inventory: 'a.json' }], panels: [] }, /layers\[0\]\.kind is missing/],
    [{ layers: [] }, /panels\[1\]\.value\.layer names "wristbands", which is not in layers; layers is empty/],
    [{ panels: [{ type: 'clock', place: 'left' }] }, /panels\[0\]\.type is "clock"; one of "alarms", "layers", "statistic" is needed/],
    [{ views: [{ id: 'home' }] }, /views\[0\]\.name is missing; add it/],
  ])('%j is refused in words', (change, words) => {
    const error = refusal(change)
    expect(error.code).toBe('document-invalid')
    expect(error.message).toMatch(words)
    expect(error.details['file']).toBe('longwan.twin.json')
  })

  test('with many faults tells five and counts the rest', () => {
    const { message } = refusal({ tilesets: Array.from({ length: 9 }, () => 1) })
    expect(message.split('\n')).toHaveLength(6)
    expect(message).toMatch(/and 4 more$/)
  })

  test.each([[null], [[]], ['text'], [5], [{}], [{ asset: { version: '1.1' } }]])('%j is told to be none', (parsed) => {
    expect(() => readDocument(parsed, base)).toThrow('longwan.twin.json: is no twin document; one begins with {"twin": 1, "name": …')
  })

  test('with __proto__ as a key is refused, and pollutes nothing', () => {
    const text = JSON.stringify(least()).replace('{', '{"__proto__":{"polluted":1},')
    expect(() => readDocument(JSON.parse(text), base)).toThrow('__proto__ is not a key of this place')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('kinds of a document', () => {
  const gates = () => JSON.parse(blocks('json twin')[2]!) as { kinds: Record<string, unknown>[] }
  test('may use the whole grammar, conditions inside conditions too', () => {
    const [gate] = readDocument(gates(), base).kinds
    expect(gate!.alarms['flooding']!.when).toMatchObject({ op: 'all', of: [{ op: 'atLeast' }, { op: 'is' }] })
  })
  test.each([
    [{ card: ['depth'] }, /kinds\[0\]: SluiceGate\.card: no field is named depth/],
    [{ symbol: { shape: 'star', glyph: 'sluice' } }, /kinds\[0\]\.symbol\.shape is "star"; one of "circle", "square"/],
    [
      { alarms: { a: { when: { op: 'over' }, priority: 1, category: 'safety', text: { zh: '甲', en: 'a' } } } },
      /kinds\[0\]\.alarms\.a\.when\.op is "over"; one of "silent", "all"/,
    ],
    [
      {
        alarms: {
          a: {
            when: { op: 'all', of: [{ op: 'above', field: 'waterLevel', limit: 3 }] },
            priority: 1,
            category: 'safety',
            text: { zh: '甲', en: 'a' },
          },
        },
      },
      /kinds\[0\]\.alarms\.a\.when\.of\[0\]\.deadband is missing/,
    ],
    [
      { alarms: { a: { when: { op: 'silent' }, priority: 9, category: 'safety', text: { zh: '甲', en: 'a' } } } },
      /priority is 9; one of 1, 2, 3, 4 is needed/,
    ],
    [{ kind: '水闸' }, /kinds\[0\]\.kind "水闸" is no name of a kind/],
    [{ fields: { gate: { type: 'number' } } }, /kinds\[0\]\.fields\.gate\.type is "number"; one of "quantity", "choice", "words"/],
  ])('%j is refused in words', (change, words) => {
    const { kinds, ...doc } = gates()
    expect(refusal({ kinds: [{ ...kinds[0], ...change }] }, doc).message).toMatch(words)
  })
  test('may not repeat', () => {
    const { kinds, ...doc } = gates()
    expect(refusal({ kinds: [kinds[0], kinds[0]] }, doc).message).toMatch(/kinds\[1\]\.kind is "SluiceGate", as kinds\[0\] is/)
  })
})

describe('loading', () => {
  const load = (fetchJson: () => Promise<unknown>) => loadDocument(`${base}?token=abc`, fetchJson).catch((error: unknown) => error)
  test('gives the document, and asks once', async () => {
    let asked = 0
    const once = async () => {
      asked++
      return least()
    }
    expect(await load(once)).toMatchObject({ twin: 1 })
    expect(asked).toBe(1)
  })
  test('of what is not there is document-missing', async () => {
    expect(await load(() => Promise.reject(new TwinError('fetch-gone', '404')))).toMatchObject({
      code: 'document-missing',
      message: 'longwan.twin.json: the server has no such file; check the src of the viewer',
    })
  })
  test('of what is not JSON is document-invalid', async () => {
    expect(await load(async () => JSON.parse('<!doctype html>'))).toMatchObject({
      code: 'document-invalid',
      details: { file: 'longwan.twin.json' },
    })
  })
  test('leaves other failures of the net as they are', async () => {
    expect(await load(() => Promise.reject(new TwinError('fetch-failed', 'no answer')))).toMatchObject({ code: 'fetch-failed' })
  })
  test.each([
    ['%E9%BE%99.twin.json', '龙.twin.json'],
    ['a%zz.twin.json', 'a%zz.twin.json'],
    ['%E9.twin.json', '%E9.twin.json'],
  ])('names the file %s as %s', async (name, file) => {
    const gone = loadDocument(`https://town.example/${name}`, () => Promise.reject(new TwinError('fetch-gone', '404')))
    await expect(gone).rejects.toMatchObject({ code: 'document-missing', details: { file } })
    expect(() => readDocument({}, `https://town.example/${name}`)).toThrow(`${file}: is no twin document`)
  })
  test('never tells the query of its URL, where a token may stand', async () => {
    for (const fetchJson of [async () => ({}), () => Promise.reject(new TwinError('fetch-gone', '404')), async () => JSON.parse('{')])
      expect(JSON.stringify([((await load(fetchJson)) as Error).message, ((await load(fetchJson)) as TwinError).details])).not.toContain(
        'abc',
      )
  })
})
