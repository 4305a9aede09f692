// SVG path data to polylines: what a distance field is made from. Pure; the subset that symbol-paths.ts is written in.
import { TwinError } from '../error/twin-error.ts'

export interface Polyline {
  /** x, y, x, y, … */
  readonly points: readonly number[]
  readonly closed: boolean
}

/** A curve becomes lines that stay this close to it, px: a third of what a distance field can tell. */
const ERROR_PX = 0.02
/** Of a cubic, whose bend is not known, the length of a line. */
const STEP_PX = 0.8
const ARGUMENTS: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, a: 7, c: 6, z: 0 }

/**
 * Flattens a path of M, L, H, V, A, C and Z, absolute or relative.
 *
 * @throws TwinError `kind-invalid` with the place of a command that it does not know.
 */
export function flattenPath(path: string): Polyline[] {
  const lines: Polyline[] = []
  let open: number[] = []
  let [x, y, startX, startY] = [0, 0, 0, 0]
  const end = (closed: boolean) => {
    if (open.length >= 4) lines.push({ points: open, closed })
    open = []
  }
  const line = (toX: number, toY: number) => {
    if (open.length === 0) open.push(x, y)
    open.push(toX, toY)
    ;[x, y] = [toX, toY]
  }
  for (const { command, relative, args } of commands(path)) {
    const [dx, dy] = relative ? [x, y] : [0, 0]
    const [a = 0, b = 0] = args
    if (command === 'm') {
      end(false)
      ;[x, y] = [a + dx, b + dy]
      ;[startX, startY] = [x, y]
    } else if (command === 'l') line(a + dx, b + dy)
    else if (command === 'h') line(a + dx, y)
    else if (command === 'v') line(x, a + dy)
    else if (command === 'c') {
      for (const [px, py] of cubic(
        x,
        y,
        args.map((each, i) => each + (i % 2 === 0 ? dx : dy)),
      ))
        line(px, py)
    } else if (command === 'a') {
      for (const [px, py] of arc(x, y, args, args[5]! + dx, args[6]! + dy)) line(px, py)
    } else {
      end(true)
      ;[x, y] = [startX, startY]
    }
  }
  end(false)
  return lines
}

function* commands(path: string): Generator<{ command: string; relative: boolean; args: number[] }> {
  const tokens = path.match(/[a-z]|[-+]?(?:\d*\.\d+|\d+\.?)(?:e[-+]?\d+)?/gi) ?? []
  for (let i = 0, letter = ''; i < tokens.length; ) {
    if (/^[a-z]$/i.test(tokens[i]!)) letter = tokens[i++]!
    const count = ARGUMENTS[letter.toLowerCase()]
    if (count === undefined) {
      throw new TwinError('kind-invalid', `path "${path.slice(0, 40)}": command "${letter}" is not known; use M L H V A C Z`, { path })
    }
    yield {
      command: letter.toLowerCase(),
      relative: letter === letter.toLowerCase(),
      args: tokens.slice(i, i + count).map(Number),
    }
    i += count
    // More pairs after a move are lines.
    if (letter === 'm') letter = 'l'
    else if (letter === 'M') letter = 'L'
    else if (count === 0) letter = ''
  }
}

function* cubic(x: number, y: number, [ax, ay, bx, by, cx, cy]: readonly number[]): Generator<[number, number]> {
  const reach = Math.hypot(ax! - x, ay! - y) + Math.hypot(bx! - ax!, by! - ay!) + Math.hypot(cx! - bx!, cy! - by!)
  const steps = Math.max(1, Math.ceil(reach / STEP_PX))
  for (let i = 1; i <= steps; i++) {
    const t = i / steps
    const s = 1 - t
    const mix = (p: number, q: number, r: number, u: number) => s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u
    yield [mix(x, ax!, bx!, cx!), mix(y, ay!, by!, cy!)]
  }
}

/** Endpoint to centre form: SVG 1.1, appendix F.6.5. */
function* arc(x: number, y: number, args: readonly number[], toX: number, toY: number): Generator<[number, number]> {
  let [rx = 1, ry = 1] = args
  const [, , turnDeg = 0, large = 0, sweep = 0] = args
  const phi = (turnDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
  const [hx, hy] = [(x - toX) / 2, (y - toY) / 2]
  const [px, py] = [cos * hx + sin * hy, -sin * hx + cos * hy]
  const grow = Math.sqrt((px / rx) ** 2 + (py / ry) ** 2)
  if (grow > 1) [rx, ry] = [rx * grow, ry * grow]
  const under = (rx * ry) ** 2 - (rx * py) ** 2 - (ry * px) ** 2
  const k = (large === sweep ? -1 : 1) * Math.sqrt(Math.max(0, under) / ((rx * py) ** 2 + (ry * px) ** 2))
  const [qx, qy] = [(k * rx * py) / ry, (-k * ry * px) / rx]
  const [cx, cy] = [cos * qx - sin * qy + (x + toX) / 2, sin * qx + cos * qy + (y + toY) / 2]
  const from = Math.atan2((py - qy) / ry, (px - qx) / rx)
  let by = Math.atan2((-py - qy) / ry, (-px - qx) / rx) - from
  if (sweep === 0 && by > 0) by -= 2 * Math.PI
  else if (sweep !== 0 && by < 0) by += 2 * Math.PI
  // A chord of angle a is r · a² / 8 away from its arc.
  const steps = Math.max(1, Math.ceil(Math.abs(by) * Math.sqrt(Math.max(rx, ry) / (8 * ERROR_PX))))
  for (let i = 1; i < steps; i++) {
    const at = from + (by * i) / steps
    const [ex, ey] = [rx * Math.cos(at), ry * Math.sin(at)]
    yield [cos * ex - sin * ey + cx, sin * ex + cos * ey + cy]
  }
  yield [toX, toY]
}
