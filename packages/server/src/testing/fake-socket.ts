// For tests: a viewer's socket as the server sees it, whose other end reads at once, or not at all: then what is sent waits. Not
// built, not published.
import { EventEmitter } from 'node:events'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { fromColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope, Hello } from '@twinmap/core/internal/record/envelope'
import { readEnvelope } from '@twinmap/core/internal/record/envelope-codec'
import type { Row } from '@twinmap/core/internal/record/record'
import type { WebSocket } from 'ws'

export class FakeSocket extends EventEmitter {
  readyState = 1
  bufferedAmount = 0
  reads = true
  /** Whether it answers pings at once. */
  answers = true
  /** Each message as it came over the wire. */
  readonly texts: string[] = []
  /** In how many parts. */
  readonly parts: number[] = []
  readonly pings: Buffer[] = []
  terminated = false
  closedWith: number | null = null
  #parts: Buffer[] = []

  get said(): Envelope[] {
    return this.texts.map((text) => readEnvelope(JSON.parse(text)) as Envelope)
  }
  get rows(): Row[] {
    return this.said.flatMap(({ records }) => fromColumns(records ?? []))
  }
  get alarms(): Alarm[] {
    return this.said.flatMap(({ alarms }) => alarms ?? [])
  }
  /** As `ws` takes it. */
  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket
  }

  send(data: string | Buffer, { fin = true }: { readonly fin?: boolean } = {}): void {
    this.#parts.push(Buffer.from(data))
    if (!this.reads) this.bufferedAmount += Buffer.byteLength(data)
    if (!fin) return
    this.texts.push(Buffer.concat(this.#parts).toString())
    this.parts.push(this.#parts.length)
    this.#parts = []
  }
  ping(data: string): void {
    this.pings.push(Buffer.from(data))
    if (this.answers) this.emit('pong', Buffer.from(data))
  }
  terminate(): void {
    this.terminated = true
    this.readyState = 3
    this.emit('close')
  }
  close(code?: number): void {
    this.closedWith = code ?? null
    this.readyState = 3
    this.emit('close')
  }
  hear(message: { readonly hello: Hello } | { readonly resync: object }): void {
    this.emit('message', Buffer.from(JSON.stringify(message)), false)
  }
}
