// `twinmap` as a process: what it says of bad input, by file, line and value, with what to do; its exit codes; its output on a terminal,
// in a pipe and as JSON.
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../data-pipeline/src/cli/exit.ts'
import { SAMPLE_CAPTURE, writeSampleCapture } from '../data-pipeline/src/job/sample-capture.ts'
import { guardedWrite } from '../data-pipeline/src/write/output.ts'
import { ROOT } from './harness/packed.ts'
import { CLI, type Ended, notBuilt, twinmap } from './pipeline/cli.ts'

const TRIANGLES = 2 * SAMPLE_CAPTURE.squares ** 2
const PLACE = ['--crs', 'EPSG:4548', '--origin', '573000,4124000,0']

let folder: string
let obj: string
beforeAll(async () => {
  const lacks = notBuilt()
  if (lacks !== undefined) throw new Error(lacks)
  folder = await mkdtemp(join(tmpdir(), 'twinmap-cli-'))
  obj = await writeSampleCapture(join(folder, 'good'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let made = 0
/** A copy of the sample with its OBJ changed; the MTL and the pictures beside it are the sample's own unless they go. */
async function spoilt(change: (obj: string) => string, { without }: { without?: RegExp } = {}): Promise<string> {
  const at = join(folder, `spoilt${made++}`)
  const file = await writeSampleCapture(at)
  await writeFile(file, change(await readFile(file, 'utf8')))
  if (without !== undefined) for (const name of await readdir(at)) if (without.test(name)) await rm(join(at, name))
  return file
}
const tiles = (file: string, ...more: string[]): Promise<Ended & { target: string }> => {
  const target = join(folder, `out${made++}`)
  return twinmap(['tiles', file, '-o', target, ...more]).then((ended) => ({ ...ended, target }))
}
const lineOf = async (file: string, pattern: RegExp) =>
  (await readFile(file, 'utf8')).split('\n').findIndex((line) => pattern.test(line)) + 1
/** Nothing stands there that looks finished, or unfinished. */
const nothingIn = async (target: string) => expect(await readdir(target).catch(() => [])).toEqual([])

describe('what is broken ends the run with 3, naming file, line, value and what to do:', () => {
  test('a vertex that is no number', async () => {
    const file = await spoilt((text) => text.replace(/^v (\S+) (\S+) (\S+)$/m, 'v $1 nan $3'))
    const { code, err, target } = await tiles(file, ...PLACE)
    expect([code, err.trim().split('\n').at(-1)]).toEqual([
      3,
      `input-invalid: ${file}:${await lineOf(file, /nan/)}: vertex 1 has "nan" as y, expected a finite number; export the mesh again, or remove the vertex and its faces`,
    ])
    await nothingIn(target)
  })
  test('a face that names what the file does not have', async () => {
    const file = await spoilt((text) => `${text}f 1/1 2/2 99999/3\n`)
    const { code, err, target } = await tiles(file, ...PLACE)
    const vertices = (SAMPLE_CAPTURE.squares + 1) ** 2
    expect([code, err.trim().split('\n').at(-1)]).toEqual([
      3,
      `input-invalid: ${file}:${await lineOf(file, /99999/)}: a face names position 99999, but the file has ${vertices}; the file is cut or was joined wrongly: export the mesh again`,
    ])
    await nothingIn(target)
  })
  test('a file that is not there, and a picture that is none', async () => {
    const gone = join(folder, 'gone.obj')
    expect(await tiles(gone)).toMatchObject({ code: 3, err: expect.stringMatching(/^input-missing: .*gone\.obj/) })
    const file = await spoilt((text) => text)
    await writeFile(join(file, '../hills_0_0.jpg'), 'no picture')
    const { code, err, target } = await tiles(file, ...PLACE)
    expect([code, err]).toEqual([3, expect.stringMatching(/input-invalid: .*hills_0_0\.jpg: cannot be read as a picture .*; replace it/)])
    await nothingIn(target)
  })
})

describe('what is missing is told, the rest is made; --strict ends there:', () => {
  const warned = async (file: string, message: RegExp) => {
    const { code, err, target } = await tiles(file, ...PLACE)
    expect([code, err]).toEqual([0, expect.stringMatching(message)])
    expect(await readdir(target)).toContain('tileset.json')
    const strict = await tiles(file, ...PLACE, '--strict')
    expect([strict.code, strict.err]).toEqual([3, expect.stringMatching(/^input-invalid: .*\(--strict ends the run here\)$/m)])
    await nothingIn(strict.target)
  }
  test('a material library', async () =>
    warned(
      await spoilt((text) => text, { without: /\.mtl$/ }),
      /warning: .*hills\.obj:1: mtllib hills\.mtl: there is no such file beside it; .*Put it there/,
    ))
  test('a picture', async () =>
    warned(
      await spoilt((text) => text, { without: /_1_0\.jpg$/ }),
      /warning: .*hills\.mtl:7: material page 1 0 names hills_1_0\.jpg, and there is no such picture; .*Put it there/,
    ))
  test('the area of a face', async () => {
    const file = await spoilt((text) => `${text}f 1 1 2\nf 2 2 2\n`)
    await warned(file, new RegExp(`warning: .*hills\\.obj:${await lineOf(file, /^f 1 1 2$/)}: 2 faces without area were left out`))
  })
})

describe('a wrong reference ends the run with 4:', () => {
  test('an unknown one, told as it was given', async () => {
    const { code, err, target } = await tiles(obj, '--crs', 'EPSG:99999')
    expect([code, err]).toEqual([4, expect.stringMatching(/^reference-unknown: --crs: EPSG:99999.*;/m)])
    await nothingIn(target)
  })
  test('one that cannot hold the mesh: northing given first', async () => {
    const { code, err } = await tiles(obj, '--crs', 'EPSG:4548', '--origin', '4124000,573000,0')
    expect([code, err]).toEqual([4, expect.stringMatching(/^location-invalid: .*northing first/m)])
  })
  test('one that stands wrong in a sidecar, told with its file', async () => {
    const file = await spoilt((text) => text)
    await writeFile(join(file, '../metadata.xml'), '<ModelMetadata><SRS>EPSG:12</SRS><SRSOrigin>0,0,0</SRSOrigin></ModelMetadata>')
    const { code, err } = await tiles(file)
    expect([code, err]).toEqual([4, expect.stringMatching(/^reference-unknown: .*metadata\.xml: EPSG:12/m)])
  })
  test('none, for numbers of a grid', async () => {
    const { code, err } = await tiles(
      await spoilt((text) => text.replace(/^v (\S+) (\S+)/gm, (_, x, y) => `v ${573000 + Number(x)} ${4124000 + Number(y)}`)),
    )
    expect([code, err]).toEqual([
      4,
      expect.stringMatching(/^crs-missing: the mesh's middle is at 5730\d\d\.\d, 41240\d\d\.\d.*give it, such as --crs EPSG:4548/m),
    ])
  })
})

test('a full disk ends the run with 5, says how much is free and what to do, and leaves nothing', async () => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    // Who may not mount sees the same sentence from the writer, by the system's own full device.
    await expect(guardedWrite('/dev/full', 'x')).rejects.toMatchObject({ code: 'disk-full' })
    return
  }
  onTestFinished(() => void execFileSync('umount', [disk]))
  const { code, err } = await twinmap(['tiles', obj, '-o', join(disk, 'out'), ...PLACE])
  expect([code, err]).toEqual([
    5,
    expect.stringMatching(
      /^disk-full: .*out.*: the disk is full \(0 MB are free\); free some space, or give another folder with -o, and run again/m,
    ),
  ])
  await nothingIn(join(disk, 'out'))
})

test('options are refused with 2, and an output that is a file', async () => {
  expect(await twinmap(['tiles', obj])).toMatchObject({ code: 2, err: expect.stringMatching(/^option-invalid: --out is missing; give/) })
  expect(await tiles(obj, '--quality', '0')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--quality is "0"; give a number from 1 to 100/),
  })
  expect(await twinmap(['tiles', obj, '-o', obj, ...PLACE])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^option-invalid: .*cannot be written/m),
  })
})

