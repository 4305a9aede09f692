import { alarmKey } from '@twinmap/core/internal/live/standing'
import { css, html, LitElement, nothing } from 'lit'
import { property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Locale, WORDS } from '../locale/words.ts'
import type { AlarmAct } from '../panels/alarm-acts.ts'
import type { CardAlarm, CardModel, CardRow } from '../panels/card-model.ts'
import { closeIcon } from '../theme/icons.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { hueOf, kindMark, severitySign } from '../theme/marks.ts'
import { shared } from '../theme/tokens.ts'
import { SETTLED_MS } from '../tools/clicks.ts'
import { customElement } from './custom-element.ts'
import { emit } from './events.ts'

/**
 * What is known of one thing: values with units and ages, and its standing alarms, each with the button that acknowledges
 * it. A disclosure has buttons to take it, to report it done and, for roles that see what is behind it, to withdraw it. It
 * keeps nothing: a button waits until the feed shows what it asked.
 *
 * @fires {CustomEvent<{feed: string, id: string, count: number}>} twin-acknowledge - The operator acknowledges an alarm.
 * @fires {CustomEvent<{feed: string, id: string, type: 'take' | 'done' | 'withdraw'}>} twin-disclosure - The operator does something about a disclosure.
 * @fires {CustomEvent<{}>} twin-close - The close button was pressed.
 * @csspart title - Mark and name.
 * @csspart fields - The values.
 * @csspart alarm - One standing alarm; `priority-1`, `priority-2`, `priority-3`, `priority-4`: one of that priority.
 * @csspart acknowledge - The button of an alarm; `take`, `done`, `withdraw`: those of a disclosure.
 * @cssprop [--tw-accent=#0a7566] - Colour of the button.
 */
@customElement('twin-card')
export class TwinCard extends LitElement {
  static override styles = [
    shared,
    markStyles,
    css`
      :host {
        display: block;
        padding: calc(0.625 * var(--tw-unit)) calc(1 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
      }
      header {
        display: flex;
        align-items: center;
        gap: calc(0.5 * var(--tw-unit));
        margin-inline-end: calc(-0.75 * var(--tw-unit));
      }
      h2 {
        flex: 1;
        min-width: 0;
        font-size: var(--tw-m);
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      h2:focus-visible {
        outline-offset: 2px;
        box-shadow: none;
      }
      header button {
        display: grid;
        place-items: center;
        color: var(--tw-text-3);
        border-radius: var(--tw-r);
      }
      .icon {
        width: calc(1.125 * var(--tw-unit));
        height: calc(1.125 * var(--tw-unit));
      }
      .sub {
        margin-bottom: calc(0.5 * var(--tw-unit));
        font-size: var(--tw-2xs);
        color: var(--tw-text-3);
      }
      .alarm {
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: calc(0.5 * var(--tw-unit));
        padding: calc(0.25 * var(--tw-unit)) 0;
      }
      .alarm .what {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .alarm .state {
        display: block;
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
      }
      .alarm.open b {
        font-weight: 600;
      }
      .alarm b {
        font-weight: 400;
      }
      .alarms {
        margin-bottom: calc(0.375 * var(--tw-unit));
        padding-bottom: calc(0.375 * var(--tw-unit));
        border-bottom: 1px solid var(--tw-line);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(calc(4 * var(--tw-unit)), max-content) 1fr;
        gap: calc(0.125 * var(--tw-unit)) calc(0.75 * var(--tw-unit));
      }
      dt {
        color: var(--tw-text-3);
      }
      dd small {
        font-size: var(--tw-2xs);
        font-weight: 400;
        color: var(--tw-text-3);
        margin-inline-start: 0.5em;
      }
      dd.red {
        color: var(--tw-red);
        font-weight: 600;
      }
      dd.orange {
        color: var(--tw-orange);
        font-weight: 600;
      }
      dd.yellow {
        color: var(--tw-yellow);
        font-weight: 600;
      }
      dd.blue {
        color: var(--tw-blue);
        font-weight: 600;
      }
      :host([stale]) dd {
        color: var(--tw-text-3);
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: calc(0.375 * var(--tw-unit));
      }
      .disclosed .acts {
        grid-column: 1 / -1;
      }
      .act {
        padding: 0 calc(1 * var(--tw-unit));
        border-radius: calc(0.3 * var(--tw-unit));
        background: var(--tw-accent);
        color: var(--tw-on-accent);
        font-weight: 600;
      }
      .disclosed .act {
        padding: 0 calc(0.5 * var(--tw-unit));
      }
      .act.withdraw {
        background: var(--tw-raised);
        color: var(--tw-text);
      }
      .act:focus-visible {
        outline: 2px solid var(--tw-accent);
        outline-offset: 2px;
        box-shadow: inset 0 0 0 2px var(--tw-ink);
      }
      .act:disabled {
        background: var(--tw-raised);
        color: var(--tw-text-3);
      }
    `,
  ]

