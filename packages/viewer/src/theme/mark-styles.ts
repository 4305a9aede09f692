import { css } from 'lit'

/** For panels that show {@link severitySign} or {@link kindMark}. */
export const markStyles = css`
  .sign {
    width: calc(1.375 * var(--tw-unit));
    height: calc(1.375 * var(--tw-unit));
    flex: none;
  }
  .sign .digit {
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .sign.red path:first-child {
    fill: var(--tw-fill-red);
    stroke: #fff;
    stroke-width: 2;
  }
  .sign.red .digit {
    stroke: var(--tw-on-red);
  }
  .sign.orange path:first-child {
    fill: var(--tw-fill-orange);
  }
  .sign.orange .digit {
    stroke: var(--tw-on-orange);
  }
  .sign.yellow path:first-child {
    fill: var(--tw-fill-yellow);
  }
  .sign.yellow .digit {
    stroke: var(--tw-on-yellow);
  }
  .sign.blue path:first-child {
    fill: var(--tw-fill-blue);
  }
  .sign.blue .digit {
    stroke: var(--tw-on-blue);
  }
  .mark {
    width: calc(1.875 * var(--tw-unit));
    height: calc(1.875 * var(--tw-unit));
    flex: none;
  }
`
