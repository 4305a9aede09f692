// Puts the slices of Noto Sans SC (OFL) into packages/viewer/assets/fonts/, with their licence and a module that names
// each by a literal `new URL(…, import.meta.url)`, which is what bundlers follow. Run by the build; takes under a second.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const viewer = join(root, 'packages/viewer')
const from = dirname(createRequire(join(viewer, 'package.json')).resolve('@fontsource-variable/noto-sans-sc/package.json'))
const to = join(viewer, 'assets/fonts')

const FACE = /url\((\.\/files\/[^)]+\.woff2)\)[\s\S]*?unicode-range:\s*([^;]+);/g
const css = readFileSync(join(from, 'index.css'), 'utf8')
const slices = [...css.matchAll(FACE)].map(([, file, range]) => ({ file, range: range.trim() }))
if (slices.length < 50)
  throw new Error(
    `${join(from, 'index.css')}: ${slices.length} slices found, over 50 expected; the package's form has changed, correct FACE`,
  )

rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
copyFileSync(join(from, 'LICENSE'), join(to, 'OFL.txt'))
const lines = slices.map(({ file, range }) => {
  copyFileSync(join(from, file), join(to, basename(file)))
  return `  { url: new URL('./${basename(file)}', import.meta.url), unicodeRange: '${range}' },`
})
writeFileSync(
  join(to, 'slices.js'),
  `// Made by scripts/fonts.mjs. Noto Sans SC, SIL Open Font License 1.1: OFL.txt beside this file.\nexport const slices = [\n${lines.join('\n')}\n]\n`,
)
console.log(`fonts: ${slices.length} slices in packages/viewer/assets/fonts`)
