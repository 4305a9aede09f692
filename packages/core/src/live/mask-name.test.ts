import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskName } from './mask-name.ts'

test.each([
  ['张三', '张**'],
  ['张建国', '张**'],
  ['欧阳修', '欧阳**'],
  ['欧阳', '欧**'],
  ['anna Lee', 'A**'],
  ['𠮷野', '𠮷**'],
  [' ', ''],
])('%s is shown as %s', (name, shown) => expect(maskName(name)).toBe(shown))

test('never shows more than two characters of a name, nor its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 3, maxLength: 200 }), (name) => {
      const shown = maskName(name)
      expect(Array.from(shown).length).toBeLessThanOrEqual(5)
      expect(shown === '' || shown.endsWith('**')).toBe(true)
    }),
    // A letter whose capital is three, a double family name, a name with white space around it.
    { examples: [['\u0390bc'], ['欧阳修'], [' \ufb03n ']] },
  )
})
