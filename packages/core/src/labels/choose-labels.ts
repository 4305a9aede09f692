// Which markers get a chip, and on which side: at most 24, alarms first, none on another. Worker side, pure.
// Flow: view + columns -> **choose** -> `labels` message -> engine, which draws each beside its gliding marker.
import type { Priority, Shape } from '../kind/kind.ts'
import type { Handle, LabelShown } from '../live/layout.ts'
import { type PlateOnScreen, type PlateView, plateAt, plateRadiusPx } from '../live/plate.ts'
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
  /** Further than this it is a dot, which has no chip. */
  readonly dotBeyondMeters?: number
  /** When the server last heard of its alarm, UTC ms: the newer goes before. */
  readonly heardMs: number
}

export interface ChooseOptions {
  readonly view: PlateView
  /** Default {@link MOST_LABELS}. */
  readonly most?: number
  /** Parts of the picture that panels cover, CSS px. */
  readonly covered?: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[]
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
 * is always told, on the side that no panel covers. A plate under a panel has no chip: the list above it tells the alarm.
 */
export function chooseLabels(candidates: readonly LabelCandidate[], options: ChooseOptions): LabelShown[] {
  const { view, most = MOST_LABELS, covered = [], cardOf = null } = options
  const panels = covered.map(({ x, y, width, height }): Box => ({ left: x, top: y, right: x + width, bottom: y + height }))
  const isShown = ({ x, y }: PlateOnScreen) =>
    x > 0 && x < view.width && y > 0 && y < view.height && !panels.some((each) => overlaps(each, { left: x, top: y, right: x, bottom: y }))
  const seen = candidates
    .filter(({ handle }) => !isSame(handle, cardOf))
    .map((candidate) => ({
      candidate,
      plate: plateAt(view, candidate.enu, candidate.shape, candidate.priority, candidate.selected ? undefined : candidate.dotBeyondMeters),
    }))
    .filter(({ plate }) => plate !== null && !plate.isDot && isShown(plate))
    .sort(
      (a, b) =>
        rank(a.candidate) - rank(b.candidate) || b.candidate.heardMs - a.candidate.heardMs || a.plate!.depthMeters - b.plate!.depthMeters,
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
    const isOpen = (box: Box) => box.left >= 0 && box.right <= view.width && !panels.some((each) => overlaps(each, box))
    const isFree = (box: Box) => isOpen(box) && !taken.some((each) => overlaps(each, box))
    const side = isFree(right) ? 'right' : isFree(left) ? 'left' : null
    if (side === null && priority !== 1) continue
    const told = side ?? (isOpen(left) && !isOpen(right) ? 'left' : 'right')
    const radius = plateRadiusPx(shape, priority)
    taken.push(told === 'left' ? left : right, { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius })
    labels.push({ handle, text, priority, side: told })
  }
  return labels
}

/** Alarms 1–4, then the selected, then the rest. */
const rank = ({ priority, selected }: LabelCandidate): number => (priority !== 0 ? priority : selected ? 5 : 6)

const isSame = (a: Handle, b: Handle | null): boolean =>
  b !== null && a.layer === b.layer && a.slot === b.slot && a.generation === b.generation

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right + GAP_PX && b.left < a.right + GAP_PX && a.top < b.bottom + GAP_PX && b.top < a.bottom + GAP_PX
