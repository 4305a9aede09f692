// The Chinese font that ships with the viewer. `@font-face` in a shadow root's sheet is ignored by browsers, so the faces
// are added to the document, once per page however many viewers stand on it; a slice is fetched only when its characters
// are drawn and no font before it in `--tw-font` has them.
import { untilAgain } from '../tools/network.ts'

/** One slice of the font: where its file lies, and which characters are in it. */
export interface FontSlice {
  readonly url: URL
  readonly unicodeRange: string
}

const FONT_FAMILY = 'Noto Sans SC Variable'

/** Loading it is tried so often, ms apart: a network that was away comes back, a file that is missing does not. */
const TRIES = 5
const AGAIN_MS = 8_000

interface Held {
  viewers: number
  readonly ending: AbortController
  readonly faces: Promise<readonly FontFace[]>
}
const held = new WeakMap<Document, Held>()

/**
 * Keeps the faces on the document until the answer is called, by every viewer that asked.
 * `load` gives the slices; a page whose copy of the package lacks them shows its own fonts, which is no error.
 */
export function holdFonts(document: Document, load: () => Promise<readonly FontSlice[]>): () => void {
  let entry = held.get(document)
  if (entry === undefined) {
    const ending = new AbortController()
    entry = { viewers: 0, ending, faces: addFaces(document, load, ending.signal) }
    held.set(document, entry)
  }
  const kept = entry
  kept.viewers++
  let released = false
  return () => {
    if (released) return
    released = true
    if (--kept.viewers > 0) return
    held.delete(document)
    kept.ending.abort()
    void kept.faces.then((faces) => {
      for (const face of faces) document.fonts.delete(face)
    })
  }
}

async function addFaces(document: Document, load: () => Promise<readonly FontSlice[]>, signal: AbortSignal): Promise<readonly FontFace[]> {
  if (typeof FontFace === 'undefined') return []
  const slices = await loadSlices(load, signal)
  const faces = slices.map(
    ({ url, unicodeRange }) => new FontFace(FONT_FAMILY, `url("${url.href}")`, { unicodeRange, weight: '100 900', display: 'swap' }),
  )
  for (const face of faces) document.fonts.add(face)
  return faces
}

async function loadSlices(load: () => Promise<readonly FontSlice[]>, signal: AbortSignal): Promise<readonly FontSlice[]> {
  for (let left = TRIES; left > 0 && !signal.aborted; left--) {
    try {
      return await load()
    } catch {
      await untilAgain(signal, AGAIN_MS)
    }
  }
  return []
}
