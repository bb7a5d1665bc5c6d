// Reading JSON from outside: depth, texts and keys within limits.
import { describe, expect, it } from 'vitest'
import {
  isTooDeep,
  jsonOrText,
  MAX_DEPTH,
  parseJson,
  parseReceived,
  pathProblem,
  pathSegments,
  valueProblem,
} from '../../src/core/json.js'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('reading JSON', () => {
  it(`takes ${MAX_DEPTH} levels and refuses one more, before parsing`, () => {
    expect(parseJson(nested(MAX_DEPTH))).toBeInstanceOf(Array)
    expect(() => parseJson(nested(MAX_DEPTH + 1), 'body')).toThrow('body: The JSON is nested deeper than 100 levels.')
    expect(() => parseReceived('['.repeat(1_000_000))).toThrow('nested deeper')
  })

  it('counts no brackets inside texts', () => {
    expect(isTooDeep(JSON.stringify(['['.repeat(500), '\\"[[['.repeat(500)]))).toBe(false)
    expect(isTooDeep(`{"a":"\\\\",${'"b":[{"c":'.repeat(60)}`)).toBe(true)
  })

  it.each([
    ['half a surrogate pair', '{"a":["x","\\ud800"]}', 'body.a.1: This is not well-formed Unicode'],
    ['the other half', '"\\udc00"', 'body: This is not well-formed Unicode'],
    ['a key that is no text', '{"a":{"\\ud83d":1}}', 'body.a: This is not well-formed Unicode'],
    ['the key __proto__', '{"a":{"__proto__":{"b":1}}}', 'body.a: The key "__proto__" is not allowed.'],
    ['the same key with escapes', '{"__pr\\u006fto__":1}', 'body: The key "__proto__" is not allowed.'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseJson(text, 'body')).toThrow(message)
  })

  it('keeps whole surrogate pairs, and what was only received', () => {
    expect(parseJson('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '😀' })
    expect(parseReceived('"\\ud800"')).toBe('\ud800')
  })

  it('has a text that is nested too deep as a text', () => {
    expect(jsonOrText(nested(5000))).toBe(nested(5000))
    expect(jsonOrText('[1]')).toEqual([1])
  })

  it('finds a value without an end', () => {
    const endless: unknown[] = []
    endless.push({ endless })
    expect(valueProblem(endless)?.message).toContain('nested deeper')
  })
})

describe('paths', () => {
  it.each([
    ['dotted', '.'],
    ['JSON Pointer', '/'],
  ])('%s: have at most 100 segments', (_, separator) => {
    const path = (count: number) => (separator === '/' ? '/' : '') + Array(count).fill('a').join(separator)
    expect(pathSegments(path(100))).toHaveLength(100)
    expect(() => pathSegments(path(101))).toThrow('more than 100 segments')
    expect(pathProblem(path(2_000_000))?.length).toBeLessThan(300)
  })
})