describe('docs/pipeline.md', () => {
  const page = readFileSync(join(ROOT, 'docs/pipeline.md'), 'utf8')
  const examples = [...page.matchAll(/```js run\n([\s\S]*?)```/g)].map(([, text]) => text!)
  test('has examples', () => expect(examples).toHaveLength(2))
  test.each(examples)('%#: an example prints what it says', async (example) => {
    const at = await mkdtemp(join(folder, 'example-'))
    const library = pathToFileURL(join(ROOT, 'data-pipeline/dist/index.js')).href
    await writeFile(join(at, 'example.mjs'), example.replace('@twinmap/data-pipeline', library))
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: at })
    expect(stdout.trim()).toBe(/console\.log\(.*\) \/\/ (.*)/.exec(example)![1])
  })
  test('tells every exit code', () => {
    for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| (.*, )?${code}(, .*)? \\|`, 'm'))
  })
})

describe('a run that ends well', () => {
  test('tells on stdout what was made and what the document needs, and in a pipe its progress line by line', async () => {
    const { code, out, err, target } = await tiles(obj, ...PLACE)
    expect(code).toBe(0)
    expect(out).toMatch(/out\d+\/tileset\.json: 0\.00 M triangles and 0\.26 M pixels in \d+ s/)
    const entry = JSON.parse(/for the twin document: (.*)/.exec(out)![1]!) as object
    expect(entry).toEqual({ id: 'mesh', url: join(target, 'tileset.json'), heights: join(target, 'heights.json') })
    expect(err).toMatch(/heights are taken as ellipsoidal/)
    expect(err).toMatch(/^tiles \d+\/\d+, \d+\.\d M triangles\/min/m)
    expect(err).not.toContain('\x1b')
  })
  test('without a reference tells that the document must set it at its origin', async () =>
    expect((await tiles(obj)).out).toMatch(/for the twin document: .*"at":"origin"/))
  test('with --json prints a report and nothing else on stdout, and with --quiet nothing beside it', async () => {
    const { out, err, target } = await tiles(obj, ...PLACE, '--json', '--quiet')
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({
      tileset: join(target, 'tileset.json'),
      frame: 'ecef',
      triangles: TRIANGLES,
      pages: 4,
      tiles: 1,
      rootShare: 1,
      warnings: [],
      stageMs: { read: expect.any(Number), tiles: expect.any(Number) },
    })
    const checked = await twinmap(['validate', join(target, 'tileset.json'), '--json'])
    expect([checked.code, JSON.parse(checked.out)]).toEqual([0, expect.objectContaining({ findings: [], errors: 0, tiles: 1 })])
    await rm(join(target, 'tiles/r.glb'))
    expect(await twinmap(['validate', join(target, 'tileset.json')])).toMatchObject({
      code: 6,
      out: expect.stringMatching(/^error content-missing tileset\.json#\/root\/content\/uri: tiles\/r\.glb/),
    })
  })
  test('on a terminal renews one line, and takes it away at the end', async () => {
    const target = join(folder, 'terminal')
    // `script` (util-linux) lends it a terminal.
    const command = [process.execPath, CLI, 'tiles', obj, '-o', target, ...PLACE].map((word) => `'${word}'`).join(' ')
    const { stdout } = await promisify(execFile)('script', ['-qefc', command, '/dev/null'])
    const shown = stdout.replaceAll('\r\x1b[2K', '<renew>')
    expect(shown).toMatch(/<renew>\[=* *\] tiles \d\/1/)
    expect(shown.slice(shown.lastIndexOf('<renew>'))).toMatch(/^<renew>\S*tileset\.json: /)
  })
})
