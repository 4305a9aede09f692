import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProgressPrinter } from './progress.ts'
import { run } from './run.ts'
import { readTilesOptions } from './tiles.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (name: string) => path.join(folder, name)

async function twinmap(...args: string[]) {
  let out = ''
  let err = ''
  const code = await run(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTerminal: false,
    columns: 80,
    signal: new AbortController().signal,
  })
  return { code, out, err }
}
const optionsOf = (...args: string[]) => readTilesOptions(['m.obj', '-o', 'out', ...args]).options!

describe('options', () => {
  test('reach the conversion', () =>
    expect(
      optionsOf(
        '--crs',
        'EPSG:4548',
        '--origin',
        '572000,4126000',
        '--up',
        'y',
        '--unit',
        'us-ft',
        '--height-offset',
        '-7.1',
        '--drop-outliers',
        '--texture',
        'webp',
        '--quality',
        '70',
        '--workers',
        '3',
        '--strict',
      ),
    ).toEqual({
      input: 'm.obj',
      output: 'out',
      place: { reference: 'EPSG:4548', origin: [572000, 4126000, 0], up: 'y', unit: 'us-ft', heightOffsetMeters: -7.1 },
      picture: { format: 'webp', quality: 70 },
      workers: 3,
      dropOutliers: true,
      strict: true,
    }))
  test('may begin with a minus, as southern and western numbers do', () =>
    expect(optionsOf('--origin', '-5,-6,7').place!.origin).toEqual([-5, -6, 7]))
  test.each([
    [['--up', 'x'], /--up is "x"; give z or y/],
    [['--origin', '1,,2'], /--origin is "1,,2"; give easting,northing,height/],
    [['--quality', '101'], /--quality is "101"; give a number from 1 to 100/],
    [['--quality', '50.5'], /give a whole number/],
    [['--height-offset', 'high'], /--height-offset is "high"/],
    [['--nonsense'], /--help lists the options/],
    [['second.obj'], /MESH is 2 paths/],
  ])('%j are refused with what they take', (args, message) => expect(() => optionsOf(...args)).toThrow(message))
})

describe('exit codes', () => {
  test('0 for help, with examples', async () => {
    expect(await twinmap('--help')).toMatchObject({ code: 0, out: expect.stringContaining('twinmap tiles') })
    expect(await twinmap('tiles', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--height-offset') })
    expect(await twinmap('validate', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('JSON pointer') })
  })
  test('2 for options', async () => {
    expect((await twinmap()).code).toBe(2)
    expect(await twinmap('fly')).toMatchObject({ code: 2, err: expect.stringMatching(/^option-invalid: fly is no command/) })
    expect(await twinmap('tiles', 'm.obj')).toMatchObject({ code: 2, err: expect.stringMatching(/--out is missing/) })
  })
  test('3 for an input that is missing', async () => {
    expect(await twinmap('tiles', at('no.obj'), '-o', at('out'))).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^input-missing: .*no\.obj/),
    })
    expect(await twinmap('validate', at('no.json'))).toMatchObject({ code: 3, err: expect.stringMatching(/^tileset-missing/) })
  })
  test('6 for findings, which are lines on stdout or JSON', async () => {
    await writeFile(at('tileset.json'), '{"asset":{"version":"1.1"}}')
    expect(await twinmap('validate', at('tileset.json'))).toMatchObject({
      code: 6,
      out: expect.stringMatching(/^error schema tileset\.json: /),
    })
    const { out } = await twinmap('validate', at('tileset.json'), '--json')
    expect(JSON.parse(out)).toMatchObject({ errors: expect.any(Number), findings: expect.any(Array) })
  })
  test('130 for Ctrl-C, and nothing is left', async () => {
    const controller = new AbortController()
    controller.abort('SIGINT')
    await writeFile(at('a.obj'), 'v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n')
    let err = ''
    const code = await run(['tiles', at('a.obj'), '-o', at('out')], {
      out: () => undefined,
      err: (text) => (err += text),
      isTerminal: false,
      columns: 80,
      signal: controller.signal,
    })
    expect([code, err]).toEqual([130, 'interrupted; nothing was left half done\n'])
    expect(await readdir(folder)).toEqual(['a.obj'])
  })
})

describe('progress', () => {
  const printed = (isTerminal: boolean) => {
    let text = ''
    let now = 0
    const printer = new ProgressPrinter({ write: (more) => (text += more), isTerminal, columns: 120, nowMs: () => now })
    for (let done = 0; done <= 100; done++, now += 300)
      printer.show({ stage: 'tiles', done, total: 100, trianglesPerSecond: 70_000, leftMs: (100 - done) * 300 })
    printer.line('warning: x')
    return text
  }
  test('on a terminal is one line that renews itself, and is gone before another', () => {
    const text = printed(true)
    expect(text).toContain('\r\x1b[2K[============            ] tiles 50/100, 4.2 M triangles/min, 15 s left')
    expect(text.endsWith('\r\x1b[2Kwarning: x\n')).toBe(true)
  })
  test('elsewhere is a few plain lines', () => {
    const lines = printed(false).trimEnd().split('\n')
    expect(lines.length).toBeLessThan(12)
    expect(lines[0]).toBe('tiles 0/100, 4.2 M triangles/min, 30 s left')
    expect(lines.at(-2)).toBe('tiles 100/100, 4.2 M triangles/min')
    expect(lines.join('')).not.toContain('\x1b')
  })
})
