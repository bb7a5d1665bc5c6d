// Numbers of a JSON text keep their value or are refused.
import { expect, it } from 'vitest'
import { parseJson, valueProblem } from '../../src/core/json.js'
import { lostNumber } from '../../src/core/json-numbers.js'

it.each([
  '9007199254740993',
  '-0',
  '-0.0',
  '-0e5',
  '1e400',
  '-1e400',
  '1e-400',
  '12345678901234567890',
  '0.1234567890123456789',
])('%s is found where it stands, and refused', number => {
  const text = `{"a":"${number} \\" ${number}","b":[${number}]}`
  expect(lostNumber(text)).toMatchObject({ text: number, offset: text.lastIndexOf(number) })
  expect(() => parseJson(text, 'body')).toThrow(
    expect.objectContaining({
      code: 'invalid_input',
      where: 'body',
      hint: expect.stringContaining(`"${number}" in quotes`),
    }),
  )
  expect(parseJson(`{"a":"${number}"}`)).toEqual({ a: number })
})

it.each(['0', '-1', '1.0', '100', '1e3', '1E+3', '0.5e-3', '9007199254740992', '1e23', '0e400', '123456789.12345678'])(
  '%s is kept',
  number => {
    expect(parseJson(`[${number}]`)).toEqual([Number(number)])
  },
)

it('values that no JSON text has are refused too', () => {
  expect(valueProblem({ a: [Number.NaN] })).toEqual({
    path: ['a', 0],
    message: 'This is not a number that JSON can hold.',
  })
})
