import { css } from 'lit'

const dark = css`
    color-scheme: dark;
    --tw-void: #0e1418;
    --tw-panel: #151d22;
    --tw-panel-a: rgb(21 29 34 / 0.92);
    --tw-raised: #1f2a30;
    --tw-line: rgb(255 255 255 / 0.1);
    --tw-ctl: #6b7a82;
    --tw-text: #eef3f4;
    --tw-text-2: #b7c3c8;
    --tw-text-3: #93a1a8;
    --tw-accent: #5ccfba;
    --tw-on-accent: #0e1418;
    --tw-red: #ff6b61;
    --tw-orange: #ff9f45;
    --tw-yellow: #ffd84d;
    --tw-blue: #74b2ff;
    --tw-shadow: 0 calc(0.5 * var(--tw-unit)) calc(1.5 * var(--tw-unit)) rgb(0 0 0 / 0.35);
  `

/**
 * Colours and sizes of the viewer, on its host; panels inherit them. Every size is a multiple of `--tw-unit`, never of
 * the page's root font size, which an embed does not own. Contrasts: text ≥ 4.5 on panels over the worst mesh.
 * `theme="auto"` follows the page's reader.
 */
export const tokens = css`
  :host {
    --tw-unit: 16px;
    --tw-font: 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'HarmonyOS Sans SC', 'MiSans', 'PingFang SC',
      'Microsoft YaHei UI', 'Microsoft YaHei', 'WenQuanYi Micro Hei', 'Noto Sans SC Variable', system-ui, sans-serif;
    --tw-2xs: calc(0.875 * var(--tw-unit));
    --tw-xs: calc(0.9375 * var(--tw-unit));
    --tw-s: calc(1 * var(--tw-unit));
    --tw-m: calc(1.0625 * var(--tw-unit));
    --tw-l: calc(1.375 * var(--tw-unit));
    --tw-r: calc(0.375 * var(--tw-unit));
    --tw-gap: calc(0.75 * var(--tw-unit));
    --tw-touch: calc(2.75 * var(--tw-unit));
    --tw-fill-red: #d3302a;
    --tw-on-red: #fff;
    --tw-fill-orange: #ff9f45;
    --tw-on-orange: #12191c;
    --tw-fill-yellow: #ffd84d;
    --tw-on-yellow: #12191c;
    --tw-fill-blue: #2f74d0;
    --tw-on-blue: #fff;
    --tw-ink: #0e1418;
    color-scheme: light;
    --tw-void: #e9eeec;
    --tw-panel: #fff;
    --tw-panel-a: rgb(255 255 255 / 0.94);
    --tw-raised: #f1f5f4;
    --tw-line: rgb(18 25 28 / 0.12);
    --tw-ctl: #76848a;
    --tw-text: #12191c;
    --tw-text-2: #3f4c53;
    --tw-text-3: #5a676e;
    --tw-accent: #0a7566;
    --tw-on-accent: #fff;
    --tw-red: #c4231d;
    --tw-orange: #b04a00;
    --tw-yellow: #7d6000;
    --tw-blue: #1b5fc1;
    --tw-shadow: 0 calc(0.25 * var(--tw-unit)) calc(1 * var(--tw-unit)) rgb(18 25 28 / 0.16);
  }
  :host([theme='dark']) {
    ${dark}
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'], [theme='dark'])) {
      ${dark}
    }
  }
`

/** What every panel shares: type, focus rings, buttons of 44 px, words that only a screen reader reads. */
export const shared = css`
  :host {
    font: 400 var(--tw-xs) / 1.5 var(--tw-font);
    font-variant-numeric: tabular-nums;
    color: var(--tw-text);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  p,
  dl,
  dd,
  ol,
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    min-width: var(--tw-touch);
    min-height: var(--tw-touch);
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--tw-accent);
    outline-offset: -4px;
    box-shadow: inset 0 0 0 2px var(--tw-ink);
  }
  svg {
    display: block;
    fill: none;
  }
  .heard {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`
