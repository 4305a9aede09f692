// How every reader of this room says what is wrong: which place in the file, which value, what was expected. The file's own name is put
// before it by decode-tile.ts, once.
import { TwinError, type TwinErrorCode } from '../error/twin-error.ts'

/** `pointer` is a JSON pointer into the glTF or a byte range: `accessors[3].count`, `b3dm header`. */
export function corrupt(pointer: string, sentence: string): TwinError {
  return new TwinError('tile-corrupt', `${pointer} ${sentence}`, { pointer })
}

export function unsupported(pointer: string, sentence: string): TwinError {
  return new TwinError('tile-unsupported', `${pointer} ${sentence}`, { pointer })
}

const REMEDIES: Partial<Record<TwinErrorCode, string>> = {
  'tile-corrupt': 'the parent tile stays; write this file anew',
  'tile-unsupported': 'the parent tile stays; write this file without it',
  'tile-too-large': 'the parent tile stays; split this tile',
  'picture-refused': 'the parent tile stays; reload the page, and update browser and graphics driver if it comes again',
}

/** The same fault as it leaves the room: with the file's name in front and what to do behind. */
export function inFile(error: unknown, file: string): TwinError {
  if (error instanceof TwinError) {
    if (error.details['file'] !== undefined) return error
    const remedy = REMEDIES[error.code]
    return new TwinError(error.code, `${file}: ${error.message}${remedy === undefined ? '' : `; ${remedy}`}`, { ...error.details, file })
  }
  const said = error instanceof Error ? error.message : String(error)
  return new TwinError('tile-corrupt', `${file}: ${said}; ${REMEDIES['tile-corrupt']}`, { file }, { cause: error })
}

/**
 * A picture that cannot be shown, named by its file, and by its place where it lies inside a tile. It is nobody else's fault: the tile is shown
 * without it.
 */
export function pictureFault(error: unknown, file: string, pointer?: string): TwinError {
  const said = error instanceof Error ? error.message : String(error)
  const picture = pointer === undefined ? file : `${file} ${pointer}`
  return new TwinError(
    'picture-broken',
    `${file}: ${said}; the tile is shown without this picture; write it anew`,
    { file, picture, ...(error instanceof TwinError && { cause: error.code }) },
    { cause: error },
  )
}
