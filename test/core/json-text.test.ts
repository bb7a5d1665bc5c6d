// A JSON object given as text: what is none is refused with the line and column where it stops being one.
import { expect, it } from 'vitest'
import { objectTextProblem } from '../../src/core/json-text.js'

it.each([
  ['', 'The text is empty; it must be a JSON object.'],
  [' \n', 'The text is empty; it must be a JSON object.'],
  ['[1]', 'The text is JSON, but not an object.'],
  ['null', 'The text is JSON, but not an object.'],
  ['{', 'The text is not JSON: it ends at line 1, column 2.'],
  ['{"a": 1,\n "b": nope}', 'The text is not JSON: it has "nope}" at line 2, column 7.'],
  ['{"a": 1,}', 'The text is not JSON: it has "}" at line 1, column 9.'],
  ['{"a": 01}', 'The text is not JSON: it has "1}" at line 1, column 8.'],
  ["{'a': 1}", 'The text is not JSON: it has "\'a\': 1}" at line 1, column 2.'],
  ['{"a": [1, 2}', 'The text is not JSON: it has "}" at line 1, column 12.'],
  ['{"a": "x\ny"}', 'The text is not JSON: it has ""x" at line 1, column 7.'],
  ['{} {}', 'The text is not JSON: it has "{}" at line 1, column 4.'],
  ['hello', 'The text is not JSON: it has "hello" at line 1, column 1.'],
  ['['.repeat(200_000), 'The text is JSON that is nested deeper than 100 levels.'],
])('%j', (text, problem) => {
  expect(objectTextProblem(text)).toBe(problem)
})

it('takes every JSON object as it is written', () => {
  for (const text of ['{}', ' { "2": 1.0, "1": 1e2 }\r\n', '{"a":{"b":[null,true,-0.0,"\\u00e9"]}}', '{"a":1,"a":2}'])
    expect(objectTextProblem(text)).toBeUndefined()
})
