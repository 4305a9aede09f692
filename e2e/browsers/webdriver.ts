// A client for the W3C WebDriver protocol: as much of it as the tests of WebKit need. https://www.w3.org/TR/webdriver2/

type Json = Readonly<Record<string, unknown>>
type Source = Readonly<{ type: string; id: string; parameters?: Json; actions: readonly Json[] }>

/** Their code points by the protocol's table. */
const KEYS = { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004' } as const
const MOVE_STEPS = 4

export class WebDriverSession {
  readonly #at: string
  readonly #fetch: typeof fetch
  readonly version: string

  private constructor(at: string, version: string, ports: { fetch: typeof fetch }) {
    this.#at = at
    this.version = version
    this.#fetch = ports.fetch
  }

  /** @param url - of the driver, without a slash at its end */
  static async open(url: string, capabilities: Json, ports = { fetch }): Promise<WebDriverSession> {
    const answer = await call(ports.fetch, 'POST', `${url}/session`, { capabilities: { alwaysMatch: capabilities } })
    const { sessionId, capabilities: given } = answer as { sessionId: string; capabilities: Json }
    return new WebDriverSession(`${url}/session/${sessionId}`, `${given['browserName']} ${given['browserVersion']}`, ports)
  }

  #call(method: string, path: string, body?: Json): Promise<unknown> {
    return call(this.#fetch, method, `${this.#at}${path}`, body)
  }

  async navigate(url: string): Promise<void> {
    await this.#call('POST', '/url', { url })
  }

  /** The inner size of its window, which has no frame of known width. */
  async resize({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
    const rect = (await this.#call('GET', '/window/rect')) as { width: number; height: number }
    const [w, h] = await this.execute(() => [innerWidth, innerHeight] as const)
    await this.#call('POST', '/window/rect', { width: rect.width + width - w, height: rect.height + height - h })
  }

  async execute<A extends readonly unknown[], T>(run: (...given: A) => T | Promise<T>, ...given: A): Promise<T> {
    const script = `const done = arguments[1]
      Promise.resolve().then(() => (${run.toString()})(...arguments[0])).then(
        (value) => done({ value: value === undefined ? null : value }),
        (error) => done({ error: String(error) }),
      )`
    const answer = (await this.#call('POST', '/execute/async', { script, args: [given] })) as { value?: T; error?: string }
    if (answer.error !== undefined) throw new Error(`in the page: ${answer.error}`)
    return answer.value as T
  }

  async screenshot(): Promise<Uint8Array> {
    return Buffer.from((await this.#call('GET', '/screenshot')) as string, 'base64')
  }

  async #perform(source: Source): Promise<void> {
    await this.#call('POST', '/actions', { actions: [source] })
  }

  #pointer(actions: readonly Json[]): Promise<void> {
    return this.#perform({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions })
  }

  click(x: number, y: number): Promise<void> {
    return this.#pointer([move(x, y), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }])
  }

  drag([fromX, fromY]: readonly [number, number], [toX, toY]: readonly [number, number]): Promise<void> {
    const moves = Array.from({ length: MOVE_STEPS }, (_, i) => {
      const share = (i + 1) / MOVE_STEPS
      return move(Math.round(fromX + (toX - fromX) * share), Math.round(fromY + (toY - fromY) * share))
    })
    return this.#pointer([move(fromX, fromY), { type: 'pointerDown', button: 0 }, ...moves, { type: 'pointerUp', button: 0 }])
  }

  wheel(x: number, y: number, deltaY: number): Promise<void> {
    return this.#perform({ type: 'wheel', id: 'wheel', actions: [{ type: 'scroll', x, y, deltaX: 0, deltaY, duration: 0 }] })
  }

  press(key: keyof typeof KEYS): Promise<void> {
    const value = KEYS[key]
    return this.#perform({
      type: 'key',
      id: 'keys',
      actions: [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ],
    })
  }

  async end(): Promise<void> {
    await this.#call('DELETE', '')
  }
}

const move = (x: number, y: number): Json => ({ type: 'pointerMove', x, y, duration: 0, origin: 'viewport' })

/** @throws Error with the driver's own code and words */
async function call(ask: typeof fetch, method: string, url: string, body?: Json): Promise<unknown> {
  const response = await ask(url, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { value } = (await response.json()) as { value: unknown }
  if (response.ok) return value
  const { error, message } = value as { error: string; message: string }
  throw new Error(`${method} ${new URL(url).pathname}: ${error}: ${message}`)
}
