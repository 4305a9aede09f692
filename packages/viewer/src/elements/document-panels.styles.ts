import { css } from 'lit'

/** Statistics: the figure large, its title quiet. Views: a row of buttons below the layers. */
export const documentPanelStyles = css`
  .statistics {
    display: flex;
    flex-wrap: wrap;
    gap: calc(0.25 * var(--tw-unit)) calc(1.25 * var(--tw-unit));
    max-width: min(100%, calc(20 * var(--tw-unit)));
    margin: 0;
    padding: calc(0.5 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
    flex: none;
  }
  .statistics dt {
    font-size: var(--tw-2xs);
    color: var(--tw-text-2);
  }
  .statistics dd {
    margin: 0;
    font-size: calc(1.375 * var(--tw-unit));
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .sheet .statistics {
    max-width: none;
    border: 0;
    border-bottom: 1px solid var(--tw-line);
    border-radius: 0;
    box-shadow: none;
  }
  .offline .statistics dd {
    color: var(--tw-text-3);
  }
  .views {
    display: flex;
    flex-wrap: wrap;
    flex: none;
    gap: calc(0.5 * var(--tw-unit));
    padding: calc(0.5 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
    border-top: 1px solid var(--tw-line);
  }
  .views button {
    min-height: calc(2.25 * var(--tw-unit));
    padding: 0 calc(0.75 * var(--tw-unit));
    border: 1px solid var(--tw-ctl);
    border-radius: calc(0.3 * var(--tw-unit));
  }
  .views button:hover {
    background: var(--tw-raised);
  }
`
