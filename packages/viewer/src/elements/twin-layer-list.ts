import { css, html, LitElement, nothing } from 'lit'
import { property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Locale, WORDS } from '../locale/words.ts'
import type { LayerRow } from '../panels/layer-rows.ts'
import { listStyles } from '../theme/list-styles.ts'
import { markStyles } from '../theme/mark-styles.ts'
import { kindMark } from '../theme/marks.ts'
import { shared } from '../theme/tokens.ts'
import { customElement } from './custom-element.ts'
import { emit } from './events.ts'

/**
 * The layers of a twin: a tick, the mark that the map shows, how many there are and when one was last heard.
 *
 * @fires {CustomEvent<{layer: string, visible: boolean}>} twin-layer-visible - A layer was ticked or unticked.
 * @csspart heading - Title.
 * @csspart row - One layer.
 * @cssprop [--tw-accent=#0a7566] - Colour of a tick.
 */
@customElement('twin-layer-list')
export class TwinLayerList extends LitElement {
  static override styles = [
    shared,
    markStyles,
    listStyles,
    css`
      label {
        display: grid;
        grid-template-columns: auto auto 1fr auto;
        gap: calc(0.5 * var(--tw-unit));
        align-items: center;
        min-height: calc(2.875 * var(--tw-unit));
        padding: 0 calc(0.875 * var(--tw-unit));
        border-top: 1px solid var(--tw-line);
        cursor: pointer;
      }
      label:hover {
        background: var(--tw-raised);
      }
      input {
        appearance: none;
        display: grid;
        place-items: center;
        width: calc(1.375 * var(--tw-unit));
        height: calc(1.375 * var(--tw-unit));
        margin: 0;
        border: 1.5px solid var(--tw-ctl);
        border-radius: calc(0.25 * var(--tw-unit));
        cursor: inherit;
      }
      input:checked {
        background: var(--tw-accent);
        border-color: var(--tw-accent);
      }
      input:checked::after {
        content: '';
        width: calc(0.375 * var(--tw-unit));
        height: calc(0.6875 * var(--tw-unit));
        border: solid var(--tw-on-accent);
        border-width: 0 2.5px 2.5px 0;
        transform: translateY(-1px) rotate(42deg);
      }
      input:focus-visible {
        outline: 2px solid var(--tw-accent);
        outline-offset: 2px;
        box-shadow: inset 0 0 0 2px var(--tw-ink);
      }
      .off {
        color: var(--tw-text-3);
      }
      .facts {
        color: var(--tw-text-3);
        font-size: var(--tw-2xs);
      }
    `,
  ]

  /** The layers in the document's order. */
  @property({ attribute: false }) rows: readonly LayerRow[] = []
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** No title: where a tab above already says it. */
  @property({ type: Boolean, attribute: 'untitled' }) untitled = false

  protected override render() {
    const w = WORDS[this.locale]
    return html`
      ${this.untitled ? nothing : html`<h2 part="heading">${w.layers}<small>${w.layersHead}</small></h2>`}
      ${
        this.rows.length === 0
          ? html`<p>${w.layersNone}</p>`
          : html`<ul>${repeat(
              this.rows,
              (row) => row.id,
              (row) => this.#row(row),
            )}</ul>`
      }
    `
  }

  #row(row: LayerRow) {
    return html`<li part="row">
      <label class=${row.visible ? '' : 'off'}>
        <input
          type="checkbox"
          .checked=${row.visible}
          @change=${(event: Event) =>
            emit(this, 'twin-layer-visible', { layer: row.id, visible: (event.target as HTMLInputElement).checked })}
        />
        ${kindMark(row.symbol)}<span>${row.name}</span><span class="facts">${row.facts}</span>
      </label>
    </li>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-layer-list': TwinLayerList
  }
}
