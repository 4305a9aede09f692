// Inputs that went wrong once, each as its README says is right. `00-base` is the sound one: 800 triangles, 20 m × 20 m, four colours.
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quarters, type Seen, seen } from '../../test/seen.ts'
import { type ConvertOptions, type ConvertReport, convert } from './convert.ts'

const CASES = fileURLToPath(new URL('../../../../shared/cases/pipeline/', import.meta.url))
const LACKS = existsSync(CASES) ? undefined : '../shared/cases is absent'

let out: string
beforeAll(async () => {
  out = await mkdtemp(path.join(os.tmpdir(), 'twinmap-cases-'))
})
afterAll(() => rm(out, { recursive: true, force: true }))

const run = (input: string, options: Partial<ConvertOptions> = {}): Promise<ConvertReport> =>
  convert({ input, output: path.join(out, `${path.basename(input)}-${Object.keys(options).join()}`), workers: 0, ...options })

interface Right {
  /** 800 where nothing is said. */
  readonly triangles?: number
  readonly quarters?: string
  /** East, north and up, metres; 20 × 20 × 4 where nothing is said. */
  readonly size?: readonly number[]
  /** Easting and so on of the middle; 10, 10, 0 of its own origin where nothing is said. */
  readonly center?: readonly number[]
  readonly warnings?: readonly RegExp[]
  readonly notes?: readonly RegExp[]
  readonly refused?: { readonly code: string; readonly message: RegExp }
}

