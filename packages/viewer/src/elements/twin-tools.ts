import { css, html, LitElement, nothing } from 'lit'
import { property } from 'lit/decorators.js'
import { type Locale, WORDS } from '../locale/words.ts'
import { compassIcon, fullscreenEndIcon, fullscreenIcon, minusIcon, plusIcon } from '../theme/icons.ts'
import { shared } from '../theme/tokens.ts'
import { customElement } from './custom-element.ts'
import { emit, type Tool } from './events.ts'

/**
 * The column of map tools; a toolbar: Tab reaches it once, arrow keys move inside.
 *
 * @fires {CustomEvent<{tool: 'zoom-in'|'zoom-out'|'north'|'fullscreen'}>} twin-tool - A tool was pressed.
 * @csspart tool - One button.
 */
@customElement('twin-tools')
export class TwinTools extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      div {
        display: grid;
      }
      button {
        display: grid;
        place-items: center;
        border-top: 1px solid var(--tw-line);
      }
      button:first-child {
        border: 0;
      }
      button:hover {
        background: var(--tw-raised);
      }
      .icon {
        width: calc(1.25 * var(--tw-unit));
        height: calc(1.25 * var(--tw-unit));
      }
      .compass {
        width: calc(1.375 * var(--tw-unit));
        height: calc(1.375 * var(--tw-unit));
      }
      .north {
        fill: var(--tw-red);
      }
      .south {
        fill: var(--tw-ctl);
      }
    `,
  ]

  /** Clockwise from true north. */
  @property({ type: Number, attribute: 'heading-deg' }) headingDeg = 0
  /** Language of the words. */
  @property({ attribute: false }) locale: Locale = 'zh'
  /** The browser can show an element full screen. */
  @property({ type: Boolean, attribute: 'can-fullscreen' }) canFullscreen = false
  /** It is full screen now. */
  @property({ type: Boolean, attribute: 'is-fullscreen' }) isFullscreen = false

  #current = 0

  protected override render() {
    const w = WORDS[this.locale]
    return html`<div role="toolbar" aria-orientation="vertical" aria-label=${w.tools} @keydown=${this.#move}>
      ${this.#tool(0, 'zoom-in', w.zoomIn, plusIcon)} ${this.#tool(1, 'zoom-out', w.zoomOut, minusIcon)}
      ${this.#tool(2, 'north', w.north, compassIcon(this.headingDeg))}
      ${
        this.canFullscreen
          ? this.#tool(
              3,
              'fullscreen',
              this.isFullscreen ? w.fullscreenEnd : w.fullscreen,
              this.isFullscreen ? fullscreenEndIcon : fullscreenIcon,
            )
          : nothing
      }
    </div>`
  }

  #tool(index: number, tool: Tool, label: string, icon: unknown) {
    return html`<button
      part="tool"
      aria-label=${label}
      title=${label}
      tabindex=${index === this.#current ? 0 : -1}
      @click=${() => emit(this, 'twin-tool', { tool })}
      @focus=${() => this.#reach(index)}
    >
      ${icon}
    </button>`
  }

  #reach(index: number): void {
    this.#current = index
    this.requestUpdate()
  }

  #move = (event: KeyboardEvent): void => {
    const buttons = this.renderRoot.querySelectorAll('button')
    const last = buttons.length - 1
    const to = { ArrowDown: this.#current + 1, ArrowUp: this.#current - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    buttons[Math.min(last, Math.max(0, to))]?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'twin-tools': TwinTools
  }
}
