import { css, html, LitElement, nothing, type PropertyValues } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Locale, WORDS } from '../locale/words.ts'
import type { AlarmRow } from '../panels/alarm-rows.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { hueOf, severitySign } from '../theme/marks.ts'
import { shared } from '../theme/tokens.ts'
import { emit } from './events.ts'

/**
 * The standing alarms of a twin, the most severe first. It keeps nothing: a row turns when `rows` says so.
 * Arrow keys move between the rows.
 *
 * @fires {CustomEvent<{id: string}>} twin-alarm-open - The reader wants to see an alarm.
 * @csspart heading - Title and number of open alarms.
 * @csspart row - One alarm; also `priority-1` to `priority-4`, and `open` while it waits for an operator.
 * @cssprop [--tw-fill-red=#d3302a] - Mark of priority 1; `--tw-fill-orange`, `-yellow`, `-blue` for 2 to 4.
 */
@customElement('twin-alarm-list')
export class TwinAlarmList extends LitElement {
  static override styles = [
    shared,
    markStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      h2 {
        display: flex;
        align-items: baseline;
        gap: var(--tw-gap);
        padding: calc(0.625 * var(--tw-unit)) calc(0.875 * var(--tw-unit)) calc(0.5 * var(--tw-unit));
        font-size: var(--tw-s);
        font-weight: 600;
      }
      h2 small {
        margin-inline-start: auto;
        font-size: var(--tw-2xs);
        font-weight: 400;
        color: var(--tw-text-3);
      }
      ol {
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      li {
        border-top: 1px solid var(--tw-line);
      }
      button {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: calc(0.625 * var(--tw-unit));
        align-items: center;
        width: 100%;
        padding: 0 calc(0.875 * var(--tw-unit));
        text-align: start;
      }
      button:hover {
        background: var(--tw-raised);
      }
      .words {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .age {
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
        text-align: end;
        white-space: nowrap;
      }
      .open .words {
        font-weight: 600;
      }
      .open.red {
        background: var(--tw-fill-red);
        color: var(--tw-on-red);
      }
      .open.red .age {
        color: inherit;
      }
      p {
        padding: calc(0.25 * var(--tw-unit)) calc(0.875 * var(--tw-unit)) calc(0.75 * var(--tw-unit));
        color: var(--tw-text-3);
      }
    `,
  ]

  /** What stands now, in order. */
  @property({ attribute: false }) rows: readonly AlarmRow[] = []
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** No title: where a tab above already says it. */
  @property({ type: Boolean, attribute: 'untitled' }) untitled = false

  /** The row that Tab reaches. */
  #current = 0

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows')) this.#current = Math.min(this.#current, Math.max(0, this.rows.length - 1))
  }

  protected override render() {
    const w = WORDS[this.locale]
    const open = this.rows.filter((row) => row.open).length
    return html`
      ${this.untitled ? nothing : html`<h2 part="heading">${w.alarms}<small>${this.rows.length === 0 ? nothing : w.alarmsOpen(open)}</small></h2>`}
      ${
        this.rows.length === 0
          ? html`<p>${w.alarmsNone}</p>`
          : html`<ol @keydown=${this.#move} @focusin=${this.#reached}>
              ${repeat(
                this.rows,
                (row) => row.id,
                (row, i) => this.#row(row, i),
              )}
            </ol>`
      }
    `
  }

  #row(row: AlarmRow, index: number) {
    const w = WORDS[this.locale]
    const times = row.count > 1 ? ` ×${row.count}` : ''
    return html`<li part="row priority-${row.priority} ${row.open ? 'open' : ''}" class="${hueOf(row.priority)} ${row.open ? 'open' : ''}">
      <button tabindex=${index === this.#current ? 0 : -1} data-index=${index} @click=${() => emit(this, 'twin-alarm-open', { id: row.id })}>
        ${severitySign(row.priority, w.alarmPriority[row.priority])}
        <span class="words">${row.what}${row.whose === null ? '' : ` ${row.whose}`}${times}</span>
        <span class="age">${row.pending ? w.acknowledging : row.age}<span class="heard">${row.state}</span></span>
      </button>
    </li>`
  }

  #move = (event: KeyboardEvent): void => {
    const last = this.rows.length - 1
    const to = { ArrowDown: this.#current + 1, ArrowUp: this.#current - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    this.renderRoot.querySelectorAll('button')[Math.min(last, Math.max(0, to))]?.focus()
  }

  #reached = (event: FocusEvent): void => {
    const index = Number((event.target as HTMLElement).dataset['index'])
    if (!Number.isInteger(index) || index === this.#current) return
    this.#current = index
    this.requestUpdate()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-alarm-list': TwinAlarmList
  }
}
