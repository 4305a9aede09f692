// `npm start -- my/mesh.obj --crs EPSG:4547`: tiles of a user's own mesh, made once and kept until mesh or options change.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { findFile, findMeshes, readMtl, readTilesOptions } from '@twinmap/data-pipeline'
import { runStep } from './community/run-step.ts'
import { type MakingProgress, withTimeLeft } from './community/time-left.ts'

export interface OwnMeshOptions {
  /** An OBJ, or a folder that holds some. */
  readonly path: string
  /** As `twinmap tiles` takes them: `--crs`, `EPSG:4547`, … */
  readonly args: readonly string[]
  readonly kept: string
  readonly say: (line: string) => void
  readonly onProgress?: (progress: MakingProgress) => void
  readonly signal?: AbortSignal
  /** Runs one step. Default: in a child process. */
  readonly run?: typeof runStep
}

/** Raised when the same mesh must be tiled anew. */
const TILES = 2
const BESIDE = /\.(mtl|prj|xyz)$|^(metadata\.xml|coords\.txt|odm_georeferencing_model_geo\.txt)$/i
/** Where sidecars are sought: beside the mesh, up to three folders above, and there in OpenDroneMap's own folder. */
const FOLDERS_ABOVE = 3

/**
 * The tileset.json of a mesh, made where it is not kept already.
 *
 * @throws TwinError of the pipeline as it is: `input-missing`, `input-invalid`, `reference-unknown`, `option-invalid`, `disk-full`, …
 */
export async function ownMesh({ path, args, kept, say, onProgress, signal, run = runStep }: OwnMeshOptions): Promise<string> {
  const input = resolve(path)
  const { files } = await findMeshes(input)
  const output = join(kept, 'own', await fingerprintOf(files, args))
  const tileset = join(output, 'tileset.json')
  // It is written last, so what is there is whole.
  if (existsSync(tileset)) {
    say(`${path}: its tiles are kept in ${output}`)
    return tileset
  }
  const { options } = readTilesOptions([input, '-o', output, ...args])
  await run(
    { type: 'tiles', options: options!, quiet: false },
    {
      ...(signal !== undefined && { signal }),
      onLine: say,
      // A run that was cut short begins anew.
      onProgress: withTimeLeft((progress) => onProgress?.(progress), { from: 0 }),
    },
  )
  return tileset
}

/** Of what the pipeline reads: meshes, their libraries and pictures, what says where they stand, and the options. */
async function fingerprintOf(files: readonly string[], args: readonly string[]): Promise<string> {
  const read = new Set(files)
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    const above = [folder]
    while (above.length <= FOLDERS_ABOVE) above.push(dirname(above.at(-1)!))
    for (const at of above.flatMap((each) => [each, join(each, 'odm_georeferencing')]))
      for (const name of await readdir(at).catch(() => [] as string[])) if (BESIDE.test(name)) read.add(join(at, name))
  }
  const meshFolders = [...new Set(files.map((file) => dirname(file)))]
  for (const library of [...read].filter((file) => /\.mtl$/i.test(file)))
    for (const { image } of readMtl(await readFile(library).catch(() => new Uint8Array(0))))
      if (image !== undefined) read.add((await findFile([dirname(library), ...meshFolders], image))?.name ?? image)
  const hash = createHash('sha256').update(JSON.stringify([TILES, args]))
  for (const file of [...read].sort()) {
    const found = await stat(file).catch(() => undefined)
    hash.update(`\n${file} ${found?.size} ${found?.mtimeMs}`)
  }
  return hash.digest('hex').slice(0, 16)
}
