// Makes packages/core/assets: the decoders that the tile workers load, as ES modules that no CSP refuses, with their licences.
//
//   node scripts/assets.mjs            (or makeAssets() from the build)
//
// Output depends on the installed packages alone. A file is written only where its bytes differ, so a second run touches nothing.
// The decoders are parts of pinned dependencies that their packages do not export in a loadable form. Each change to them is a
// replacement that must match exactly as often as told: a new version that reads otherwise stops the build instead of passing.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const CORE = join(ROOT, 'packages/core')

/** Replaces `find`, which must stand in `text` exactly `times` times. */
function replaceExactly(text, where, find, replacement, times = 1) {
  const found = text.split(find).length - 1
  if (found !== times)
    throw new Error(`${where}: expected ${times} of ${JSON.stringify(find.slice(0, 80))}, found ${found}; adapt scripts/assets.mjs`)
  return text.replaceAll(find, () => replacement)
}

/** The text from `start` up to `end`; both must stand there. */
function section(text, where, start, end) {
  const from = text.indexOf(start)
  const to = text.indexOf(end, from + start.length)
  if (from < 0 || to < 0) throw new Error(`${where}: no section from ${start} to ${end}; adapt scripts/assets.mjs`)
  return text.slice(from, to)
}

/**
 * An emscripten file as a module. What it asks of its surroundings (document, Node's process and require, UMD) is shadowed, so it
 * takes no path but the plain one, and a bundler sees no require.
 */
const asModule = (text, name) =>
  `/* eslint-disable */\nconst make = (function (document, process, require, module, exports, define, __filename, __dirname) {\n${text}\nreturn ${name};\n})();\nexport const ${name} = make;\n`

/** meshoptimizer's reference decoder in plain JS: as fast as its wasm here. */
function meshopt(text) {
  // A byte past the end reads as undefined, which never ends a varint: a cut buffer would hang the worker.
  return replaceExactly(
    text,
    'meshopt_decoder_reference.js',
    'const b = source[dataOffs++];',
    "if (dataOffs >= source.length) throw new Error('Assertion failed');\n\t\t\tconst b = source[dataOffs++];",
    2,
  )
}

/**
 * Draco in plain JS: 1.7 times slower than wasm when warm, and allowed everywhere. The whole decoder, since the smaller glTF build (512 KB
 * instead of 719) reads no point clouds.
 */
const draco = (text) => asModule(text, 'DracoDecoderModule')

// embind makes its callers from text by `new Function`, which `script-src 'self'` refuses. The same callers as closures:
const INVOKER = `var invokerFn=function(){if(arguments.length!==argCount-2){throwBindingError("function "+humanName+" called with "+arguments.length+" arguments, expected "+(argCount-2))}var destructors=needsDestructorStack?[]:null;var wired=[cppTargetFunc];if(isClassMethodFunc){wired.push(argTypes[1]["toWireType"](destructors,this))}for(var i=2;i<argCount;++i){wired.push(argTypes[i]["toWireType"](destructors,arguments[i-2]))}var rv=cppInvokerFunc.apply(null,wired);if(needsDestructorStack){runDestructors(destructors)}else{for(var i=isClassMethodFunc?1:2;i<argCount;++i){if(argTypes[i].destructorFunction!==null){argTypes[i].destructorFunction(wired[isClassMethodFunc?i:i-1])}}}if(returns){return argTypes[0]["fromWireType"](rv)}};`
const METHOD_CALLER = `var invokerFunction=function(obj,func,destructorsRef,args){var argv=[];var offset=0;for(var i=0;i<argCount;++i){argv.push(types[i]["readValueFromPointer"](args+offset));offset+=types[i]["argPackAdvance"]}var rv=kind===1?reflectConstruct(func,argv):kind===0?func.apply(obj,argv):func.call.apply(func,argv);if(!retType.isVoid){return emval_returnValue(retType,destructorsRef,rv)}};`

