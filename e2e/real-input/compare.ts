// Kept figures against a picture: 64 cells, each its covered share and its mean colour. Only figures are kept, since no picture of these
// captures may be published; they are fine enough to notice a tileset that stands 5 m off, is mirrored, or wears another's picture.

/** Covered share 0 to 1, and mean sRGB of what is covered, 0 to 255. */
export type Cell = readonly [share: number, red: number, green: number, blue: number]
export type Grid = readonly Cell[]

export const TOLERANCE = {
  /** Points of covered share. */
  share: 0.03,
  /** Of 255, per channel. */
  color: 8,
  /** Below this share a mean of a few pixels says nothing. */
  leastShare: 0.05,
} as const

/** What differs, a sentence for each cell; empty where the picture is the kept one. */
export function compareGrids(shown: Grid, kept: Grid): string[] {
  if (shown.length !== 64 || kept.length !== 64) return [`${shown.length} cells against ${kept.length}; expected 64`]
  return kept.flatMap((cell, i) => {
    const now = shown[i]!
    const where = `row ${Math.floor(i / 8) + 1}, column ${(i % 8) + 1}`
    if (Math.abs(now[0] - cell[0]) > TOLERANCE.share) return [`${where}: ${percent(now[0])} covered, kept ${percent(cell[0])}`]
    if (Math.min(now[0], cell[0]) < TOLERANCE.leastShare) return []
    const worst = Math.max(...[1, 2, 3].map((k) => Math.abs(now[k]! - cell[k]!)))
    return worst > TOLERANCE.color ? [`${where}: colour ${now.slice(1).map(Math.round)}, kept ${cell.slice(1).map(Math.round)}`] : []
  })
}

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`

/** As it is kept: a text for each row, `740:119,127,133` a cell (thousandths of cover, whole colours), `-` where nothing is. */
export const writeGrid = (grid: readonly (readonly number[])[]): string[] =>
  Array.from({ length: 8 }, (_, row) =>
    grid
      .slice(row * 8, row * 8 + 8)
      .map(([share, ...rgb]) => (share === 0 ? '-' : `${Math.round(share! * 1000)}:${rgb.map(Math.round).join(',')}`))
      .join(' '),
  )

export const readGrid = (rows: readonly string[]): Grid =>
  rows.flatMap((row) =>
    row.split(' ').map((cell): Cell => {
      const [share, ...rgb] = cell === '-' ? [0, 0, 0, 0] : cell.split(/[:,]/).map(Number)
      return [share! / 1000, ...rgb] as unknown as Cell
    }),
  )
