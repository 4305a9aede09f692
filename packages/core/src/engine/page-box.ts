// Points of the page -> CSS px of the picture, whatever the page's CSS does to it: scales that differ by axis, rotation, skew,
// perspective, `zoom`, on any ancestor and across shadow roots. The browser itself is asked where the corners are drawn, by four
// points of no size, so the map is the inverse of the real matrix. Two other ways lost: multiplying the ancestors' computed
// matrices misses what is not a `transform` (`zoom`, `rotate`, `offset-path`), and `offsetX` is rounded to whole px of the picture,
// which are three px of a page that shows it at three to one.

export interface PageBox {
  /** From the left top of the box, in its own CSS px, in which its `clientWidth` and `clientHeight` count too. */
  point(clientX: number, clientY: number): Point
  /** The middle of another element, which may be turned with the box. */
  middle(element: Element): Point
}

interface Point {
  readonly x: number
  readonly y: number
}

const boxes = new WeakMap<HTMLElement, PageBox>()

/** @param box - a positioned element (`relative`, `absolute`); the points are kept in it, and go with it. */
export function pageBox(box: HTMLElement): PageBox {
  const known = boxes.get(box)
  if (known !== undefined) return known
  const made = madeOf(box)
  boxes.set(box, made)
  return made
}

/** Left top, right top, right bottom, left bottom. */
const CORNERS = ['left:0;top:0', 'left:100%;top:0', 'left:100%;top:100%', 'left:0;top:100%'] as const

function madeOf(box: HTMLElement): PageBox {
  const corners = CORNERS.map((place) => {
    const corner = box.ownerDocument.createElement('i')
    corner.setAttribute('aria-hidden', 'true')
    // Set as a property, which every policy allows; a style attribute is refused by a strict one.
    corner.style.cssText = `all:initial;position:absolute;width:0;height:0;visibility:hidden;pointer-events:none;${place}`
    return corner
  })
  box.append(...corners)
  const made: PageBox = {
    middle(element) {
      const zoom = unseenZoom(element)
      const { left, top, width, height } = element.getBoundingClientRect()
      return made.point((left + width / 2) * zoom, (top + height / 2) * zoom)
    },
    point(clientX, clientY) {
      const zoom = unseenZoom(box)
      const at = corners.map((corner) => {
        const { left, top } = corner.getBoundingClientRect()
        return { x: left * zoom, y: top * zoom }
      }) as [Point, Point, Point, Point]
      const share = shareOf(at, clientX, clientY)
      // Without a size, or drawn edge-on, it has no px of its own.
      if (share === null) return { x: clientX - at[0].x, y: clientY - at[0].y }
      return { x: share.x * box.clientWidth, y: share.y * box.clientHeight }
    },
  }
  return made
}

/**
 * Where a point lies in a square that is drawn as this quadrilateral, 0 to 1 each way; null where it has no area. The projective
 * map of a square is solved in closed form (Heckbert, Fundamentals of Texture Mapping, 1989, § 2.2.3), then inverted.
 */
export function shareOf([p0, p1, p2, p3]: readonly [Point, Point, Point, Point], x: number, y: number): Point | null {
  const [dx1, dx2, dx3] = [p1.x - p2.x, p3.x - p2.x, p0.x - p1.x + p2.x - p3.x]
  const [dy1, dy2, dy3] = [p1.y - p2.y, p3.y - p2.y, p0.y - p1.y + p2.y - p3.y]
  const area = dx1 * dy2 - dx2 * dy1
  if (Math.abs(area) < 1e-6) return null
  const g = (dx3 * dy2 - dx2 * dy3) / area
  const h = (dx1 * dy3 - dx3 * dy1) / area
  const [a, b, c] = [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x]
  const [d, e, f] = [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y]
  const w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
  const share = {
    x: ((e - f * h) * x + (c * h - b) * y + (b * f - c * e)) / w,
    y: ((f * g - d) * x + (a - c * g) * y + (c * d - a * f)) / w,
  }
  return Number.isFinite(share.x) && Number.isFinite(share.y) ? share : null
}

/** WebKit 2.50 tells the box of a zoomed element in that element's own px, while events count in those of the page. */
function unseenZoom(box: Element): number {
  let zoom = 1
  for (let at: Element | null = box; at !== null; at = parentOf(at)) zoom *= Number(getComputedStyle(at).zoom) || 1
  return zoom === 1 || tellsZoom(box.ownerDocument) ? 1 : zoom
}

function parentOf(element: Element): Element | null {
  const parent = element.parentNode
  return element.assignedSlot ?? (parent instanceof ShadowRoot ? parent.host : element.parentElement)
}

const told = new WeakMap<Document, boolean>()

/** Whether boxes are told as they are drawn, `zoom` included; asked once, and only on pages that zoom. */
function tellsZoom(document: Document): boolean {
  const known = told.get(document)
  if (known !== undefined) return known
  const asked = document.createElement('i')
  asked.style.cssText = 'all:initial;position:absolute;width:10px;height:0;zoom:2;visibility:hidden'
  document.documentElement.append(asked)
  const tells = asked.getBoundingClientRect().width > 15
  asked.remove()
  told.set(document, tells)
  return tells
}
