import { css } from 'lit'

/** The frame of the viewer: map, boxes on it, caption below. Class `phone`: under 640 px wide; `small`: under 480 px high. */
export const viewerStyles = css`
  :host {
    display: block;
    position: relative;
    box-sizing: border-box;
    height: 400px;
    min-height: calc(10 * var(--tw-unit));
    max-width: 100%;
    overflow: hidden;
    /* What is inside sizes nothing: an automatic height (also 100 % of a parent that has none) is 400 px, borders included. */
    contain: layout paint size;
    contain-intrinsic-size: calc(40 * var(--tw-unit) - 2px) calc(400px - 2px);
    border: 1px solid var(--tw-line);
    border-radius: calc(0.5 * var(--tw-unit));
    background: var(--tw-void);
  }
  :host(:fullscreen) {
    height: 100%;
    border: 0;
    border-radius: 0;
  }
  .frame {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .stage {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: hidden;
  }
  .map {
    position: absolute;
    inset: 0;
  }
  .map canvas:focus-visible {
    outline: 2px solid var(--tw-accent) !important;
    outline-offset: -2px;
    box-shadow: none;
  }
  .map:has(canvas:focus-visible)::after {
    content: '';
    position: absolute;
    inset: 2px;
    pointer-events: none;
    border: 2px solid var(--tw-ink);
  }
  .box {
    background: var(--tw-panel-a);
    border: 1px solid var(--tw-line);
    border-radius: var(--tw-r);
    box-shadow: var(--tw-shadow);
  }
  .icon {
    width: calc(1.25 * var(--tw-unit));
    height: calc(1.25 * var(--tw-unit));
    flex: none;
  }
  .over {
    position: absolute;
    inset: var(--tw-gap);
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) auto;
    gap: var(--tw-gap);
    pointer-events: none;
  }
  .over > * > *,
  .over > .box {
    pointer-events: auto;
  }
  .left {
    grid-row: 1 / 3;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: calc(0.5 * var(--tw-unit));
    min-height: 0;
  }
  .right {
    grid-row: 1 / 3;
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    gap: var(--tw-gap);
    min-height: 0;
  }
  .status {
    display: flex;
    align-items: center;
    min-height: var(--tw-touch);
    max-width: 100%;
    padding-inline-start: calc(0.875 * var(--tw-unit));
    white-space: nowrap;
    flex: none;
  }
  .status b {
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .small .status {
    padding-inline-start: calc(0.625 * var(--tw-unit));
  }
  .small .status .sign {
    margin-inline-end: calc(0.375 * var(--tw-unit));
  }
  .phone .status {
    padding-inline-end: calc(0.25 * var(--tw-unit));
  }
  .status .live {
    display: flex;
    align-items: center;
    gap: calc(0.375 * var(--tw-unit));
    margin-inline: calc(0.875 * var(--tw-unit));
    color: var(--tw-text-2);
  }
  .dot {
    width: calc(0.5625 * var(--tw-unit));
    height: calc(0.5625 * var(--tw-unit));
    border-radius: 50%;
    background: var(--tw-ctl);
    flex: none;
  }
  .dot.on {
    background: var(--tw-accent);
  }
  .status button {
    display: grid;
    place-items: center;
    border-inline-start: 1px solid var(--tw-line);
  }
  .status button:hover {
    background: var(--tw-raised);
  }
  .status button[aria-expanded='true'] {
    box-shadow: inset 0 -3px var(--tw-accent);
  }
  .strip {
    display: flex;
    align-items: center;
    gap: calc(0.5 * var(--tw-unit));
    max-width: min(100%, calc(26 * var(--tw-unit)));
    padding-inline: calc(0.875 * var(--tw-unit)) calc(0.25 * var(--tw-unit));
    min-height: var(--tw-touch);
    color: var(--tw-text);
    flex: none;
  }
  .strip .icon {
    color: var(--tw-text-2);
  }
  .strip p {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
    padding-block: calc(0.25 * var(--tw-unit));
  }
  .strip details {
    flex: 1;
    min-width: 0;
    padding-block: calc(0.25 * var(--tw-unit));
  }
  .strip summary {
    display: block;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  .strip small {
    display: block;
    font-size: var(--tw-2xs);
    color: var(--tw-text-3);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .strip [open] small {
    white-space: normal;
    max-height: calc(8 * var(--tw-unit));
    overflow-y: auto;
  }
  .strip .remedy {
    color: var(--tw-text-2);
    white-space: normal;
  }
  .strip code {
    font: inherit;
    color: var(--tw-text-3);
    font-size: var(--tw-2xs);
  }
  .strip button {
    font-weight: 600;
    padding-inline: calc(0.625 * var(--tw-unit));
    display: grid;
    place-items: center;
    flex: none;
  }
  .panel {
    width: calc(19 * var(--tw-unit));
    max-width: 100%;
    min-height: 0;
    display: flex;
    flex-direction: column;
    overflow: hidden;
  }
  .panel.layers {
    width: calc(20 * var(--tw-unit));
    flex: 0 1 auto;
  }
  .panel.alarms {
    margin-top: auto;
    flex: 0 1 auto;
    /* Its heading and the worst alarm stay whole above a long card. */
    min-height: calc(6.125 * var(--tw-unit));
    max-height: calc(17 * var(--tw-unit));
  }
  .card {
    width: calc(19 * var(--tw-unit));
    max-width: 100%;
    min-height: 0;
    margin-top: auto;
    overflow-y: auto;
    overscroll-behavior: contain;
    background: var(--tw-panel);
  }
  /* Below the list, both at the foot of the column. */
  .panel.alarms ~ .card {
    margin-top: 0;
  }
  .tools {
    overflow: hidden;
    flex: none;
  }
  .caption {
    display: flex;
    align-items: center;
    gap: calc(0.25 * var(--tw-unit)) calc(1 * var(--tw-unit));
    padding: calc(0.4375 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
    font-size: var(--tw-2xs);
    color: var(--tw-text-3);
    background: var(--tw-panel);
    border-top: 1px solid var(--tw-line);
    white-space: nowrap;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(1 * var(--tw-unit));
    min-width: 0;
  }
  .small .facts {
    flex-wrap: nowrap;
    overflow: hidden;
  }
  .small .facts.more {
    flex-wrap: wrap;
    white-space: normal;
  }
  .captures {
    flex: none;
    padding: calc(0.375 * var(--tw-unit)) calc(0.875 * var(--tw-unit));
    border-top: 1px solid var(--tw-line);
    font-size: var(--tw-2xs);
    color: var(--tw-text-3);
  }
  .small .caption {
    padding-block: calc(0.25 * var(--tw-unit));
  }
  .caption .warn {
    color: var(--tw-text);
    font-weight: 600;
  }
  .scale {
    display: flex;
    align-items: center;
    gap: calc(0.5 * var(--tw-unit));
    margin-inline-start: auto;
    flex: none;
  }
  .scale path {
    stroke: var(--tw-ctl);
    stroke-width: 1.5;
  }
  .outside {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .outside button {
    position: absolute;
    width: var(--tw-touch);
    height: var(--tw-touch);
    margin: calc(-0.5 * var(--tw-touch)) 0 0 calc(-0.5 * var(--tw-touch));
    border-radius: 50%;
    pointer-events: auto;
  }
  .outside svg {
    width: 100%;
    height: 100%;
  }
  .outside .way {
    fill: var(--tw-fill-red);
    stroke: #fff;
    stroke-width: 2;
    paint-order: stroke;
    filter: drop-shadow(0 0 1.5px var(--tw-ink));
  }
  .outside button:hover .way {
    fill: #b8271f;
  }
  .outside .edge,
  .outside .digit {
    stroke: #fff;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .outside button:focus-visible {
    outline-offset: 0;
    box-shadow: 0 0 0 4px var(--tw-ink);
  }
  .hint {
    position: absolute;
    inset: auto 0 20% 0;
    margin-inline: auto;
    width: fit-content;
    padding: calc(0.5 * var(--tw-unit)) calc(1 * var(--tw-unit));
    border-radius: var(--tw-r);
    background: rgb(14 20 24 / 0.86);
    color: #fff;
    pointer-events: none;
  }
  .middle {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: calc(1.5 * var(--tw-unit));
    text-align: center;
    pointer-events: none;
  }
  .middle > div {
    max-width: calc(28 * var(--tw-unit));
    padding: calc(1 * var(--tw-unit)) calc(1.25 * var(--tw-unit));
    pointer-events: auto;
  }
  .middle h2 {
    font-size: var(--tw-m);
    font-weight: 600;
  }
  .middle p {
    color: var(--tw-text-2);
    overflow-wrap: anywhere;
  }
  .middle .where {
    color: var(--tw-text-3);
    font-size: var(--tw-2xs);
  }
  .middle button {
    margin-top: calc(0.75 * var(--tw-unit));
    padding-inline: calc(1.25 * var(--tw-unit));
    border-radius: calc(0.3 * var(--tw-unit));
    background: var(--tw-accent);
    color: var(--tw-on-accent);
    font-weight: 600;
  }
  .middle button:focus-visible {
    outline-offset: 2px;
  }
  .offline twin-alarm-list,
  .offline twin-layer-list,
  .offline twin-card {
    color: var(--tw-text-3);
  }
  .small .over {
    inset: calc(0.5 * var(--tw-unit));
  }
  .small .card,
  .small .panel {
    max-height: 100%;
  }
  .small .panel.both {
    overflow-y: auto;
    display: block;
  }
`
