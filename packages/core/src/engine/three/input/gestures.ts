// Pointer, wheel and touch of the map's canvas, told to the rig. Flow: DOM events -> **gestures** -> rig -> frame.
// Left drag pans on what was grabbed; right or Ctrl drag orbits; the wheel and a pinch zoom to the pointer; no inertia.

import type { Grab, Rig } from '../../camera/rig.ts'
import type { Gestures } from '../../contract.ts'
import { type PageBox, pageBox } from '../../page-box.ts'
import { decideMode, middleOf, type Pair, readTwoFingers, type TwoFingerMode } from './two-fingers.ts'
import { wheelFactor } from './wheel.ts'

/** Radians per px of an orbit: half a turn over 600 px. */
const ORBIT_PER_PX = Math.PI / 600
/** A press that moved less is a click. */
const CLICK_PX = 4

interface Drag {
  readonly pointerId: number
  readonly kind: 'pan' | 'orbit'
  readonly grab: Grab
  readonly x: number
  readonly y: number
}
interface TwoFingerDrag {
  readonly began: Pair
  readonly grab: Grab
  mode: TwoFingerMode
}

export class CanvasGestures {
  readonly #canvas: HTMLCanvasElement
  readonly #box: PageBox
  readonly #rig: Rig
  readonly #abort = new AbortController()
  readonly #touches = new Map<number, { readonly x: number; readonly y: number }>()
  #policy: Gestures = { wheelAndOneFinger: 'page' }
  #drag: Drag | null = null
  #two: TwoFingerDrag | null = null
  #moved = false

  /** @param stage - the positioned element that the canvas fills. */
  constructor(canvas: HTMLCanvasElement, stage: HTMLElement, rig: Rig) {
    this.#canvas = canvas
    this.#box = pageBox(stage)
    this.#rig = rig
    const { signal } = this.#abort
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, passive = true) =>
      canvas.addEventListener(type, listener, { signal, passive })
    on('pointerdown', (event) => this.#down(event))
    on('pointermove', (event) => this.#move(event))
    on('pointerup', (event) => this.#up(event))
    on('pointercancel', (event) => this.#up(event))
    on('wheel', (event) => this.#wheel(event), false)
    on('contextmenu', (event) => event.preventDefault(), false)
    // Where one finger scrolls the page, the browser would take the second too; only a touch listener can keep it.
    on('touchstart', (event) => this.#keepTouch(event), false)
    on('touchmove', (event) => this.#keepTouch(event), false)
    // The browser sends a click after each drag; a map's click is a press that stayed where it was.
    canvas.addEventListener('click', (event) => this.#moved && event.stopImmediatePropagation(), { signal, capture: true })
    this.setPolicy(this.#policy)
  }

  setPolicy(policy: Gestures): void {
    this.#policy = policy
    this.#canvas.style.touchAction = policy.wheelAndOneFinger === 'map' ? 'none' : 'pan-x pan-y'
    this.#canvas.style.cursor = 'grab'
  }

  dispose(): void {
    this.#abort.abort()
    this.#drag = this.#two = null
    this.#touches.clear()
  }

  #at(event: { readonly clientX: number; readonly clientY: number }): { readonly x: number; readonly y: number } {
    // The box as it is drawn: a page that scales or turns the map still hits where it points.
    return this.#box.point(event.clientX, event.clientY)
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === 'touch') this.#touches.set(event.pointerId, this.#at(event))
    if (this.#touches.size === 2) this.#beginTwo()
    if (this.#touches.size >= 2) return
    this.#moved = false
    if (event.pointerType === 'touch' && this.#policy.wheelAndOneFinger === 'page') return
    const isOrbit = event.button === 2 || event.button === 1 || (event.button === 0 && event.ctrlKey)
    if (event.button !== 0 && !isOrbit) return
    const { x, y } = this.#at(event)
    this.#rig.stop()
    this.#drag = { pointerId: event.pointerId, kind: isOrbit ? 'orbit' : 'pan', grab: this.#rig.grab(x, y), x, y }
    this.#canvas.setPointerCapture(event.pointerId)
    this.#canvas.style.cursor = isOrbit ? 'move' : 'grabbing'
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event)
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at)
    this.#moveTwo()
    const drag = this.#drag
    if (drag === null || drag.pointerId !== event.pointerId) return
    const [dx, dy] = [at.x - drag.x, at.y - drag.y]
    if (!this.#moved && Math.hypot(dx, dy) < CLICK_PX) return
    this.#moved = true
    if (drag.kind === 'pan') this.#rig.pan(drag.grab, at.x, at.y)
    else this.#rig.orbit(drag.grab, dx * ORBIT_PER_PX, -dy * ORBIT_PER_PX)
  }

  #up(event: PointerEvent): void {
    this.#touches.delete(event.pointerId)
    if (this.#two !== null && this.#touches.size < 2) {
      this.#two = null
      // The finger that stays must not jump the map to where it is.
      this.#drag = null
    }
    if (this.#drag?.pointerId === event.pointerId) this.#drag = null
    if (this.#drag === null) this.#canvas.style.cursor = 'grab'
  }

  #wheel(event: WheelEvent): void {
    if (this.#policy.wheelAndOneFinger === 'page' && !event.ctrlKey) return
    event.preventDefault()
    const { x, y } = this.#at(event)
    this.#rig.zoomAt(x, y, wheelFactor(event))
  }

  #beginTwo(): void {
    const [a, b] = [...this.#touches.values()]
    const began: Pair = [a!, b!]
    const middle = middleOf(began)
    this.#drag = null
    this.#moved = true
    this.#rig.stop()
    this.#two = { began, grab: this.#rig.grab(middle.x, middle.y), mode: null }
  }

  #moveTwo(): void {
    const two = this.#two
    const [a, b] = [...this.#touches.values()]
    if (two === null || a === undefined || b === undefined) return
    const now: Pair = [a, b]
    two.mode ??= decideMode(two.began, now)
    const meant = readTwoFingers(two.mode, two.began, now)
    if (meant.mode === 'tilt') this.#rig.orbit(two.grab, 0, meant.pitchRad)
    else if (meant.mode === 'move') this.#rig.pinch(two.grab, meant)
  }

  #keepTouch(event: TouchEvent): void {
    if ((event.touches.length > 1 || this.#policy.wheelAndOneFinger === 'map') && event.cancelable) event.preventDefault()
  }
}
