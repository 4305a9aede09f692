// Registers the elements of this package. It has the name of Lit's own decorator, by which custom-elements.json is made.

let warned = false

/**
 * Registers a class under its tag. A page that loads the script twice (by two addresses, or by two bundles) keeps the first: a
 * second registration would throw, and end the page's own script with it.
 */
export const customElement =
  (tag: string) =>
  (element: CustomElementConstructor): void => {
    if (customElements.get(tag) === undefined) {
      customElements.define(tag, element)
      return
    }
    if (warned) return
    warned = true
    // biome-ignore lint/suspicious/noConsole: whoever wrote the page must hear of it, and no element of this copy can tell them.
    console.warn(`twinmap: <${tag}> is registered already, so this second copy of the viewer is not used; load its script once`)
  }
