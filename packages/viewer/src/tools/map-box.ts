// Points and boxes of the page -> CSS px of the map, as engine and worker count them: a page may show the map scaled
// (`transform: scale(1.5)`, `zoom`), and then a px of the page is none of the map's.

export interface MapBox {
  /** From the map's left top. */
  point(clientX: number, clientY: number): { readonly x: number; readonly y: number }
  /** A length of the page. */
  length(px: number): number
}

/** The map as it is drawn now. */
export function mapBox(map: Element): MapBox {
  const box = map.getBoundingClientRect()
  // Before it has a size nothing is scaled.
  const shown = map.clientWidth > 0 && box.width > 0 ? map.clientWidth / box.width : 1
  return {
    point: (clientX, clientY) => ({ x: (clientX - box.left) * shown, y: (clientY - box.top) * shown }),
    length: (px) => px * shown,
  }
}
