import { css, html, LitElement, nothing } from 'lit'
import { property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Locale, WORDS } from '../locale/words.ts'
import { type ThingRow, thingKey } from '../panels/thing-rows.ts'
import { listStyles } from '../theme/list-styles.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { kindMark, severitySign } from '../theme/marks.ts'
import { shared } from '../theme/tokens.ts'
import { customElement } from './custom-element.ts'
import { emit } from './events.ts'

/**
 * What the picture shows, the nearest first, for who cannot see it or point at it. Tab reaches one row, arrow keys the others.
 *
 * @fires {CustomEvent<{handle: Handle}>} twin-thing-open - The reader wants to see a thing.
 * @csspart heading - Title and how many are listed.
 * @csspart row - One thing.
 */
@customElement('twin-thing-list')
export class TwinThingList extends LitElement {
  static override styles = [
    shared,
    markStyles,
    listStyles,
    css`
      button {
        display: grid;
        grid-template-columns: calc(1.875 * var(--tw-unit)) 1fr auto;
        gap: calc(0.625 * var(--tw-unit));
        align-items: center;
        width: 100%;
        padding: calc(0.25 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
        line-height: 1.4;
        text-align: start;
        border-top: 1px solid var(--tw-line);
      }
      button:hover {
        background: var(--tw-raised);
      }
      .sign {
        justify-self: center;
      }
      .said {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .kind,
      .away {
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
      }
      .kind {
        display: block;
      }
      .away {
        white-space: nowrap;
      }
    `,
  ]

  /** The nearest things, nearest first; null: nobody has looked yet. */
  @property({ attribute: false }) rows: readonly ThingRow[] | null = null
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** No title: where a tab above already says it. */
  @property({ type: Boolean, attribute: 'untitled' }) untitled = false

  /** The row that Tab reaches, as it is called: it stays with its thing when the order changes. */
  #current: string | null = null
  #hadFocus = false

  protected override willUpdate(): void {
    this.#hadFocus = this.shadowRoot?.activeElement?.matches('button') ?? false
    const keys = (this.rows ?? []).map(thingKey)
    if (this.#current === null || !keys.includes(this.#current)) this.#current = keys[0] ?? null
  }

  protected override updated(): void {
    // A thing that left the picture takes no keys with it.
    if (this.#hadFocus && this.shadowRoot!.activeElement === null) this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }

  protected override render() {
    const w = WORDS[this.locale]
    const { rows } = this
    return html`
      ${this.untitled ? nothing : html`<h2 part="heading">${w.things}<small>${rows === null ? w.noValue : w.thingsNearest(rows.length)}</small></h2>`}
      ${
        rows === null || rows.length === 0
          ? html`<p>${rows === null ? w.noValue : w.thingsNone}</p>`
          : html`<ol @keydown=${this.#move} @focusin=${this.#reached}>${repeat(rows, thingKey, (row) => this.#row(row))}</ol>`
      }
    `
  }

  #row(row: ThingRow) {
    const w = WORDS[this.locale]
    const key = thingKey(row)
    const mark =
      row.priority !== 0
        ? severitySign(row.priority, w.alarmPriority[row.priority])
        : row.symbol === null
          ? html`<i></i>`
          : kindMark(row.symbol)
    return html`<li part="row">
      <button tabindex=${key === this.#current ? 0 : -1} data-key=${key} @click=${() => emit(this, 'twin-thing-open', { handle: row.handle })}>
        ${mark}<span class="said">${row.name} <span class="kind">${row.kind}</span></span><span class="away">${row.away}</span>
      </button>
    </li>`
  }

  #move = (event: KeyboardEvent): void => {
    const buttons = [...this.renderRoot.querySelectorAll('button')]
    const at = buttons.indexOf(this.shadowRoot!.activeElement as HTMLButtonElement)
    const last = buttons.length - 1
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    buttons[Math.min(last, Math.max(0, to))]?.focus()
  }

  #reached = (event: FocusEvent): void => {
    const key = (event.target as HTMLElement).dataset['key']
    if (key === undefined || key === this.#current) return
    this.#current = key
    this.requestUpdate()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-thing-list': TwinThingList
  }
}
