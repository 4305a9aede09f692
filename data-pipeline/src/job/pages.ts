// Pages in memory only while a leaf needs them: 94 M pixels are 280 MB, and a large capture has a hundred times that.
import { decodePicture } from '../encode/picture.ts'
import type { Picture } from '../mesh/tile-mesh.ts'
import type { Page } from '../read/source.ts'

export class PageStore {
  readonly #pages: readonly Page[]
  readonly #decoded = new Map<number, Promise<Picture>>()
  readonly #left: Map<number, number>

  /** @param users per page, how many leaves will ask for it */
  constructor(pages: readonly Page[], users: ReadonlyMap<number, number>) {
    this.#pages = pages
    this.#left = new Map(users)
  }

  /** Begins to decode, or goes on. */
  want(id: number): Promise<Picture> {
    let picture = this.#decoded.get(id)
    if (picture === undefined) {
      picture = decodePicture(this.#pages[id]!.file)
      // Who awaits it hears of a failure; a page that was only asked for ahead must not end the process.
      picture.catch(() => undefined)
      this.#decoded.set(id, picture)
    }
    return picture
  }

  async get(ids: Iterable<number>): Promise<Map<number, Picture>> {
    const all = await Promise.all([...ids].map(async (id) => [id, await this.want(id)] as const))
    return new Map(all)
  }

  /** One leaf is done with it; after the last one its pixels go. */
  done(id: number): void {
    const left = (this.#left.get(id) ?? 1) - 1
    this.#left.set(id, left)
    if (left <= 0) this.#decoded.delete(id)
  }
}
