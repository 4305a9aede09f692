import { expect, test } from 'vitest'
import { type Finding, Findings, step } from './finding.ts'

test('a pointer escapes what a name may hold', () => expect(step('/root', 'a/b~c', 3)).toBe('/root/a~1b~0c/3'))

test('one fault at one place is said once', () => {
  const findings = new Findings()
  const fault: Finding = { severity: 'error', code: 'header', file: 'a.b3dm', pointer: 'b3dm.version', message: 'is 2' }
  findings.add(fault)
  findings.add({ ...fault })
  findings.add({ ...fault, file: 'b.b3dm' })
  expect(findings.list.map(({ file }) => file)).toEqual(['a.b3dm', 'b.b3dm'])
})
