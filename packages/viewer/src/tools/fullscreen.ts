/** Shows an element full screen, or ends it. A browser that refuses (an iframe without the permission) changes nothing. */
export async function toggleFullscreen(element: Element): Promise<void> {
  const { ownerDocument } = element
  try {
    if (isFullscreen(element)) await ownerDocument.exitFullscreen()
    else await element.requestFullscreen()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}

export function isFullscreen(element: Element): boolean {
  const root = element.getRootNode()
  return 'fullscreenElement' in root && (root as Document | ShadowRoot).fullscreenElement === element
}
