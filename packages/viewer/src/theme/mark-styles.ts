import { css } from 'lit'

/** For panels that show {@link severitySign} or {@link kindMark}. */
export const markStyles = css`
  .sign {
    width: calc(1.375 * var(--tw-unit));
    height: calc(1.375 * var(--tw-unit));
    flex: none;
  }
  .sign text {
    font: 700 13px var(--tw-font);
  }
  .sign.red path {
    fill: var(--tw-fill-red);
    stroke: #fff;
    stroke-width: 2;
  }
  .sign.red text {
    fill: var(--tw-on-red);
  }
  .sign.orange path {
    fill: var(--tw-fill-orange);
  }
  .sign.orange text {
    fill: var(--tw-on-orange);
  }
  .sign.yellow path {
    fill: var(--tw-fill-yellow);
  }
  .sign.yellow text {
    fill: var(--tw-on-yellow);
  }
  .sign.blue path {
    fill: var(--tw-fill-blue);
  }
  .sign.blue text {
    fill: var(--tw-on-blue);
  }
  .mark {
    width: calc(1.875 * var(--tw-unit));
    height: calc(1.875 * var(--tw-unit));
    flex: none;
  }
`
