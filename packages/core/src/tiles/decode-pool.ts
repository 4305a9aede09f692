// Tile flow: fetch -> **pool** -> worker -> engine. Page side: which job goes to which worker. One or two tile workers decode everything; Draco and
// KTX2 have worker files of their own that start with the first tile that needs them. One pool for all viewers of a page, counted: it starts
// with the first and ends with the last.
import { type SilenceWatch, watchSilence } from '../error/silent-worker.ts'
import { errorFromData, errorToData, TwinError } from '../error/twin-error.ts'
import { trustedWorker } from '../net/trusted-worker.ts'
import type { TileContent } from './content.ts'
import type { DecodeJob, FromWorker, GpuLimits, ToWorker } from './decode-messages.ts'
import type { DecodeOptions } from './decode-tile.ts'
import { closeImage, type ReadyImage, type TileImage } from './ready-image.ts'

export type Role = 'tile' | 'draco' | 'ktx2'

/** A Worker, or what a test makes of it. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void
  terminate(): void
  onmessage: ((event: { readonly data: FromWorker }) => void) | null
  onerror: ((event: { readonly message?: string; preventDefault?(): void }) => void) | null
}
export type StartWorker = (role: Role) => WorkerPort

export interface DecodeRequest {
  readonly signal: AbortSignal
  readonly gpu: GpuLimits
  /** Fetches what lies beside the tile (buffers, models): relative to it. */
  readonly resource: (uri: string) => Promise<ArrayBuffer>
}

/** One viewer's hold on the pool. */
export interface DecodeLease {
  /** Takes the bytes along. Rejects with a TwinError, or AbortError when the signal says so. */
  tile(bytes: ArrayBuffer, options: DecodeOptions, request: DecodeRequest): Promise<TileContent<TileImage>>
  image(bytes: ArrayBuffer, file: string, request: Pick<DecodeRequest, 'signal' | 'gpu'>): Promise<ReadyImage>
  /** Its jobs end; the last lease ends the workers. */
  release(): void
}

// Bundlers follow only this form, each with its literal path; `.js` because browsers get what tsc wrote.
const startWorker: StartWorker = (role) =>
  trustedWorker(() => {
    if (role === 'draco')
      return new Worker(new URL('./draco-worker.js', import.meta.url), { type: 'module', name: 'twinmap-draco' }) as WorkerPort
    if (role === 'ktx2')
      return new Worker(new URL('./ktx2-worker.js', import.meta.url), { type: 'module', name: 'twinmap-ktx2' }) as WorkerPort
    return new Worker(new URL('./tile-worker.js', import.meta.url), { type: 'module', name: 'twinmap-tile' }) as WorkerPort
  })

/**
 * Workers of each sort. One core stays with the page: on two cores a second worker made all complete 6 % sooner, and what blocks the page
 * twice as long (bench:tiles: 0.82 instead of 0.37 of plain 3d-tiles-renderer). More than two win nothing; KTX2 is a fraction of the work.
 */
const mostWorkers = (cores: number): Readonly<Record<Role, number>> => {
  const most = Math.max(1, Math.min(2, cores - 1))
  return { tile: most, draco: most, ktx2: 1 }
}
/** Starts that are tried where none has answered: the file is not served, or does not run. */
const MOST_STARTS = 4
/** Jobs of one worker: the one that it does and the one that is next, so it never waits for the page. */
const AT_ONCE = 2

interface Task {
  readonly id: number
  readonly role: Role
  readonly job: DecodeJob
  readonly resource: ((uri: string) => Promise<ArrayBuffer>) | undefined
  done(message: Extract<FromWorker, { tile: unknown } | { image: unknown } | { needsDraco: unknown }>): void
  fail(error: unknown): void
}
/** What a worker says of a job. */
type FromJob = Exclude<FromWorker, { readonly alive: true }>
interface Hand {
  readonly port: WorkerPort
  readonly tasks: Map<number, Task>
  answered: boolean
  readonly silence: SilenceWatch
}
interface Lane {
  readonly hands: Hand[]
  readonly queue: Task[]
  /** Starts that ended before a first answer: the file is not served, or does not run. */
  broken: number
}

