import { alarmKey } from '@twinmap/core/internal/live/standing'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Locale, WORDS } from '../locale/words.ts'
import type { AlarmRef, AlarmRow } from '../panels/alarm-rows.ts'
import { foldIcon } from '../theme/icons.ts'
import { listStyles } from '../theme/list-styles.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { hueOf, severitySign } from '../theme/marks.ts'
import { shared } from '../theme/tokens.ts'
import { customElement } from './custom-element.ts'
import { emit } from './events.ts'

/** What stands as a line of the list: an alarm, or in a flood those of one rule. */
type Line = { readonly row: AlarmRow; readonly group: null } | { readonly row: AlarmRow; readonly group: readonly AlarmRow[] }

/**
 * The standing alarms of a twin, the most severe first. It keeps nothing but which groups are open: a row turns when `rows`
 * says so. Rows of one `group` stand under one line until it is opened. Arrow keys move between the rows; right and left
 * open and close a group. Of a disclosure it also says who goes there and who reported it done.
 *
 * @fires {CustomEvent<{feed: string, id: string}>} twin-alarm-open - The reader wants to see an alarm.
 * @csspart heading - Title and number of open alarms.
 * @csspart row - One alarm; `priority-1`, `priority-2`, `priority-3`, `priority-4`: one of that priority; `open`: one that waits for an operator.
 * @csspart group - The line of a group, which is a row too.
 * @cssprop [--tw-fill-red=#d3302a] - Mark of priority 1; `--tw-fill-orange`, `--tw-fill-yellow`, `--tw-fill-blue`: of 2 to 4.
 */
@customElement('twin-alarm-list')
export class TwinAlarmList extends LitElement {
  static override styles = [
    shared,
    markStyles,
    listStyles,
    css`
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
      .said {
        min-width: 0;
        padding-block: calc(0.375 * var(--tw-unit));
        line-height: 1.4;
        overflow-wrap: anywhere;
      }
      .open .words {
        font-weight: 600;
      }
      .times {
        white-space: nowrap;
      }
      .note {
        display: block;
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
        font-weight: 400;
      }
      .age {
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
        line-height: 1.4;
        display: grid;
        justify-items: end;
        white-space: nowrap;
      }
      .open .stands {
        color: var(--tw-text);
        font-weight: 600;
      }
      .open.red {
        background: var(--tw-fill-red);
        color: var(--tw-on-red);
      }
      .open.red :is(.age, .note, .stands) {
        color: inherit;
      }
      /* White on it is 6.3. */
      .open.red button:hover {
        background: #b8271f;
      }
      .open.red :focus-visible {
        outline-color: var(--tw-on-red);
      }
      .member .sign {
        visibility: hidden;
      }
      .fold {
        display: inline-block;
        vertical-align: -0.15em;
        margin-inline-start: calc(0.25 * var(--tw-unit));
        transition: transform 160ms;
      }
      [aria-expanded='true'] .fold {
        transform: rotate(90deg);
      }
      .icon {
        width: calc(1 * var(--tw-unit));
        height: calc(1 * var(--tw-unit));
      }
      @media (prefers-reduced-motion: reduce) {
        .fold {
          transition: none;
        }
      }
    `,
  ]

  /** What stands now, in order. */
  @property({ attribute: false }) rows: readonly AlarmRow[] = []
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** No title: where a tab above already says it. */
  @property({ type: Boolean, attribute: 'untitled' }) untitled = false

  /** The line that Tab reaches. */
  #current = 0
  /** Groups that the reader opened. */
  readonly #opened = new Set<string>()
  #lines: readonly Line[] = []

