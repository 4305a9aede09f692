// custom-elements.json: what a page may use of the elements, from their class comments. A comment may tell parts inside of a
// part (or kin of a property) in its own line, "; `a`, `b`: what they are": each becomes an entry of its own.
const INNER = /; ((?:`[a-z0-9-]+`(?:, )?)+): ([^;]+?)(?=;|\.?$)/g

function entries(list = []) {
  return list.flatMap((entry) => {
    const { description = '' } = entry
    const inner = [...description.matchAll(INNER)].flatMap(([, names, text]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ name, description: `${text[0].toUpperCase()}${text.slice(1)}.` })),
    )
    return [{ ...entry, description: description.replaceAll(INNER, '') }, ...inner]
  })
}

/** What the class keeps to itself, and Lit's own hooks, is nobody's business outside. */
const isPublic = ({ name, privacy, inheritedFrom, static: isStatic }) =>
  privacy !== 'private' && privacy !== 'protected' && !name.startsWith('#') && inheritedFrom === undefined && !isStatic

export default {
  globs: ['src/elements/twin-*.ts'],
  exclude: ['**/*.test.ts', '**/*.styles.ts'],
  litelement: true,
  plugins: [
    {
      name: 'what-a-page-may-use',
      packageLinkPhase({ customElementsManifest }) {
        for (const module of customElementsManifest.modules)
          for (const declaration of module.declarations ?? []) {
            if (declaration.customElement !== true) continue
            declaration.cssParts = entries(declaration.cssParts)
            declaration.cssProperties = entries(declaration.cssProperties)
            declaration.members = declaration.members?.filter(isPublic)
          }
      },
    },
  ],
}