  /** What is shown; null: nothing. */
  @property({ attribute: false }) model: CardModel | null = null
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** The values are old; they are greyed. */
  @property({ type: Boolean, reflect: true }) stale = false

  /** When the buttons came to lie where they lie, on the clock of events. */
  #settledAt = 0
  #shape = ''
  /** A button of this card had the focus before it was drawn anew. */
  #hadFocus = false

  protected override willUpdate(): void {
    const shape = shapeOf(this.model)
    if (shape !== this.#shape) this.#settledAt = performance.now()
    this.#shape = shape
    this.#hadFocus = this.shadowRoot?.activeElement?.matches('.act') ?? false
  }

  protected override updated(): void {
    const { activeElement } = this.shadowRoot!
    // Keys stay in the card when their button is done, and are on no other: a second press means nothing.
    if (this.#hadFocus && (activeElement === null || activeElement.matches(':disabled')))
      this.renderRoot.querySelector<HTMLElement>('h2')?.focus()
  }

  protected override render() {
    const { model } = this
    if (model === null) return nothing
    const w = WORDS[this.locale]
    const mark =
      model.priority !== null
        ? severitySign(model.priority, w.alarmPriority[model.priority])
        : model.symbol === null
          ? nothing
          : kindMark(model.symbol)
    return html`
      <header>
        ${mark}
        <h2 part="title" tabindex="-1">${model.title}</h2>
        <button aria-label=${w.close} title=${w.close} @click=${() => emit(this, 'twin-close', {})}>${closeIcon}</button>
      </header>
      <p class="sub">${model.sub}</p>
      ${model.alarms.length === 0 ? nothing : html`<ul class="alarms">${repeat(model.alarms, alarmKey, (row) => this.#alarm(row))}</ul>`}
      ${model.rows.length === 0 ? nothing : html`<dl part="fields">${model.rows.map(fieldRow)}</dl>`}
    `
  }

  /** Keys go to its title; from there Tab leads to its buttons. */
  focusTitle(): void {
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
  }

  #alarm(row: CardAlarm) {
    const w = WORDS[this.locale]
    const classes = `alarm ${row.open ? 'open' : ''} ${row.disclosed ? 'disclosed' : ''}`
    const told = [
      row.disclosed ? '' : row.escalated ? `${row.happened}${w.comma}${w.escalated}` : row.happened,
      row.disclosed && row.escalated ? w.escalated : '',
      row.open && !row.disclosed ? w.alarmLasting(row.lasts) : row.state,
      row.count > 1 ? w.alarmTimes(row.count) : '',
    ]
    return html`<li class=${classes} part="alarm priority-${row.priority}">
      ${severitySign(row.priority, w.alarmPriority[row.priority])}
      <span class="what"><b>${row.what}</b> <span class="state">${told.filter((words) => words !== '').join(' · ')}</span></span>
      ${row.acts.length === 0 ? nothing : html`<span class="acts">${repeat(row.acts, String, (act) => this.#button(row, act))}</span>`}
    </li>`
  }

  /** While what it asks is on its way, it says so; meanwhile nothing else is asked of the same alarm. */
  #button(row: CardAlarm, act: AlarmAct) {
    const w = WORDS[this.locale]
    const words = row.asked === act ? w.acting[act] : w.act[act]
    return html`<button
      part=${act}
      class="act ${act}"
      aria-label=${`${words} ${row.what}`}
      ?disabled=${row.asked !== null}
      aria-busy=${row.asked === act}
      @click=${(event: MouseEvent) => this.#press(event, row, act)}
    >
      ${words}
    </button>`
  }

  #press({ detail, timeStamp }: MouseEvent, { feed, id, count }: CardAlarm, act: AlarmAct): void {
    // Keys (no detail) act on what has the focus, which stays with its alarm; a pointer on what lies under it.
    if (detail > 0 && timeStamp - this.#settledAt < SETTLED_MS) return
    if (act === 'acknowledge') emit(this, 'twin-acknowledge', { feed, id, count })
    else emit(this, 'twin-disclosure', { feed, id, type: act })
  }
}

/** What decides where each button lies, and whose it is. */
const shapeOf = (model: CardModel | null): string =>
  JSON.stringify([model?.title, model?.alarms.map(({ feed, id, count, acts }) => [feed, id, count, acts])])

const fieldRow = (row: CardRow) =>
  html`<dt>${row.label}</dt>
    <dd class=${row.priority === null ? '' : hueOf(row.priority)}>${row.value}${row.note === '' ? nothing : html`<small>${row.note}</small>`}</dd>`

declare global {
  interface HTMLElementTagNameMap {
    'twin-card': TwinCard
  }
}
