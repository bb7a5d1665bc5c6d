// JSON while it is being written: read with its mistakes, held against a schema, and compared.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { changesOf, pathText } from '../../../src/page/json/changes.js'
import { schemaProblems } from '../../../src/page/json/check.js'
import { readJson } from '../../../src/page/json/read.js'

describe('a text', () => {
  it.each(['{"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{}}', '[]', '"x"', ' 7 ', '{"a":{"b":[{"c":[[]]}]}}'])(
    'of JSON is read as JSON.parse reads it: %s',
    text => {
      expect(readJson(text)).toMatchObject({ value: JSON.parse(text), problems: [] })
    },
  )

  it.each(['', '{', '{"a":}', '{"a" 1}', '[1,]', '{"a":1,"a":2}', '{a:1}', '"x', '[1 2]', '1 2', '{"a":tru}'])(
    'that is none has a problem within it: %s',
    text => {
      const { problems } = readJson(text)
      expect(problems.length).toBeGreaterThan(0)
      for (const { from } of problems) expect(from).toBeLessThanOrEqual(text.length)
    },
  )

  it('is read to its end, however deep', () => {
    expect(readJson('['.repeat(5000)).problems.length).toBeGreaterThan(0)
  })
})

describe('a value', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { state: { enum: ['open', 'closed'] }, size: { type: 'integer', minimum: 1 } },
    required: ['state'],
    additionalProperties: false,
  }

  it('has no problem where its schema allows it, and each problem at its place', () => {
    const placesOf = (value: JsonObject) => schemaProblems(value, schema, schema).map(({ path }) => path.join('.'))
    expect(placesOf({ state: 'open', size: 1 })).toEqual([])
    expect(placesOf({ state: 'opne', size: 0, other: 1 })).toEqual(['state', 'size', 'other'])
    expect(placesOf({})).toEqual(['state'])
  })

  it('differs from another by path', () => {
    expect(changesOf({ a: { b: 1, c: [1, 2] } }, { a: { b: 2, c: [1] }, d: null })).toEqual([
      { path: ['a', 'b'], from: 1, to: 2 },
      { path: ['a', 'c'], from: [1, 2], to: [1] },
      { path: ['d'], from: undefined, to: null },
    ])
    expect([pathText(['a', '0', 'b']), pathText(['a.b', 'c/d'])]).toEqual(['a.0.b', '/a.b/c~1d'])
  })
})
