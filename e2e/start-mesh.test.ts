// `npm start -- my/mesh.obj --crs …`: a user's own mesh made into tiles, kept and shown; and what is said where that cannot be.
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { writeSampleCapture } from '../data-pipeline/src/job/sample-capture.ts'
import { openViewer, until } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { ROOT } from './harness/packed.ts'
import { bundleMissing } from './harness/portal-town.ts'
import { npmStart } from './harness/start.ts'
import { DATA, dataMissing } from './real-input/sets.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-own-'))
const kept = join(folder, 'kept')
let mesh: string
const PLACE = ['--crs=EPSG:4548', '--origin', '573640,4124580,-3']
beforeAll(async () => {
  mesh = await writeSampleCapture(join(folder, 'hills'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))

const tilesetsIn = (place: string): string[] =>
  existsSync(join(place, 'own'))
    ? readdirSync(join(place, 'own'), { recursive: true, encoding: 'utf8' }).filter((name) => basename(name) === 'tileset.json')
    : []

/** Runs `npm start` to its end, or until `stop` sees in what was said that it is time for Ctrl-C. */
function run(args: readonly string[], { stop, into = kept }: { readonly stop?: RegExp; readonly into?: string } = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), '--port=0', `--kept=${into}`, ...args], { cwd: ROOT })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  const hear = (text: string) => {
    output += text
    if (stop?.test(output)) child.kill('SIGINT')
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  return new Promise<{ code: number | null; output: string }>((resolve) => child.on('close', (code) => resolve({ code, output })))
}

test('Ctrl-C in the middle leaves nothing that looks finished', async () => {
  const { code, output } = await run([mesh, ...PLACE], { stop: /Tiles of .*%/ })
  expect(output).not.toContain('Ready')
  expect(code).toBe(130)
  expect(tilesetsIn(kept)).toEqual([])
}, 60_000)

describeWith(browserMissing() ?? bundleMissing(), 'the page', () => {
  let chromium: TestBrowser
  beforeAll(async () => {
    chromium = await launchBrowser()
  })
  afterAll(() => chromium?.close())

  test('shows it where it stands, under its own name; the second start takes the tiles that are kept', async () => {
    const first = await npmStart([mesh, ...PLACE], { kept })
    expect(first.output()).toMatch(/Tiles of .*hills\.obj: \d+ % \(/)
    expect(first.output()).toMatch(/knows its place: 37\.25\d+°, 117\.83\d+°/)
    const viewer = await openViewer(chromium, first.url, { mount: false })
    await until(() => viewer.text('[part=refinement]')).toMatch(/完成/)
    const doc = await viewer.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.doc)
    expect(doc.name).toEqual({ zh: 'hills', en: 'hills' })
    expect((await fetch(doc.tilesets[0]!.heights!)).status).toBe(200)
    expect([await viewer.violations(), viewer.consoleErrors]).toEqual([[], []])
    expect(await first.interrupt()).toBe(0)

    const made = tilesetsIn(kept)
    expect(made.length).toBe(1)
    const second = await npmStart([mesh, ...PLACE], { kept })
    expect(second.output()).toContain('its tiles are kept in')
    expect(second.output()).not.toMatch(/Tiles of/)
    expect(tilesetsIn(kept)).toEqual(made)
    expect(await second.interrupt()).toBe(0)
  }, 120_000)

  describeWith(dataMissing(), 'of a real capture', () => {
    test.each([
      ['obj-terra-L17/BlockAB/BlockAB.obj', ['--crs', 'EPSG:4547'], /knows its place: 30\.46383°, 114\.12497°/],
      ['scan-cedar-creek-obj', [], /has no place on earth: it is set at the demo's origin/],
    ] as const)(
      '%s is seen',
      async (path, args, words) => {
        const started = await npmStart([join(DATA, path), ...args], { kept })
        onTestFinished(() => void started.child.kill('SIGKILL'))
        expect(started.output()).toMatch(words)
        const viewer = await openViewer(chromium, started.url, { mount: false })
        await until(() => viewer.text('[part=refinement]')).toMatch(/完成/)
        expect([await viewer.violations(), viewer.consoleErrors]).toEqual([[], []])
        expect(await started.interrupt()).toBe(0)
      },
      180_000,
    )
  })
})

describe('is told in words, and not shown', () => {
  test.each([
    [
      'a wrong path',
      () => [join(folder, 'gone.obj'), ...PLACE],
      /gone\.obj: there is no such file; give the path of a mesh.*\(input-missing\)/,
    ],
    [
      'a reference that nobody knows',
      () => [mesh, '--crs=EPSG:9999'],
      /--crs: EPSG:9999 is no reference that is known here.*\(reference-unknown\)/,
    ],
    [
      'a grid without a reference',
      () => [mesh, '--origin=573640,4124580,0'],
      /looks like easting and northing of a grid.*--crs EPSG:4548 \(crs-missing\)/,
    ],
    ['an origin of words', () => [mesh, '--crs=EPSG:4548', '--origin=here'], /origin.*here.*\(option-invalid\)/],
    ['a folder without a mesh', () => [dirname(dirname(mesh).replace(/hills$/, 'empty/x')), ...PLACE], /empty.*\(input-missing\)/],
    ['an option without a mesh', () => ['--crs=EPSG:4548'], /--crs=EPSG:4548 is for a mesh of your own; name it before/],
  ] as const)(
    '%s',
    async (_, args, words) => {
      mkdirSync(join(folder, 'empty'), { recursive: true })
      const { code, output } = await run(args())
      expect(output).toMatch(words)
      expect(code).toBeGreaterThan(0)
      expect(output).not.toContain('Ready')
    },
    60_000,
  )

  test('a mesh with a corner that is no number, by file and line', async () => {
    const bad = join(folder, 'bad/bad.obj')
    mkdirSync(dirname(bad), { recursive: true })
    writeFileSync(bad, 'v 0 0 0\nv 1 0 0\nv 0 nan 0\nf 1 2 3\n')
    const { code, output } = await run([bad, ...PLACE])
    expect(output).toMatch(/bad\.obj:3/)
    expect(code).toBe(1)
  }, 60_000)

  test('a mesh whose library is not there is shown grey, and that is said', async () => {
    const bare = join(folder, 'bare/hills.obj')
    mkdirSync(dirname(bare), { recursive: true })
    copyFileSync(mesh, bare)
    const started = await npmStart([bare, ...PLACE], { kept })
    onTestFinished(() => void started.child.kill('SIGKILL'))
    expect(started.output()).toMatch(
      /warning: .*hills\.obj:1: mtllib hills\.mtl: there is no such file beside it; faces become grey\. Put it there and run again/,
    )
    expect(JSON.parse(readFileSync(join(kept, 'own.twin.json'), 'utf8')).tilesets.length).toBe(1)
    expect(await started.interrupt()).toBe(0)
  }, 60_000)
})
