import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// `source` makes workspace packages resolve to their TypeScript, so unit tests need no build.
const resolve = { conditions: ['source', 'module', 'browser', 'development|production'] }
const ssr = { resolve: { conditions: ['source', 'module', 'node', 'development|production'], externalConditions: ['source', 'node'] } }
const oxc = { decorator: { legacy: true }, assumptions: { setPublicClassFields: true } }

export default defineConfig({
  test: {
    // Vitest leaves one core free: of two, half the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        ssr,
        oxc,
        test: {
          name: 'unit',
          include: [
            '{packages/*,data-pipeline,examples/*}/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: { name: 'e2e', include: ['e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
      },
    ],
  },
})
