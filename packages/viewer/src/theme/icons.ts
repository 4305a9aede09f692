// Line drawings of the tools, 20 × 20; their colour is the text's. Drawn inline: an image URL would be another request,
// and a `data:` one is refused by the page's policy.
import { html, type TemplateResult } from 'lit'

const icon = (d: string): TemplateResult => html`
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
    <path d=${d} stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"></path>
  </svg>`

export const layersIcon = icon('M10,2l8,4.5l-8,4.5l-8,-4.5zM2,10l8,4.5l8,-4.5M2,13.5l8,4.5l8,-4.5')
/** Rows with a dot before each. */
export const listIcon = icon('M3.5,5h.1M3.5,10h.1M3.5,15h.1M7.5,5h9.5M7.5,10h9.5M7.5,15h9.5')
export const plusIcon = icon('M10,4v12M4,10h12')
export const minusIcon = icon('M4,10h12')
export const fullscreenIcon = icon('M3,8v-5h5M17,8v-5h-5M3,12v5h5M17,12v5h-5')
export const fullscreenEndIcon = icon('M8,3v5h-5M12,3v5h5M8,17v-5h-5M12,17v-5h5')
/** Points to the right; a line that is open turns it down. */
export const foldIcon = icon('M7.5,4.5l5.5,5.5l-5.5,5.5')
export const closeIcon = icon('M5,5l10,10M15,5l-10,10')
export const alertIcon = icon('M10,3l8,14h-16zM10,8v4M10,14.4v.1')
export const offlineIcon = icon(
  'M3,3l14,14M2.5,8.5c1.6,-1.5 3.4,-2.5 5.3,-2.9M12.5,6c1.8,.4 3.5,1.2 5,2.5M6,12c1.2,-1 2.5,-1.5 4,-1.5M10,15.4v.1',
)

/** The needle points to north on the picture; red end north. Turned by an attribute, since inline style is refused. */
export const compassIcon = (headingDeg: number): TemplateResult => html`
  <svg class="icon compass" viewBox="-10 -10 20 20" aria-hidden="true">
    <g transform="rotate(${Math.round(-headingDeg)})">
      <path class="north" d="M0,-9l4,9h-8z"></path>
      <path class="south" d="M0,9l4,-9h-8z"></path>
    </g>
  </svg>`
