/** A scale bar: the longest of 1, 2 or 5 × 10ⁿ metres that fits. */
export interface ScaleBar {
  readonly meters: number
  readonly px: number
  readonly label: string
}

/** null where the scale is unknown. `metersPerPx` is of the ground in the middle of the picture. */
export function scaleBar(metersPerPx: number | null, maxPx: number): ScaleBar | null {
  if (metersPerPx === null || !(metersPerPx > 0) || !Number.isFinite(metersPerPx)) return null
  const longest = metersPerPx * maxPx
  const power = 10 ** Math.floor(Math.log10(longest))
  const step = [5, 2, 1].find((n) => n * power <= longest * (1 + 1e-9)) ?? 1
  const meters = step * power
  return { meters, px: meters / metersPerPx, label: words(meters) }
}

function words(meters: number): string {
  if (meters >= 1000) return `${meters / 1000} km`
  if (meters >= 1) return `${meters} m`
  return meters >= 0.01 ? `${Math.round(meters * 100)} cm` : `${Math.round(meters * 1e5) / 100} mm`
}
