// Everything that the viewer draws around its map, in an element of happy-dom.
import { render } from 'lit'
import { overlay } from '../src/elements/viewer-overlay.ts'
import { caption, type Drawn } from '../src/elements/viewer-panels.ts'

export function drawInto(drawn: Drawn): HTMLElement {
  const into = document.createElement('div')
  render([caption(drawn), overlay(drawn)], into)
  return into
}
