// `twinmap` as a process: what it says of bad input, by file, line and value, with what to do; its exit codes; its output on a terminal,
// in a pipe and as JSON.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
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
  test('a mesh of which more than half cannot be read', async () => {
    const file = await spoilt((text) => text.replace(/^v .*$/gm, 'v 1 nan 3'))
    const { code, err, target } = await tiles(file, ...PLACE)
    expect([code, err.trim().split('\n').at(-1)]).toEqual([
      3,
      `input-invalid: ${file}:${await lineOf(file, /nan/)}: ${TRIANGLES} of ${TRIANGLES} triangles cannot be read (${(SAMPLE_CAPTURE.squares + 1) ** 2} vertices have no three finite numbers up to 1e12 (the first has "nan" as y)); this is no mesh, or it is cut or was joined wrongly: export it again`,
    ])
    await nothingIn(target)
  })
  test('a file that is not there', async () => {
    const gone = join(folder, 'gone.obj')
    expect(await tiles(gone)).toMatchObject({ code: 3, err: expect.stringMatching(/^input-missing: .*gone\.obj/) })
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
  test('a vertex that is no number', async () => {
    const file = await spoilt((text) => text.replace(/^v (\S+) (\S+) (\S+)$/m, 'v $1 nan $3'))
    await warned(
      file,
      new RegExp(`warning: .*hills\\.obj:${await lineOf(file, /nan/)}: 1 vertex has no three finite numbers .*"nan" as y.*left out`),
    )
  })
  test('a vertex that a face names', async () => {
    const file = await spoilt((text) => `${text}f 1/1 2/2 99999/3\n`)
    await warned(
      file,
      new RegExp(`warning: .*hills\\.obj:${await lineOf(file, /99999/)}: a face names position 99999, which the file does not have`),
    )
  })
  test('a picture that is none, and one that is cut', async () => {
    const file = await spoilt((text) => text)
    await writeFile(join(file, '../hills_0_0.jpg'), 'no picture')
    await warned(file, /warning: .*hills_0_0\.jpg: cannot be read as a picture .*Replace it by a JPEG or PNG/)
    const half = await spoilt((text) => text)
    const picture = join(half, '../hills_0_0.jpg')
    await writeFile(picture, (await readFile(picture)).subarray(0, 2_000))
    await warned(half, /warning: .*hills_0_0\.jpg: its pixels cannot be read .*; what can be read of it is shown\. Replace the picture/)
  })
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
    await warned(file, new RegExp(`warning: .*hills\\.obj:${await lineOf(file, /^f 1 1 2$/)}: 2 faces without area are left out`))
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

describe('nothing ends in `internal`, nothing hangs, nothing half-written stays:', () => {
  const told = ({ code, err }: Ended) => {
    expect(Object.values(EXIT)).toContain(code)
    expect(code).not.toBe(EXIT.internal)
    expect(err).not.toMatch(/internal|\n {4}at /)
  }
  const CASES = join(ROOT, '../shared/cases/pipeline')
  test('every input of the cases', { timeout: 600_000 }, async (ctx) => {
    if (!existsSync(CASES)) return ctx.skip('../shared/cases is absent')
    for (const name of await readdir(CASES)) {
      const began = performance.now()
      const { target, ...ended } = await tiles(join(CASES, name), '--workers', '1')
      told(ended)
      expect(performance.now() - began, name).toBeLessThan(60_000)
      if (ended.code === 0) expect((await readdir(target)).sort()).toEqual(['heights.bin', 'heights.json', 'tiles', 'tileset.json'])
      else await nothingIn(target)
    }
  })
  test('an output under /proc, through a link to nothing, with a name that is too long', async (ctx) => {
    if (process.platform !== 'linux') ctx.skip('only Linux has /proc')
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling'))
    for (const out of [
      '/proc/x',
      '/proc/1/x/y',
      join(folder, 'dangling'),
      join(folder, 'dangling/deeper'),
      join(folder, 'x'.repeat(300)),
    ]) {
      const ended = await twinmap(['tiles', obj, '-o', out, ...PLACE])
      told(ended)
      expect([ended.code, ended.err]).toEqual([
        2,
        expect.stringMatching(
          /^option-invalid: .*give another folder with -o|^option-invalid: .*cannot be written \(E\w+\); give a folder with -o/m,
        ),
      ])
    }
  })
  test('an input that cannot be opened, is a folder by another name, or is bytes of anything', async () => {
    const at = join(folder, 'odd')
    mkdirSync(join(at, 'folder.obj'), { recursive: true })
    await writeFile(join(at, 'noise.obj'), Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256)))
    await writeFile(join(at, 'zeros.obj'), Buffer.alloc(100_000))
    for (const name of ['folder.obj', 'noise.obj', 'zeros.obj', 'noise.obj/below.obj']) {
      const ended = await tiles(join(at, name))
      told(ended)
      expect([name, ended.code]).toEqual([name, 3])
      told(await twinmap(['validate', join(at, name)]))
    }
  })
})