export interface DecodePool {
  lease(): DecodeLease
  /** Workers that live now. */
  readonly workers: number
}

/** @param cores of this machine */
export function createDecodePool(start: StartWorker = startWorker, cores = navigator.hardwareConcurrency): DecodePool {
  const most = mostWorkers(cores)
  const lanes: Record<Role, Lane> = {
    tile: { hands: [], queue: [], broken: 0 },
    draco: { hands: [], queue: [], broken: 0 },
    ktx2: { hands: [], queue: [], broken: 0 },
  }
  let nextId = 1
  let leases = 0
  /** Folders whose tiles asked for Draco: their next tiles go there at once. */
  const dracoFolders = new Set<string>()

  function open(role: Role): Hand {
    const port = start(role)
    const tasks: Hand['tasks'] = new Map()
    const silence = watchSilence({
      ask: () => port.postMessage({ ping: true }, []),
      dead: () => lose('it answers no more: the browser may have ended it for memory', 'its tiles are tried again soon'),
      isBusy: () => tasks.size > 0,
    })
    const hand: Hand = { port, tasks, answered: false, silence }
    const lane = lanes[role]
    port.onmessage = ({ data }) => {
      silence.heard()
      if ('alive' in data) return
      hand.answered = true
      lane.broken = 0
      receive(hand, data)
      pump(role)
    }
    function lose(why: string, what: string): void {
      if (!hand.answered) lane.broken++
      lane.hands.splice(lane.hands.indexOf(hand), 1)
      close(hand)
      const error = new TwinError('worker-lost', `the ${role} worker ended (${why}); ${what}`, {
        role,
        // One that did not start may have met a network that was away; after a few it will not the next time either.
        passes: hand.answered || lane.broken <= MOST_STARTS,
      })
      const lost = [...tasks.values(), ...(lane.broken > 1 ? lane.queue.splice(0) : [])]
      for (const task of lost) task.fail(error)
      pump(role)
    }
    port.onerror = (event) => {
      event.preventDefault?.()
      lose(event.message || 'its file did not load', 'check that the folder of the script is served whole, workers included')
    }
    lane.hands.push(hand)
    return hand
  }

  function close({ port, silence }: Hand): void {
    silence.end()
    port.terminate()
  }

  function receive(hand: Hand, message: FromJob): void {
    const task = hand.tasks.get(message.id)
    if (task === undefined) {
      discard(message)
      return
    }
    if ('want' in message) {
      const { key, uri } = message.want
      const answer = (resource: { bytes?: ArrayBuffer; error?: ReturnType<typeof errorToData> }) => {
        if (hand.tasks.has(task.id))
          hand.port.postMessage({ id: task.id, resource: { key, ...resource } }, resource.bytes === undefined ? [] : [resource.bytes])
      }
      const asked = task.resource?.(uri) ?? Promise.reject(new TwinError('tile-unsupported', `${uri} cannot be fetched here`))
      asked.then(
        (bytes) => answer({ bytes }),
        (error: unknown) => answer({ error: errorToData(error) }),
      )
      return
    }
    hand.tasks.delete(message.id)
    if ('failed' in message) task.fail(errorFromData(message.failed))
    else task.done(message)
  }

  function pump(role: Role): void {
    const { hands, queue } = lanes[role]
    while (queue.length > 0) {
      let hand = hands.reduce<Hand | undefined>(
        (best, each) => (best === undefined || each.tasks.size < best.tasks.size ? each : best),
        undefined,
      )
      if (hand === undefined || (hand.tasks.size > 0 && hands.length < most[role])) hand = open(role)
      if (hand.tasks.size >= AT_ONCE) return
      const task = queue.shift()!
      hand.tasks.set(task.id, task)
      hand.port.postMessage({ id: task.id, job: task.job }, [task.job.bytes])
    }
  }

  function submit(role: Role, job: DecodeJob, signal: AbortSignal, resource?: Task['resource']): Promise<Parameters<Task['done']>[0]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError())
      const id = nextId++
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          signal.removeEventListener('abort', abort)
          then(value)
        }
      const task: Task = { id, role, job, resource, done: settle(resolve), fail: settle(reject) }
      const abort = () => {
        const lane = lanes[role]
        const queued = lane.queue.indexOf(task)
        if (queued >= 0) lane.queue.splice(queued, 1)
        for (const hand of lane.hands) if (hand.tasks.delete(id)) hand.port.postMessage({ id, abort: true }, [])
        task.fail(abortError())
        pump(role)
      }
      signal.addEventListener('abort', abort)
      lanes[role].queue.push(task)
      pump(role)
    })
  }

  function end(): void {
    for (const lane of Object.values(lanes)) {
      for (const hand of lane.hands.splice(0)) close(hand)
      lane.broken = 0
    }
    dracoFolders.clear()
  }

  async function tile(
    bytes: ArrayBuffer,
    options: DecodeOptions,
    { signal, gpu, resource }: DecodeRequest,
  ): Promise<TileContent<TileImage>> {
    const folder = options.file.slice(0, options.file.lastIndexOf('/'))
    let answer = await submit(dracoFolders.has(folder) ? 'draco' : 'tile', { type: 'tile', bytes, options, gpu }, signal, resource)
    if ('needsDraco' in answer) {
      dracoFolders.add(folder)
      answer = await submit('draco', { type: 'tile', bytes: answer.needsDraco, options, gpu }, signal, resource)
    }
    if (!('tile' in answer)) throw new TwinError('internal', `a worker answered ${Object.keys(answer)} for ${options.file}`)
    const content = answer.tile
    const ready = (bytes: ArrayBuffer, pointer: string) =>
      image(bytes, `${options.file} ${pointer}`, { signal, gpu }).catch((error: unknown): TileImage => {
        const isItsOwn = error instanceof TwinError && (error.code === 'ktx2-blocked' || error.code === 'picture-broken')
        if (isItsOwn) return { type: 'blocked', error: errorToData(error) }
        throw error
      })
    const results = await Promise.allSettled(
      content.images.map((each, i) => (each.type === 'ktx2' ? ready(each.bytes, `images[${i}]`) : each)),
    )
    const failed = results.find((each) => each.status === 'rejected')
    const images = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    if (failed !== undefined || signal.aborted) {
      images.forEach(closeImage)
      throw failed?.reason ?? abortError()
    }
    return { ...content, images }
  }

  async function image(bytes: ArrayBuffer, file: string, { signal, gpu }: Pick<DecodeRequest, 'signal' | 'gpu'>): Promise<ReadyImage> {
    const head = new Uint8Array(bytes, 0, Math.min(16, bytes.byteLength))
    const isKtx2 = String.fromCharCode(...head.subarray(1, 7)) === 'KTX 20'
    const answer = await submit(isKtx2 ? 'ktx2' : 'tile', { type: 'image', bytes, file, gpu }, signal)
    if (!('image' in answer)) throw new TwinError('internal', `a worker answered ${Object.keys(answer)} for ${file}`)
    return answer.image
  }

  return {
    lease() {
      leases++
      const own = new AbortController()
      let held = true
      const both = (signal: AbortSignal) => AbortSignal.any([signal, own.signal])
      return {
        tile: (bytes, options, request) => tile(bytes, options, { ...request, signal: both(request.signal) }),
        image: (bytes, file, request) => image(bytes, file, { ...request, signal: both(request.signal) }),
        release() {
          if (!held) return
          held = false
          own.abort()
          if (--leases === 0) end()
        },
      }
    },
    get workers() {
      return Object.values(lanes).reduce((sum, { hands }) => sum + hands.length, 0)
    },
  }
}

const abortError = () => new DOMException('The tile is no longer wanted', 'AbortError')

/** An answer that nobody waits for any more. */
function discard(message: FromJob): void {
  if ('image' in message) closeImage(message.image)
  else if ('tile' in message) message.tile.images.forEach(closeImage)
}

let shared: DecodePool | undefined

/** A hold on the page's one pool. */
export function leaseDecodePool(): DecodeLease {
  shared ??= createDecodePool()
  return shared.lease()
}
