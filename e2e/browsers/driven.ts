// What a test does with a page, the same in every browser. Positions are CSS px from the page's left top.

export interface DrivenBrowser {
  readonly name: string
  /** As the browser says it: `Firefox 153.0`. */
  readonly version: string
  open(url: string): Promise<void>
  /** Runs in the page; arguments and answer are JSON. */
  evaluate<A extends readonly unknown[], T>(run: (...given: A) => T | Promise<T>, ...given: A): Promise<T>
  /** PNG of what is seen, one px for each CSS px. */
  screenshot(): Promise<Uint8Array>
  click(x: number, y: number): Promise<void>
  drag(from: readonly [x: number, y: number], to: readonly [x: number, y: number]): Promise<void>
  wheel(x: number, y: number, deltaY: number): Promise<void>
  press(key: 'Enter' | 'Escape' | 'Tab'): Promise<void>
  close(): Promise<void>
}

/** As small as the wide layout is. */
export const SIZE = { width: 660, height: 500 } as const