describe('folders as tools make them are each one command:', () => {
  /** The sample under the names of a tool. */
  async function as(
    names: { readonly obj: string; readonly mtl: string; readonly image: (i: number, j: number) => string },
    at: string,
    change = (text: string) => text,
  ) {
    const file = await writeSampleCapture(at)
    const text = await readFile(file, 'utf8')
    await rm(file)
    await writeFile(join(at, names.obj), change(text.replace(/^mtllib .*$/m, `mtllib ${names.mtl}`)))
    const mtl = await readFile(join(at, `${SAMPLE_CAPTURE.name}.mtl`), 'utf8')
    await rm(join(at, `${SAMPLE_CAPTURE.name}.mtl`))
    await writeFile(
      join(at, names.mtl),
      mtl.replace(/hills_(\d)_(\d)\.jpg/g, (_, i, j) => names.image(Number(i), Number(j))),
    )
    for (const name of await readdir(at)) {
      const [, i, j] = /^hills_(\d)_(\d)\.jpg$/.exec(name) ?? []
      if (i !== undefined) await rename(join(at, name), join(at, names.image(Number(i), Number(j))))
    }
  }
  const works = async (at: string, frame: 'ecef' | 'local', ...more: string[]) => {
    const { code, out, err } = await tiles(at, '--json', ...more)
    expect([code, err]).toEqual([0, expect.not.stringMatching(/^warning:/m)])
    const report = JSON.parse(out) as { triangles: number; pages: number; frame: string; notes: string[] }
    expect(report).toMatchObject({ triangles: TRIANGLES, pages: SAMPLE_CAPTURE.pages ** 2, frame })
    return report
  }

  test('OpenDroneMap: a project with both meshes, with and without walls, and coords.txt', async () => {
    const project = join(folder, 'odm')
    const odm = (obj: string) => ({
      obj,
      mtl: obj.replace('.obj', '.mtl'),
      image: (i: number, j: number) => `${obj.replace('.obj', '')}_material000${2 * i + j}_map_Kd.png`,
    })
    for (const at of ['odm_texturing', 'odm_texturing_25d']) {
      await as(odm('odm_textured_model_geo.obj'), join(project, at))
      await as(odm('odm_textured_model.obj'), join(project, at, 'plain'))
      for (const name of await readdir(join(project, at, 'plain'))) await rename(join(project, at, 'plain', name), join(project, at, name))
      await rm(join(project, at, 'plain'), { recursive: true })
    }
    mkdirSync(join(project, 'odm_georeferencing'))
    await writeFile(join(project, 'odm_georeferencing/coords.txt'), 'WGS84 UTM 50N\n573000 4124000\n12.5 30.25 61.0\n')
    const { notes } = await works(project, 'ecef')
    expect(notes.filter((note) => /is another form of .*odm_texturing\/odm_textured_model_geo\.obj/.test(note))).toHaveLength(3)
    expect(notes.join()).toMatch(/reference \+proj=utm \+zone=50 \+datum=WGS84/)
  })
  test('ContextCapture: blocks below Data, metadata.xml beside it, reached by a link', async () => {
    const production = join(folder, 'Production_1')
    const block = join(production, 'Data/Tile_+000_+000')
    await as({ obj: 'Tile_+000_+000.obj', mtl: 'Tile_+000_+000.mtl', image: (i, j) => `Tile_+000_+000_${2 * i + j}.jpg` }, block)
    await writeFile(
      join(production, 'metadata.xml'),
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<ModelMetadata version="1">\r\n\t<!--Spatial Reference System-->\r\n\t<SRS>EPSG:4548</SRS>\r\n\t<!--Origin in Spatial Reference System-->\r\n\t<SRSOrigin>573000,4124000,0</SRSOrigin>\r\n</ModelMetadata>\r\n',
    )
    await works(production, 'ecef')
    await symlink(production, join(folder, 'capture'))
    await works(join(folder, 'capture/Data'), 'ecef')
  })
  test('Metashape: one file with colours at its vertices, numbers of the grid, and a .prj of its name', async () => {
    const at = join(folder, 'metashape')
    const shifted = (text: string) =>
      `# Generated by a modeller\r\n${text.replace(/^v (\S+) (\S+) (\S+)$/gm, (_, x, y, z) => `v ${573000 + Number(x)} ${4124000 + Number(y)} ${z} 0.5 0.4 0.3`)}`.replace(
        /\r?\n/g,
        '\r\n',
      )
    await as(
      { obj: '龙湾 社区.obj', mtl: '龙湾 社区.mtl', image: (i, j) => (i + j === 0 ? '龙湾 社区.jpg' : `龙湾 社区${2 * i + j}.jpg`) },
      at,
      shifted,
    )
    await writeFile(
      join(at, '龙湾 社区.prj'),
      'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 117E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",117],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]',
    )
    await works(at, 'ecef')
  })
  test('a phone’s scan: y up and in metres of its own, which is told, and right with what is offered', async () => {
    const at = join(folder, 'scan')
    await as({ obj: 'textured_output.obj', mtl: 'textured_output.mtl', image: (i, j) => `textured_output_${i}${j}.jpg` }, at, (text) =>
      text.replace(/^v (\S+) (\S+) (\S+)$/gm, (_, x, y, z) => `v ${x} ${z} ${-Number(y)}`),
    )
    const plain = await tiles(at)
    expect([plain.code, plain.err]).toEqual([0, expect.stringMatching(/^warning: .*it looks y up, and is read z up.*Give --up y/m)])
    await works(at, 'local', '--up', 'y')
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
