// Which language the page says that it is in may change at any time: on the element, on what is around it, across shadow roots.

/** Tells each change of a `lang` attribute around `element`; the answer ends it. */
export function watchLang(element: Element, changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  // Each root that the element stands in: an observer does not look through a shadow root.
  for (let root = element.getRootNode(); ; root = (root as ShadowRoot).host.getRootNode()) {
    observer.observe(root, { attributes: true, attributeFilter: ['lang'], subtree: true })
    if (!('host' in root)) break
  }
  return () => observer.disconnect()
}
