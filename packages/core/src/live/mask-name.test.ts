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
  ['长孙无忌', '长孙**'],
  [' 欧阳 ', '欧**'],
  ['', ''],
  [' ', ''],
])('%s is shown as %s', (name, shown) => expect(maskName(name)).toBe(shown))

/** Any code points at all, also halves of surrogate pairs; `fc.string` of binary units needs seconds to list them first. */
const names = fc.array(fc.nat(0x10ffff), { minLength: 3, maxLength: 200 }).map((codes) => String.fromCodePoint(...codes))

test('never shows more than two characters of a name, nor its length', () => {
  fc.assert(
    fc.property(names, (name) => {
      const shown = maskName(name)
      expect(Array.from(shown).length).toBeLessThanOrEqual(5)
      expect(shown === '' || shown.endsWith('**')).toBe(true)
    }),
    // A letter whose capital is three, a double family name, a name with white space around it.
    { examples: [['\u0390bc'], ['欧阳修'], [' \ufb03n ']] },
  )
})