  protected override willUpdate(): void {
    this.#lines = linesOf(this.rows, this.#opened)
    this.#current = Math.min(this.#current, Math.max(0, this.#lines.length - 1))
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
                this.#lines,
                ({ row, group }) => (group === null ? alarmKey(row) : row.group),
                ({ row, group }, i) => (group === null ? this.#row(row, i) : this.#group(row, group, i)),
              )}
            </ol>`
      }
    `
  }

  /** Keys go to the row of an alarm, or to the group that it is in. False: it is not listed. */
  focusAlarm({ feed, id }: AlarmRef): boolean {
    const { group } = this.rows.find((row) => row.feed === feed && row.id === id) ?? {}
    if (group === undefined) return false
    const own = this.#lines.findIndex((line) => line.group === null && line.row.feed === feed && line.row.id === id)
    this.#focus(own !== -1 ? own : this.#lines.findIndex((line) => line.group !== null && line.row.group === group))
    return true
  }

  #row(row: AlarmRow, index: number) {
    const w = WORDS[this.locale]
    const what = row.group === null ? `${row.what} ` : ''
    const times = row.count > 1 ? html` <span class="times">×${row.count}</span>` : nothing
    // What was asked is told alone: nothing else is sure of it now.
    const mark = row.escalated ? w.escalated : row.disclosed ? '' : row.open ? row.state : w.alarmState.acknowledged
    return this.#line(row, index, {
      classes: row.group === null ? '' : 'member',
      words: html`${what}${row.whose}${times}`,
      note: row.disclosed || !row.open ? row.state : row.happened,
      end:
        row.asked === null
          ? html`<span>${row.age}</span>${mark === '' ? nothing : html`<span class="stands">${mark}</span>`}`
          : html`${w.acting[row.asked]}`,
      press: () => emit(this, 'twin-alarm-open', { feed: row.feed, id: row.id }),
    })
  }

  #group(first: AlarmRow, rows: readonly AlarmRow[], index: number) {
    const w = WORDS[this.locale]
    return this.#line({ ...first, open: rows.some((row) => row.open) }, index, {
      part: 'group',
      words: html`${first.what} ${w.alarmsOfRule(rows.length)}`,
      note: w.alarmsJoined,
      end: html`<span>${first.age}<span class="fold">${foldIcon}</span></span>`,
      expanded: this.#opened.has(first.group!),
      press: () => this.#fold(first.group!),
    })
  }

  #line(
    row: Pick<AlarmRow, 'priority' | 'open'>,
    index: number,
    {
      part = '',
      classes = '',
      words,
      note,
      end,
      expanded,
      press,
    }: { part?: string; classes?: string; words: TemplateResult; note: string; end: TemplateResult; expanded?: boolean; press: () => void },
  ) {
    const open = row.open ? 'open' : ''
    return html`<li part="row priority-${row.priority} ${open} ${part}" class="${hueOf(row.priority)} ${open} ${classes}">
      <button
        tabindex=${index === this.#current ? 0 : -1}
        data-index=${index}
        aria-expanded=${expanded ?? nothing}
        @click=${press}
      >
        ${severitySign(row.priority, WORDS[this.locale].alarmPriority[row.priority])}
        <span class="said"><span class="words">${words}</span> <span class="note">${note}</span></span>
        <span class="age">${end}</span>
      </button>
    </li>`
  }

  #fold(group: string, open = !this.#opened.has(group)): void {
    if (open) this.#opened.add(group)
    else this.#opened.delete(group)
    this.requestUpdate()
  }

  #move = (event: KeyboardEvent): void => {
    const last = this.#lines.length - 1
    const line = this.#lines[this.#current]
    const to = { ArrowDown: this.#current + 1, ArrowUp: this.#current - 1, Home: 0, End: last }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      this.#focus(Math.min(last, Math.max(0, to)))
    } else if ((event.key === 'ArrowRight' || event.key === 'ArrowLeft') && line !== undefined && line.row.group !== null) {
      event.preventDefault()
      // From a member, left leads to the line of its group.
      if (event.key === 'ArrowLeft') this.#focus(this.#lines.findIndex(({ row, group }) => group !== null && row.group === line.row.group))
      this.#fold(line.row.group, event.key === 'ArrowRight')
    }
  }

  #focus(index: number): void {
    this.renderRoot.querySelectorAll('button')[index]?.focus()
  }

  #reached = (event: FocusEvent): void => {
    const index = Number((event.target as HTMLElement).dataset['index'])
    if (!Number.isInteger(index) || index === this.#current) return
    this.#current = index
    this.requestUpdate()
  }
}

/** A group stands where its first row would; its rows follow once it is open. */
function linesOf(rows: readonly AlarmRow[], opened: ReadonlySet<string>): readonly Line[] {
  const lines: Line[] = []
  const begun = new Set<string>()
  for (const row of rows) {
    if (row.group === null) lines.push({ row, group: null })
    else if (!begun.has(row.group)) {
      begun.add(row.group)
      const group = rows.filter((each) => each.group === row.group)
      lines.push({ row, group })
      if (opened.has(row.group)) lines.push(...group.map((each): Line => ({ row: each, group: null })))
    }
  }
  return lines
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-alarm-list': TwinAlarmList
  }
}
