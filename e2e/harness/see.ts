// What a viewer shows, for tests: colours of its picture at places of the twin, its words, and what it told.
import type { Page } from 'puppeteer-core'
import type {} from '../../packages/viewer/src/index.ts'

export type Enu = readonly [east: number, north: number, up: number]

/** sRGB of the picture where places are drawn; null where one is outside of it. */
export const colorsAt = (page: Page, places: readonly Enu[]): Promise<(readonly [number, number, number] | null)[]> =>
  page.evaluate(async (all) => {
    const { engine, view } = document.querySelector('twin-viewer')!.twin!
    const picture = await createImageBitmap(await engine.capture())
    const paper = new OffscreenCanvas(picture.width, picture.height).getContext('2d', { willReadFrequently: true })!
    paper.drawImage(picture, 0, 0)
    const ratio = picture.width / view.state.width
    return all.map((place) => {
      const at = view.project(place as [number, number, number])
      const [x, y] = at === null ? [-1, -1] : [Math.round(at.x * ratio), Math.round(at.y * ratio)]
      if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return null
      const { data } = paper.getImageData(x, y, 1, 1)
      return [data[0]!, data[1]!, data[2]!] as const
    })
  }, places)

/** Share of the picture that differs from the sky that would be there; what an empty picture has none of. */
export const shareShown = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { engine } = document.querySelector('twin-viewer')!.twin!
    const picture = await createImageBitmap(await engine.capture())
    const { width, height } = picture
    const paper = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
    paper.drawImage(picture, 0, 0)
    const { data } = paper.getImageData(0, 0, width, height)
    // Sky and bare ground change from row to row and never along one; their noise is a step.
    let shown = 0
    for (let y = 0; y < height; y++) {
      const at = (x: number) => (y * width + x) * 4
      for (let x = 0; x < width; x++) if ([0, 1, 2].some((i) => Math.abs(data[at(x) + i]! - data[at(0) + i]!) > 12)) shown++
    }
    return shown / (width * height)
  })
