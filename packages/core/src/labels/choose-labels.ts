// Which markers get a chip, and on which side: at most 24, alarms first, none on another. Worker side, pure.
// Flow: view + columns -> **choose** -> `labels` message -> engine, which draws each beside its gliding marker.
import type { Priority, Shape } from '../kind/kind.ts'
import type { Handle, LabelShown } from '../live/layout.ts'
import { type PlateView, plateAt, plateRadiusPx } from '../live/plate.ts'
import { CHIP_HEIGHT_PX, chipOffsetPx, chipWidthPx } from './chip.ts'

export const MOST_LABELS = 24

/** A marker that has something to say. */
export interface LabelCandidate {
  readonly handle: Handle
  readonly text: string
  readonly priority: 0 | Priority
  readonly shape: Shape
  /** Where it is drawn now: metres ENU of the origin. */
  readonly enu: readonly [number, number, number]
  readonly selected: boolean
  /** When its alarm last occurred, UTC ms: the newer goes before. */
  readonly lastMs: number
}

export interface ChooseOptions {
  readonly view: PlateView
  /** Default {@link MOST_LABELS}. */
  readonly most?: number
  /** CSS px at each edge that panels cover. */
  readonly insets?: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
  /** Its card is open, which says the same. */
  readonly cardOf?: Handle | null
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Least room between two chips, CSS px. */
const GAP_PX = 2

/**
 * Chooses labels: alarms by priority and then the newest, then the selected, then named facilities, the nearest first.
 * A chip goes to the right of its plate, else to the left; where both are taken it is left out, but for a red alarm, which
 * is always told.
 */
export function chooseLabels(candidates: readonly LabelCandidate[], options: ChooseOptions): LabelShown[] {
  const { view, most = MOST_LABELS, insets = { left: 0, top: 0, right: 0, bottom: 0 }, cardOf = null } = options
  const room: Box = { left: insets.left, top: insets.top, right: view.width - insets.right, bottom: view.height - insets.bottom }
  const seen = candidates
    .filter(({ handle }) => !isSame(handle, cardOf))
    .map((candidate) => ({ candidate, plate: plateAt(view, candidate.enu, candidate.shape, candidate.priority) }))
    .filter(({ plate }) => plate !== null && plate.x > room.left && plate.x < room.right && plate.y > room.top && plate.y < room.bottom)
    .sort(
      (a, b) =>
        rank(a.candidate) - rank(b.candidate) || b.candidate.lastMs - a.candidate.lastMs || a.plate!.depthMeters - b.plate!.depthMeters,
    )
  const taken: Box[] = []
  const labels: LabelShown[] = []
  for (const { candidate, plate } of seen) {
    if (labels.length === most) break
    const { handle, text, priority, shape, selected } = candidate
    const { x, y } = plate!
    const offset = chipOffsetPx(shape, priority, selected)
    const width = chipWidthPx(text, priority)
    const [top, bottom] = [y - CHIP_HEIGHT_PX / 2, y + CHIP_HEIGHT_PX / 2]
    const right: Box = { left: x + offset, top, right: x + offset + width, bottom }
    const left: Box = { left: x - offset - width, top, right: x - offset, bottom }
    const isFree = (box: Box) => box.left >= room.left && box.right <= room.right && !taken.some((each) => overlaps(each, box))
    const side = isFree(right) ? 'right' : isFree(left) ? 'left' : null
    if (side === null && priority !== 1) continue
    const radius = plateRadiusPx(shape, priority)
    taken.push(side === 'left' ? left : right, { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius })
    labels.push({ handle, text, priority, side: side ?? 'right' })
  }
  return labels
}

/** Alarms 1–4, then the selected, then the rest. */
const rank = ({ priority, selected }: LabelCandidate): number => (priority !== 0 ? priority : selected ? 5 : 6)

const isSame = (a: Handle, b: Handle | null): boolean =>
  b !== null && a.layer === b.layer && a.slot === b.slot && a.generation === b.generation

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right + GAP_PX && b.left < a.right + GAP_PX && a.top < b.bottom + GAP_PX && b.top < a.bottom + GAP_PX
