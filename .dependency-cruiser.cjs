// The wall. Rooms of core, lowest first: a room imports only rooms below it, and files of its own.
const ROOMS = [
  'error',
  'geo',
  'kind',
  'record',
  'net',
  'document',
  'tiles',
  'feeds',
  'live',
  'alarms',
  'actions',
  'history',
  'intake',
  'labels',
  'worker',
  'engine',
]
// Which package may import which; everything else between packages is refused.
const PACKAGES = {
  'packages/core': [],
  'packages/layers': ['packages/core'],
  'packages/server': ['packages/core', 'packages/layers'],
  'packages/viewer': ['packages/core', 'packages/layers'],
  'data-pipeline': ['packages/core'],
}
const TEST = '\\.test\\.ts$'
const room = (name) => `^packages/core/src/${name}/`
const any = (names) => `^(${names.join('|')})/`

const upward = ROOMS.map((name, i) => ({
  name: `room-${name}-imports-upward`,
  comment: `core/${name} may import only ${ROOMS.slice(0, i).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: room(name), pathNot: TEST },
  to: { path: `^packages/core/src/((${ROOMS.slice(i + 1).join('|') || 'none^'})/|twin\\.ts|index\\.ts)` },
}))

const packages = Object.entries(PACKAGES).map(([name, below]) => ({
  name: `package-${name.replace('/', '-')}-imports-upward`,
  comment: `${name} may import only ${below.join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: any([...Object.keys(PACKAGES), 'examples', 'bench']), pathNot: any([name, ...below]) },
}))

module.exports = {
  forbidden: [
    ...upward,
    ...packages,
    {
      name: 'sister-by-public-name',
      comment: 'packages meet by name, never by a path into the other',
      severity: 'error',
      from: { path: '^(packages/[^/]+|data-pipeline|examples/[^/]+|bench)/' },
      to: { path: '^(packages/[^/]+|data-pipeline)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'pipeline-reads-four-rooms',
      comment: 'the pipeline uses error, geo, document and tiles of core, nothing else',
      severity: 'error',
      from: { path: '^data-pipeline/' },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/(error|geo|document|tiles)/' },
    },
    {
      name: 'three-in-its-engine',
      severity: 'error',
      from: { path: '^(packages|data-pipeline)/', pathNot: ['^packages/core/src/engine/three/', TEST] },
      to: { path: '(^|/)node_modules/(three|3d-tiles-renderer)/' },
    },
    {
      name: 'cesium-in-its-engine',
      severity: 'error',
      from: { path: '^(packages|data-pipeline)/', pathNot: '^packages/core/src/engine/cesium/' },
      to: { path: '(^|/)node_modules/(cesium|@cesium)/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '/assets/' } },
    {
      name: 'no-test-in-code',
      severity: 'error',
      from: { pathNot: [TEST, '^e2e/', '^bench/'] },
      to: { path: TEST },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|bundle|assets)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
