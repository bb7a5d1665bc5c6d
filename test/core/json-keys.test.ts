// Keys of a JSON text that would be lost or moved are found with their place.
import { describe, expect, it } from 'vitest'
import { lostKey } from '../../src/core/json-keys.js'

describe('a key of a JSON text', () => {
  it.each([
    ['{"a":1,"b":{"c":1,"d":[{"x":1},{"x":1,"\\u0078":2}]}}', 'b.d.1.x'],
    ['{"a":"{\\"a\\":1,","b":",","a" : 2}', 'a'],
  ])('that is given twice is found: %s', (json, path) => {
    expect(lostKey(json)).toMatchObject({ path, message: 'The key is given twice in one object.' })
  })

  it.each([
    ['{"raw":{"b":1,"1":2}}', 'raw.1'],
    ['{"raw":{"list":[0,{"2":1,"1":2}]}}', 'raw.list.1.1'],
  ])('that would be moved is found where the order is sent: %s', (json, path) => {
    expect(lostKey(json, ['raw'])?.path).toBe(path)
    expect(lostKey(json)).toBeUndefined()
  })

  it.each([
    '{"raw":{"1":1,"2":2,"b":3,"01":4,"4294967295":5},"1":6}',
    '{"a":{"x":1},"b":{"x":1},"c":["x","x",{"x":"a\\": "}]}',
    '[{"a":1},{"a":1}]',
    '"a"',
    '',
  ])('is nothing to tell of where each arrives as it is written: %s', json => {
    expect(lostKey(json, ['raw'])).toBeUndefined()
  })
})
