// Where the keys are while cards come and go: into a card that the reader opened, and back to where they were once it is closed.
import type { AlarmRef } from '../panels/alarm-rows.ts'

export interface CardFocusPorts {
  readonly root: () => ShadowRoot
  /** Where the keys go when that is gone from where the card was opened: on a phone the card takes the place of the list. */
  readonly fallback: (opened: AlarmRef | null) => void
}

/** The element that has the keys, whatever shadow root it is in. */
function deepFocus(root: ShadowRoot): HTMLElement | null {
  let at = root.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at as HTMLElement | null
}

export class CardFocus {
  readonly #ports: CardFocusPorts
  #from: HTMLElement | null = null
  #opened: AlarmRef | null = null
  /** The reader asked for a card that is not there yet. */
  #isAsked = false
  #shown: string | null = null
  #hadFocus = false
  #isClosed = false

  constructor(ports: CardFocusPorts) {
    this.#ports = ports
  }

  get #card() {
    return this.#ports.root().querySelector('twin-card')
  }

  get #isInCard(): boolean {
    return (this.#card?.shadowRoot?.activeElement ?? null) !== null
  }

  /** The reader opens something, from where the keys are now; of an alarm its row is where they can come back to. */
  asked(opened: AlarmRef | null): void {
    this.#isAsked = true
    this.#opened = opened
    // From one card to the next, the way back is that of the first.
    if (!this.#isInCard) this.#from = deepFocus(this.#ports.root())
  }

  /** Nothing was there to open. */
  missed(): void {
    this.#isAsked = false
  }

  /** The reader closes the card. */
  closed(): void {
    this.#isClosed = true
  }

  /** Before a drawing: a card that goes takes the keys with it. */
  before(): void {
    this.#hadFocus = this.#isInCard
  }

  /** After a drawing. @param shown - what its card is of; null: there is none. */
  async after(shown: string | null): Promise<void> {
    const was = this.#shown
    this.#shown = shown
    if (shown === null) {
      const isOurs = this.#hadFocus || this.#isClosed
      this.#isClosed = false
      if (was === null || !isOurs) return
      const from = this.#from
      this.#from = null
      if (from?.isConnected === true && from.checkVisibility?.() !== false) from.focus({ preventScroll: true })
      else this.#ports.fallback(this.#opened)
    } else if (this.#isAsked) {
      this.#isAsked = false
      const card = this.#card
      await card?.updateComplete
      card?.focusTitle()
    }
  }
}
