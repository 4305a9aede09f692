import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StepPorts } from './community/run-step.ts'
import type { Step } from './community/step.ts'
import { ownMesh } from './own-mesh.ts'

let folder: string
let mesh: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwan-mesh-'))
  mesh = join(folder, 'mine/roof.obj')
  mkdirSync(dirname(mesh))
  writeFileSync(mesh, 'mtllib roof.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl a\nf 1 2 3\n')
  writeFileSync(join(dirname(mesh), 'roof.mtl'), 'newmtl a\nmap_Kd roof.jpg\n')
  writeFileSync(join(dirname(mesh), 'roof.jpg'), 'picture')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const steps: Step[] = []
const said: string[] = []
/** Leaves a tileset, as the pipeline does, or not, as one that is killed. */
const running = (killed = false) => ({
  async run(step: Step, { onProgress }: StepPorts = {}) {
    steps.push(step)
    onProgress?.(0.5, 'tiles 1 of 2')
    if (step.type !== 'tiles') throw new Error('a mesh needs no capture')
    if (killed) throw new Error('killed')
    mkdirSync(step.options.output, { recursive: true })
    writeFileSync(join(step.options.output, 'tileset.json'), '{}')
  },
})
const make = (args: readonly string[] = ['--crs=EPSG:4547'], more: object = running()) => {
  steps.length = said.length = 0
  return ownMesh({ path: mesh, args, kept: join(folder, 'kept'), say: (line) => said.push(line), ...more })
}

test('its options are those of twinmap tiles', async () => {
  const tileset = await make(['--crs=EPSG:4547', '--origin=500000,4100000,-3', '--up=y'])
  expect(steps).toEqual([
    {
      type: 'tiles',
      quiet: false,
      options: expect.objectContaining({
        input: mesh,
        output: dirname(tileset),
        place: { reference: 'EPSG:4547', origin: [500000, 4100000, -3], up: 'y' },
      }),
    },
  ])
})

test('tiles are made once, and the second start says that they are kept', async () => {
  const first = await make()
  expect(await make()).toBe(first)
  expect([steps, said]).toEqual([[], [`${mesh}: its tiles are kept in ${dirname(first)}`]])
})

test.each([
  ['the mesh', 'roof.obj'],
  ['a library', 'roof.mtl'],
  ['a picture', 'roof.jpg'],
] as const)('a change of %s makes them anew, beside the old ones', async (_, name) => {
  const first = await make()
  appendFileSync(join(dirname(mesh), name), '\n')
  expect(await make()).not.toBe(first)
  expect(steps.length).toBe(1)
})

test('so does another time of the same bytes, another option, and a metadata.xml one folder above', async () => {
  const made = new Set([await make()])
  utimesSync(mesh, 1, 1)
  made.add(await make())
  made.add(await make(['--crs=EPSG:4548']))
  writeFileSync(join(folder, 'metadata.xml'), '<ModelMetadata/>')
  made.add(await make())
  expect(made.size).toBe(4)
})

test('tiles that were cut short are not taken for made', async () => {
  await expect(make(undefined, running(true))).rejects.toThrow('killed')
  await make()
  expect(steps.length).toBe(1)
})

test('it is told how far it is, and how long that will take', async () => {
  const told: unknown[] = []
  await make(undefined, { ...running(), onProgress: (progress: unknown) => told.push(progress) })
  expect(told).toEqual([{ fraction: 0.5, words: 'tiles 1 of 2', leftMs: expect.any(Number) }])
})

test.each([
  [['--crs=EPSG:4547', '--up=x'], 'option-invalid'],
  [['--origin=here'], 'option-invalid'],
])('%j is refused before anything is read', async (args, code) => {
  await expect(make(args)).rejects.toMatchObject({ code })
  expect(steps).toEqual([])
})

test('a folder without a mesh says so', async () => {
  rmSync(mesh)
  await expect(ownMesh({ path: dirname(mesh), args: [], kept: folder, say: () => undefined })).rejects.toMatchObject({
    code: 'input-missing',
  })
})
