// A vitest reporter that counts: every test by its state, files that did not even load, errors nobody caught. It writes
// the sums to the file named by TWINMAP_COUNT, for the closing line of `npm test`.
import { writeFileSync } from 'node:fs'

export default class CountReporter {
  onTestRunEnd(modules, unhandled) {
    const count = { passed: 0, skipped: [], failures: unhandled.map((error) => `uncaught: ${error.message}`) }
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests++
        const { state, note } = test.result()
        if (state === 'passed') count.passed++
        else if (state === 'skipped') {
          // A test says it itself (`ctx.skip(why)`), or its group does (e2e/harness/describe-with.ts).
          const why = note ?? test.meta().lacking ?? ''
          count.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName.replace(` (${why})`, '')}`, why })
        } else count.failures.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
      const broken = module.errors().length + [...module.children.allSuites()].reduce((sum, suite) => sum + suite.errors().length, 0)
      if (broken > 0 || tests === 0) {
        count.failures.push(
          `${module.relativeModuleId}: ${module.errors()[0]?.message ?? (tests === 0 ? 'holds no test' : 'a hook failed')}`,
        )
      }
    }
    writeFileSync(process.env.TWINMAP_COUNT, JSON.stringify(count))
  }
}
