// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { prefersStill, themeOf, unitPx, watchSurroundings } from './surroundings.ts'

/** What the reader's system says now, and who wants to know. */
let system: Map<string, { matches: boolean; target: EventTarget }>
let observed: { target: Element | null; told: ResizeObserverCallback }

beforeEach(() => {
  vi.useFakeTimers()
  system = new Map()
  observed = { target: null, told: () => undefined }
  vi.stubGlobal('matchMedia', (query: string) => {
    if (!system.has(query)) system.set(query, { matches: false, target: new EventTarget() })
    const { matches, target } = system.get(query)!
    return Object.assign(target, { matches })
  })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(told: ResizeObserverCallback) {
        observed.told = told
      }
      observe = (target: Element) => (observed.target = target)
      disconnect = () => (observed.target = null)
    },
  )
})
afterEach(() => {
  seen(true)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const DARK = '(prefers-color-scheme: dark)'
const STILL = '(prefers-reduced-motion: reduce)'
function says(query: string, matches: boolean): void {
  matchMedia(query)
  system.get(query)!.matches = matches
  system.get(query)!.target.dispatchEvent(Object.assign(new Event('change'), { matches }))
}
function seen(visible: boolean): void {
  Object.defineProperty(document, 'hidden', { value: !visible, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

function watched() {
  const host = document.createElement('div')
  const told: unknown[] = []
  const end = watchSurroundings(host, {
    resized: (width, height) => told.push(['resized', width, height]),
    dark: (on) => told.push(['dark', on]),
    still: (on) => told.push(['still', on]),
    fullscreen: (on) => told.push(['fullscreen', on]),
    tick: () => told.push('tick'),
    online: () => told.push('online'),
  })
  return { host, told, end }
}

test('ticks each second while somebody looks, and not in a hidden tab', () => {
  const { told, end } = watched()
  vi.advanceTimersByTime(2_500)
  expect(told).toEqual(['tick', 'tick'])
  seen(false)
  vi.advanceTimersByTime(5_000)
  expect(told).toHaveLength(2)
  seen(true)
  vi.advanceTimersByTime(1_000)
  expect(told).toHaveLength(3)
  end()
})

test('tells size and wishes as they change', () => {
  const { host, told, end } = watched()
  expect(observed.target).toBe(host)
  observed.told([{ contentRect: { width: 390, height: 844 } } as ResizeObserverEntry], {} as ResizeObserver)
  says(DARK, true)
  says(STILL, true)
  document.dispatchEvent(new Event('fullscreenchange'))
  window.dispatchEvent(new Event('online'))
  expect(told).toEqual([['resized', 390, 844], ['dark', true], ['still', true], ['fullscreen', false], 'online'])
  end()
})

test('hears nothing after its end, and leaves no timer', () => {
  const { told, end } = watched()
  end()
  says(DARK, true)
  says(STILL, true)
  seen(false)
  seen(true)
  document.dispatchEvent(new Event('fullscreenchange'))
  window.dispatchEvent(new Event('online'))
  vi.advanceTimersByTime(5_000)
  expect([told, vi.getTimerCount(), observed.target]).toEqual([[], 0, null])
})

test('follows the system only where it is asked to', () => {
  expect(themeOf('auto')).toBe('light')
  says(DARK, true)
  says(STILL, true)
  expect([themeOf('auto'), themeOf('light'), themeOf('dark'), prefersStill()]).toEqual(['dark', 'light', 'dark', true])
})

test('reads the unit that the page sets, and knows one where it sets none', () => {
  const host = document.body.appendChild(document.createElement('div'))
  expect(unitPx(host)).toBe(16)
  host.style.setProperty('--tw-unit', '20px')
  expect(unitPx(host)).toBe(20)
  host.remove()
})