/** Basis Universal's transcoder (wasm) without code from text. */
function basis(text) {
  const where = 'basis_transcoder.js'
  let out = text
  out = replaceExactly(
    out,
    where,
    section(out, where, 'let[args,invokerFnBody]=createJsInvoker(', 'return createNamedFunction(humanName,invokerFn)'),
    INVOKER,
  )
  out = replaceExactly(out, where, section(out, where, 'function createJsInvoker(', 'function craftInvokerFunction('), '')
  out = replaceExactly(out, where, section(out, where, 'function newFunc(', 'function craftInvokerFunction('), '')
  out = replaceExactly(
    out,
    where,
    section(out, where, 'var functionBody=`return function (obj, func, destructorsRef, args) {', 'var functionName=`methodCaller<('),
    METHOD_CALLER,
  )
  out = replaceExactly(out, where, 'return function(){return Function}()("return this")()', 'return globalThis')
  if (/newFunc\(|new Function|[^\w.]eval\(/.test(out)) throw new Error(`${where}: code from text is left; adapt scripts/assets.mjs`)
  return asModule(out, 'BASIS')
}

const NOTICE = ({ meshoptVersion, threeVersion, mit, apache }) => `# Licences of the files in this folder

Made by scripts/assets.mjs from installed packages; no file here is edited by hand.

| file | from | licence | what was changed |
|---|---|---|---|
| meshopt-decoder.js | meshoptimizer ${meshoptVersion}, reference decoder by Jasper St. Pierre; © Arseny Kapoulkine | MIT | reading past the end of a buffer throws |
| draco-decoder.js | Draco's decoder, as distributed with three ${threeVersion}; © The Draco Authors | Apache-2.0 | wrapped as an ES module |
| basis-transcoder.js | Basis Universal's transcoder, as distributed with three ${threeVersion}; © Binomial LLC | Apache-2.0 | wrapped as an ES module; callers are closures instead of generated code |
| basis-transcoder.wasm | the same | Apache-2.0 | nothing |

## MIT (meshoptimizer)

${mit.trim()}

## Apache License 2.0 (Draco, Basis Universal)

${apache.trim()}
`

async function writeIfChanged(path, bytes) {
  const next = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const old = await readFile(path).catch(() => undefined)
  if (old?.equals(next)) return false
  const part = `${path}.${process.pid}.part`
  await writeFile(part, next)
  await rename(part, path)
  return true
}

/**
 * Writes core's decoders into `folder`.
 *
 * @param {{ folder?: string }} [options]
 * @returns {Promise<{ folder: string, files: string[], changed: string[] }>}
 */
export async function makeAssets({ folder = join(CORE, 'assets') } = {}) {
  const require = createRequire(join(CORE, 'package.json'))
  const meshoptFolder = dirname(require.resolve('meshoptimizer'))
  const three = dirname(dirname(require.resolve('three')))
  const read = (...path) => readFile(join(...path), 'utf8')
  const libs = join(three, 'examples/jsm/libs')
  const version = async (path) => JSON.parse(await read(path, 'package.json')).version
  const files = {
    'meshopt-decoder.js': meshopt(await read(meshoptFolder, 'meshopt_decoder_reference.js')),
    'draco-decoder.js': draco(await read(libs, 'draco/draco_decoder.js')),
    'basis-transcoder.js': basis(await read(libs, 'basis/basis_transcoder.js')),
    'basis-transcoder.wasm': await readFile(join(libs, 'basis/basis_transcoder.wasm')),
    'LICENSES.md': NOTICE({
      meshoptVersion: await version(meshoptFolder),
      threeVersion: await version(three),
      mit: await read(meshoptFolder, 'LICENSE.md'),
      apache: await read(ROOT, 'LICENSE'),
    }),
  }
  await mkdir(folder, { recursive: true })
  const changed = []
  for (const [name, bytes] of Object.entries(files)) if (await writeIfChanged(join(folder, name), bytes)) changed.push(name)
  return { folder, files: Object.keys(files), changed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { folder, files, changed } = await makeAssets()
  console.log(`${folder}: ${files.length} files, ${changed.length} written`)
}
