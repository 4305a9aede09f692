import { css } from 'lit'

/** What the lists of alarms and layers share: a heading with a remark, rows that scroll, a sentence where there is none. */
export const listStyles = css`
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
  ol,
  ul {
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  p {
    padding: calc(0.25 * var(--tw-unit)) calc(0.875 * var(--tw-unit)) calc(0.75 * var(--tw-unit));
    color: var(--tw-text-3);
  }
`
