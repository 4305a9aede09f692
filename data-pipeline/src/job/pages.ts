// Pages in memory only while a leaf needs them: 94 M pixels are 280 MB, and a large capture has a hundred times that.
import { decodePicture } from '../encode/picture.ts'
import type { Picture } from '../mesh/tile-mesh.ts'
import type { Page } from '../read/page.ts'

const GREY = 191

export class PageStore {
  readonly #pages: readonly Page[]
  readonly #decoded = new Map<number, Promise<Picture>>()
  #left: ReadonlyMap<number, number> = new Map()
  readonly #done = new Map<number, number>()

  readonly #onDamaged: (sentence: string) => void

  /** @param onDamaged a picture that is not whole: what of it is shown instead; may throw, which ends who asked for it */
  constructor(pages: readonly Page[], onDamaged: (sentence: string) => void = () => undefined) {
    this.#pages = pages
    this.#onDamaged = onDamaged
  }

  /** Begins with the first pages, up to `bytes` of pixels, before it is known who needs which: while a mesh is placed other cores idle. */
  begin(bytes: number): void {
    let left = bytes
    for (let id = 0; id < this.#pages.length; id++) {
      const { width, height } = this.#pages[id]!
      left -= 3 * width * height
      if (left < 0) return
      void this.want(id)
    }
  }

  /** @param users per page, how many leaves will ask for it; what none asks for goes */
  expect(users: ReadonlyMap<number, number>): void {
    this.#left = users
    for (const id of this.#decoded.keys()) if (!users.has(id)) this.#decoded.delete(id)
  }

  /** Begins to decode, or goes on. */
  want(id: number): Promise<Picture> {
    let picture = this.#decoded.get(id)
    if (picture === undefined) {
      picture = this.#decode(this.#pages[id]!)
      // Who awaits it hears of a failure; a page that was only asked for ahead must not end the process.
      picture.catch(() => undefined)
      this.#decoded.set(id, picture)
    }
    return picture
  }

  /** One broken picture costs its own colours: what can be read of it is shown, else one colour. */
  async #decode({ file, path, width, height, pixels }: Page): Promise<Picture> {
    if (pixels !== undefined) return { width, height, data: pixels }
    try {
      return await decodePicture(path ?? file)
    } catch (error) {
      const why = (error as Error).message.replace(/; the file is cut.*$/, '')
      const rest = await decodePicture(path ?? file, 'none').catch(() => undefined)
      const isSame = rest?.width === width && rest.height === height
      this.#onDamaged(`${why}; ${isSame ? 'what can be read of it is shown' : 'its faces become grey'}. Replace the picture and run again`)
      return isSame ? rest : { width, height, data: new Uint8Array(new SharedArrayBuffer(3 * width * height)).fill(GREY) }
    }
  }

  async get(ids: Iterable<number>): Promise<Map<number, Picture>> {
    const all = await Promise.all([...ids].map(async (id) => [id, await this.want(id)] as const))
    return new Map(all)
  }

  /** One leaf is done with it; after the last one its pixels go. */
  done(id: number): void {
    const done = (this.#done.get(id) ?? 0) + 1
    this.#done.set(id, done)
    if (done >= (this.#left.get(id) ?? 1)) this.#decoded.delete(id)
  }
}