const FOUR = 'red green blue yellow'
/** Figures of the sidecars' place, 511966, 3371237 of EPSG:4547 (checked against its geodetic place, 114.124598° 30.461110°). */
const PLACED = [-2249003, 5021924, 3214539]
const RIGHT: Readonly<Record<string, Right>> = {
  '00-base': {},
  '01-mtllib-several': {},
  '04-mtllib-no-extension': {},
  '05-mtllib-absent': { notes: [/m\.obj: names no library; .*m\.mtl is taken/] },
  '06-vertex-colours': { notes: [/800 faces without a picture take the colours of their vertices/] },
  '07-cr-only': {},
  '13-vt-nan': { warnings: [/m\.obj:444: 1 texture coordinate is no finite numbers/] },
  // A picture of four quarters twice each way: the middles of all quarters lie in the north-east one.
  '16-mapkd-scale': { quarters: 'green green green green' },
  '18-mapKa-only': {},
  '20-gbk-files': {},
  '21-nfd-names': {},
  '24-bmp': {},
  '25-tga': {},
  '37-isolated-vertex': { refused: { code: 'crs-missing', message: /middle is at 511010\.0, 3371010\.0/ } },
  '41-y-up-no-flag': {
    size: [20, 4, 20],
    center: [10, 0, -10],
    quarters: 'blue yellow blue yellow',
    warnings: [/looks y up, and is read z up.*Give --up y/],
  },
  '42-millimetres': {
    size: [20_000, 20_000, 3_989],
    center: [10_000, 10_000, -4],
    warnings: [/may count millimetres \(20 × 20 × 4 m\)\. Give --unit mm/],
  },
  '43-odm-two-objs': { notes: [/odm_textured_model\.obj: is another form of .*_geo\.obj, which is taken/] },
  '51-v-nan': { triangles: 797, warnings: [/m\.obj:3: 1 vertex has no three finite numbers .*"nan" as x/] },
  '63-meta-cdata': { center: PLACED },
  '64-meta-utf16': { center: PLACED },
  '67-meta-comma-decimals': {
    refused: { code: 'input-invalid', message: /SRSOrigin is "511956,5,3371227,25,0,0".*a decimal point may have become a comma/ },
  },
  '68-pix4d-sidecars': { center: PLACED },
  '69-odm-coords': { center: [5311255, 1435540, 3215702] },
  '70-cc-blocks-data': { triangles: 3200, size: [40, 40, 4], center: [20, 20, 0], quarters: 'green green green green' },
  '73-mapkd-tab-options': {},
  '74-mapkd-missing-comment': {},
  '80-outlier-diagonal': {
    triangles: 801,
    size: [60_001, 60_001, 4],
    center: [30_000.5, 30_000.5, 0],
    quarters: 'nothing nothing nothing nothing',
    warnings: [/1 of 801 triangles lies far off from all the rest \(85 km, at 60000\.33, 60000\.33, 0 .*--drop-outliers/],
  },
  '82-isolated-local-2km': { notes: [/1 vertex that no face uses counts for nothing/] },
  // South red and north blue: two names that are one where they are decoded with loss.
  '84-gbk-collision': { quarters: 'blue blue red red' },
  '90-odm-nested-duplicate': { notes: [/odm_texturing_25d\/.*is another form of .*odm_texturing\//] },
}
/** What the e2e tests hold: the command itself. */
const ELSEWHERE = ['97-proc-output']

test('every case is here', (ctx) => {
  if (LACKS !== undefined) return ctx.skip(LACKS)
  expect(readdirSync(CASES).sort()).toEqual([...Object.keys(RIGHT), ...ELSEWHERE].sort())
})

function expectSeen(shown: Seen, { triangles = 800, quarters: colors = FOUR, size = [20, 20, 4], center = [10, 10, 0] }: Right): void {
  expect([shown.triangles, quarters(shown)]).toEqual([triangles, colors])
  expect(shown.max.map((value, k) => Math.abs(value - shown.min[k]! - size[k]!) <= 0.5)).toEqual([true, true, true])
  expect(Math.hypot(...shown.center.map((value, k) => value - center[k]!))).toBeLessThan(1.5)
}

for (const [name, right] of Object.entries(RIGHT))
  test(`the case ${name} is as its README says`, { timeout: 60_000 }, async (ctx) => {
    if (LACKS !== undefined) return ctx.skip(LACKS)
    if (right.refused !== undefined) {
      await expect(run(path.join(CASES, name))).rejects.toMatchObject({
        ...right.refused,
        message: expect.stringMatching(right.refused.message),
      })
      return
    }
    const report = await run(path.join(CASES, name))
    expectSeen(await seen(report), right)
    expect(report.warnings).toEqual((right.warnings ?? []).map((told) => expect.stringMatching(told)))
    for (const told of right.notes ?? []) expect(report.notes).toEqual(expect.arrayContaining([expect.stringMatching(told)]))
  })

test('what a word offers works: the case stands upright, in metres, and without its stray', { timeout: 60_000 }, async (ctx) => {
  if (LACKS !== undefined) return ctx.skip(LACKS)
  const upright = await run(path.join(CASES, '41-y-up-no-flag'), { place: { up: 'y' } })
  expectSeen(await seen(upright), {})
  const small = await run(path.join(CASES, '42-millimetres'), { place: { unit: 'mm' } })
  expectSeen(await seen(small), {})
  const alone = await run(path.join(CASES, '80-outlier-diagonal'), { dropOutliers: true })
  expectSeen(await seen(alone), {})
  expect([...upright.warnings, ...small.warnings, ...alone.warnings]).toEqual([])
  const grid = await run(path.join(CASES, '37-isolated-vertex'), { place: { reference: 'EPSG:4547' } })
  expectSeen(await seen(grid), { center: (await seen(grid)).center })
  expect(grid.notes).toEqual(
    expect.arrayContaining([expect.stringMatching(/20\.0 m wide from west to east/), expect.stringMatching(/lattice of 7\.8125 mm/)]),
  )
})

test('a stray makes neither the lattice nor the heights coarser', { timeout: 60_000 }, async (ctx) => {
  if (LACKS !== undefined) return ctx.skip(LACKS)
  const of = async (name: string) => {
    const { notes } = await run(path.join(CASES, name))
    return notes.filter((note) => /lattice|cells of the heights/.test(note))
  }
  expect(await of('80-outlier-diagonal')).toEqual(await of('00-base'))
})

test('blocks that a link leads to are read once', { timeout: 60_000 }, async (ctx) => {
  if (LACKS !== undefined) return ctx.skip(LACKS)
  const linked = await mkdtemp(path.join(out, 'linked-'))
  await symlink(path.join(CASES, '70-cc-blocks-data'), path.join(linked, 'Data'))
  await symlink(linked, path.join(linked, 'round'))
  const report = await run(linked)
  expectSeen(await seen(report), RIGHT['70-cc-blocks-data']!)
  expect(report.notes).toEqual(expect.arrayContaining([expect.stringMatching(/round: is .* again, by a link, and is passed over/)]))
})
