// Scene: pictures that many things share.
import { makeRandom } from '../chance/random.ts'
import { Picture, type Rgb, shade } from './picture.ts'

export interface Materials {
  readonly grime: Picture
  readonly roof: Picture
  readonly redTiles: Picture
  readonly greyTiles: Picture
  readonly blueTiles: Picture
  readonly corrugated: Picture
  readonly solar: Picture
  readonly film: Picture
  readonly balconyFloor: Picture
}

export function makeMaterials(seed: number): Materials {
  const chance = makeRandom(seed + 3)
  const roof = new Picture(14, 14, 16, [178, 174, 167], true)
  for (let i = 0; i < 46; i++) {
    const x = chance() * 14
    const y = chance() * 14
    const g = chance.range(-34, 22)
    roof.rect(x, y, x + chance.range(0.4, 3.4), y + chance.range(0.4, 3), [166 + g, 161 + g, 154 + g], { cover: 0.5 })
  }
  for (let i = 0; i < 4; i++) {
    roof.rect(0, i * 3.5, 14, i * 3.5 + 0.08, [94, 92, 88], { cover: 0.6 })
    roof.rect(i * 3.5, 0, i * 3.5 + 0.08, 14, [94, 92, 88], { cover: 0.6 })
  }
  const corrugated = new Picture(6, 6, 16, [72, 108, 158], true)
  for (let i = 0; i < 20; i++) corrugated.rect(i * 0.3, 0, i * 0.3 + 0.1, 6, [56, 92, 142])
  const solar = new Picture(2, 1.5, 32, [40, 44, 62])
  for (let i = 0; i < 18; i++) solar.rect(i * 0.11, 0, i * 0.11 + 0.04, 1.5, [18, 20, 34])
  solar.rect(0, 0, 2, 0.08, [140, 140, 140])
  const film = new Picture(30, 12, 12, [206, 210, 208], true)
  for (let i = 0; i < 30; i++) film.rect(i, 0, i + 0.09, 12, [176, 182, 180])
  for (let i = 0; i < 60; i++) {
    const x = chance() * 30
    film.rect(x, 0, x + chance.range(0.1, 0.8), 12, [190, 192, 184], { cover: 0.25 })
  }
  return {
    grime: new Picture(12, 12, 16, [255, 255, 255], true).dirt(0.5, 31, 0.2),
    roof: roof.dirt(0.5, 7, 0.2),
    redTiles: tiles([160, 92, 72]).dirt(0.45, 168, 0.3),
    greyTiles: tiles([118, 116, 116]).dirt(0.4, 118, 0.3),
    blueTiles: tiles([76, 112, 160]).dirt(0.4, 70, 0.3),
    corrugated: corrugated.dirt(0.35, 77, 0.4),
    solar,
    film: film.dirt(0.3, 9, 0.4),
    balconyFloor: new Picture(8, 8, 12, [92, 86, 80], true).dirt(0.6, 19, 0.3),
  }
}

function tiles(color: Rgb): Picture {
  const picture = new Picture(6, 6, 20, color, true)
  for (let i = 0; i < 24; i++) picture.rect(i * 0.25, 0, i * 0.25 + 0.09, 6, shade(color, 0.76), { cover: 0.8 })
  for (let j = 0; j < 15; j++) picture.rect(0, j * 0.4, 6, j * 0.4 + 0.07, shade(color, 0.66), { cover: 0.7 })
  return picture
}
