import { css } from 'lit'

/** A phone: the bar of the worst alarm above, the sheet below. */
export const phoneStyles = css`
  .bar {
    display: flex;
    align-items: center;
    gap: calc(0.625 * var(--tw-unit));
    width: 100%;
    min-height: calc(3 * var(--tw-unit));
    padding-inline-start: calc(0.75 * var(--tw-unit));
    border-radius: var(--tw-r);
    box-shadow: var(--tw-shadow);
    flex: none;
  }
  .bar b {
    flex: 1;
    min-width: 0;
    padding-block: calc(0.25 * var(--tw-unit));
    font-weight: 600;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .bar small {
    font-size: var(--tw-2xs);
    font-weight: 400;
    white-space: nowrap;
  }
  .times {
    white-space: nowrap;
  }
  .bar button {
    padding: 0 calc(0.75 * var(--tw-unit));
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 4px;
  }
  .bar button:focus-visible {
    outline-color: currentColor;
  }
  .bar.red {
    background: var(--tw-fill-red);
    color: var(--tw-on-red);
  }
  .bar.orange {
    background: var(--tw-fill-orange);
    color: var(--tw-on-orange);
  }
  .bar.yellow {
    background: var(--tw-fill-yellow);
    color: var(--tw-on-yellow);
  }
  .bar.blue {
    background: var(--tw-fill-blue);
    color: var(--tw-on-blue);
  }
  .bar .sign path:first-child {
    stroke: currentColor;
    stroke-width: 1.5;
  }
  .bottom {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    pointer-events: none;
  }
  .bottom > * {
    pointer-events: auto;
  }
  .sheet {
    display: flex;
    flex-direction: column;
    background: var(--tw-panel);
    border-radius: calc(0.875 * var(--tw-unit)) calc(0.875 * var(--tw-unit)) 0 0;
    box-shadow: 0 -4px 20px rgb(18 25 28 / 0.2);
    height: var(--_sheet, 50%);
    min-height: calc(6 * var(--tw-unit));
    max-height: 92%;
    flex: none;
    transition: height 160ms ease-out;
  }
  .sheet.dragged {
    transition: none;
  }
  .sheet[data-stop='low'] {
    height: var(--_sheet, calc(6 * var(--tw-unit)));
  }
  .sheet[data-stop='half'] {
    height: var(--_sheet, 50%);
  }
  .sheet[data-stop='full'] {
    height: var(--_sheet, 92%);
  }
  .sheet[data-stop='fit'] {
    height: auto;
    max-height: 62%;
  }
  .grab {
    display: grid;
    place-items: center;
    width: 100%;
    min-height: calc(1.5 * var(--tw-unit));
    height: calc(1.5 * var(--tw-unit));
    touch-action: none;
    flex: none;
    position: relative;
  }
  .grab::before {
    content: '';
    position: absolute;
    inset: calc(-1.25 * var(--tw-unit)) 0 0;
  }
  .grab::after {
    content: '';
    width: calc(2.5 * var(--tw-unit));
    height: calc(0.25 * var(--tw-unit));
    border-radius: calc(0.125 * var(--tw-unit));
    background: var(--tw-ctl);
  }
  .tabs {
    display: grid;
    grid-template-columns: 1fr 1fr 1fr;
    margin: 0 calc(1 * var(--tw-unit)) calc(0.5 * var(--tw-unit));
    background: var(--tw-raised);
    border-radius: var(--tw-r);
    overflow: hidden;
    flex: none;
  }
  .tabs button {
    color: var(--tw-text-2);
  }
  .tabs button[aria-selected='true'] {
    color: var(--tw-text);
    font-weight: 600;
    box-shadow: inset 0 -3px var(--tw-accent);
  }
  .sheet[data-stop='low']:not(.dragged) [role='tabpanel'] {
    visibility: hidden;
  }
  .sheet [role='tabpanel'] {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .sheet twin-card {
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .phone .caption {
    pointer-events: none;
    background: none;
    border: 0;
    padding: calc(0.5 * var(--tw-unit)) var(--tw-gap);
    flex: none;
  }
  .phone .caption {
    align-items: flex-end;
  }
  .phone .facts {
    flex-wrap: nowrap;
    gap: 0 calc(0.75 * var(--tw-unit));
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .phone .facts.more {
    flex-wrap: wrap;
    white-space: normal;
  }
  .phone .caption > * {
    padding: calc(0.125 * var(--tw-unit)) calc(0.5 * var(--tw-unit));
    border-radius: var(--tw-r);
    background: var(--tw-panel-a);
  }
  .phone .over {
    inset: var(--tw-gap) var(--tw-gap) auto;
    grid-template: auto auto / minmax(0, 1fr);
  }
  .phone .left,
  .phone .right {
    grid-row: auto;
  }
  @media (prefers-reduced-motion: reduce) {
    .sheet {
      transition: none;
    }
  }
`
