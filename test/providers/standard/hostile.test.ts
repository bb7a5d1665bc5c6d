// Declared schemas that would take for ever, or all memory: refused when they are declared, or harmless.
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { MOST_WORK, workBudget, workCounter } from '../../../src/providers/standard/checking-work.js'
import { declaredSchema } from '../../../src/providers/standard/declared-schema.js'
import { patternMatcher } from '../../../src/providers/standard/pattern-matcher.js'
import { testEmulator } from '../../support/emulator.js'

const declaring = async (schema: JsonObject, sample?: Json) => {
  const type: JsonObject = { name: 'hostile', schema, ...(sample !== undefined && { sample }) }
  const emulator = await testEmulator({ settings: { standard: { eventTypes: [type] } } })
  return emulator
}

const nested = (levels: number, own: JsonObject, inner: JsonObject): JsonObject =>
  levels === 0 ? inner : { type: 'array', ...own, items: nested(levels - 1, own, inner) }

const doubled = (levels: number): JsonObject => {
  const $defs: JsonObject = { s0: { type: 'object' } }
  for (let i = 1; i <= levels; i++)
    $defs[`s${i}`] = { allOf: [{ $ref: `#/$defs/s${i - 1}` }, { $ref: `#/$defs/s${i - 1}` }] }
  return { $ref: `#/$defs/s${levels}`, $defs }
}

describe('refuses when it is declared', () => {
  it.each<[string, JsonObject, string]>([
    ['a repetition of a thousand million', { pattern: '^a{1000000000}$' }, 'too large'],
    ['repetitions in repetitions', { pattern: '^((a{100}){100}){100}$' }, 'too large'],
    ['a very long pattern', { pattern: 'a'.repeat(2001) }, 'longer than 2000 characters'],
    ['a look-ahead', { pattern: '^(?=a)b$' }, 'a look-around'],
    ['a look-behind', { pattern: '(?<!a)b$' }, 'a look-around'],
    ['a back-reference', { pattern: '^(a+)\\1$' }, 'a back-reference'],
    ['a large pattern of names', { patternProperties: { '^a{1000000000}$': {} } }, 'too large'],
    ['a list of a thousand million', { type: 'array', minItems: 1e9 }, 'its smallest data'],
    ['lists in lists', nested(5, { minItems: 100 }, { type: 'string' }), 'its smallest data'],
    ['a text of a thousand million', { type: 'string', minLength: 1e9 }, 'its smallest data'],
    ['an object of a thousand million', { type: 'object', minProperties: 1e9 }, 'its smallest data'],
    [
      'a tree that must branch',
      {
        $ref: '#/$defs/t',
        $defs: {
          t: {
            type: 'object',
            properties: Object.fromEntries([...'abcdefgh'].map(key => [key, { $ref: '#/$defs/t' }])),
            required: [...'abcdefgh'],
          },
        },
      },
      'its smallest data',
    ],
    ['references that double at each step', doubled(40), 'more than 500 of its schemas apply'],
    [
      'a schema that is itself',
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } },
      'refers to itself',
    ],
  ])('%s', async (_, schema, message) => {
    const refused = await declaring({ properties: { x: schema }, ...(schema.$defs && { $defs: schema.$defs }) }).catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'invalid_setting' })
    expect(String(refused)).toContain(message)
  })
})

it.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(a*)*b', '^a*a*a*a*a*a*$', '^(?:[a-z]+\\d?)+$'])(
  'checks a sample against %s in linear time',
  async pattern => {
    const sample = { x: `${'a'.repeat(50_000)}!` }
    const refused = await declaring({ properties: { x: { type: 'string', pattern } } }, sample).catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'invalid_setting' })
    expect(String(refused)).toContain('must be text that matches')
  },
)

it.each<[string, JsonObject, boolean]>([
  ['where null is allowed too', { type: ['string', 'null'], pattern: '^(a+)+$' }, false],
  ['of names', { type: 'object', patternProperties: { '^(a+)+$': {} }, additionalProperties: false }, false],
  ['of names that need not match', { type: 'object', patternProperties: { '^(a+)+$': { type: 'null' } } }, true],
  [
    'of names, with some declared',
    { type: 'object', properties: { b: {} }, patternProperties: { '^(a+)+$': {} } },
    true,
  ],
  ['of propertyNames', { type: 'object', propertyNames: { pattern: '^(a+)+$' } }, false],
])('matches patterns in linear time %s', (_, schema, valid) => {
  const text = `${'a'.repeat(10_000)}!`
  const value = schema.type === 'object' ? { [text]: 1 } : text
  expect(declaredSchema(schema).safeParse(value).success).toBe(valid)
})

it('names are as they were: declared, or matched by a pattern, or refused', () => {
  const schema = declaredSchema({
    type: 'object',
    properties: { id: { type: 'string' } },
    patternProperties: { '^x-': { type: 'integer' } },
    additionalProperties: false,
  })
  expect(schema.safeParse({ id: 'a', 'x-n': 1 }).success).toBe(true)
  expect(schema.safeParse({ id: 'a', 'x-n': 'one' }).success).toBe(false)
  expect(schema.safeParse({ id: 'a', y: 1 }).success).toBe(false)
})

it('data stays small where a schema only allows it to be large', async () => {
  const schema = { properties: { lists: nested(6, { maxItems: 1e9 }, { type: 'string', maxLength: 1e9 }) } }
  const emulator = await declaring(schema)
  const { event } = await emulator.trigger('standard', 'hostile').catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'invalid_setting', hint: expect.stringContaining('sample') })
    return { event: { payload: {} } }
  })
  expect(JSON.stringify(event.payload).length).toBeLessThan(5_000_000)
})

it('alternatives within alternatives are not followed for ever', async () => {
  const operation = (op: string): JsonObject => ({
    type: 'object',
    properties: { op: { const: op }, of: { $ref: '#/$defs/term' } },
    required: ['op', 'of'],
  })
  const schema: JsonObject = {
    type: 'object',
    properties: { term: { $ref: '#/$defs/term' } },
    $defs: { term: { oneOf: [{ type: 'integer' }, ...['not', 'abs', 'neg', 'inc'].map(operation)] } },
  }
  const deep = (levels: number): JsonObject => ({ op: 'not', of: levels === 0 ? 1 : deep(levels - 1) })
  const emulator = await declaring(schema, { term: deep(3) })
  await emulator.trigger('standard', 'hostile')
  await expect(declaring(schema, { term: deep(90) })).rejects.toThrow('takes too much work to check')
  await expect(
    emulator.trigger('standard', 'hostile', {
      raw: { type: 'hostile', timestamp: '2026-01-15T12:00:00Z', data: { term: deep(80) } },
    }),
  ).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('takes too much work to check') })
})

const several = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

it.each<[string, JsonObject]>([
  ['alternatives', { anyOf: several(900, i => ({ const: i })) }],
  ['patterns of names', { patternProperties: Object.fromEntries(several(900, i => [`^x${i}`, {}])) }],
  ['values of an enum', { enum: several(20_000, i => ({ a: i })) }],
  ['texts of an enum', { enum: several(20_000, String) }],
])('refuses too many %s when they are declared', async (_, schema) => {
  await expect(declaring({ properties: { x: schema } })).rejects.toMatchObject({ code: 'invalid_setting' })
})

describe('refuses a payload that takes too much work to check, before it is checked', () => {
  const objects = several(400, i => ({
    type: 'object',
    properties: { [`k${i}`]: { type: 'string' } },
    required: [`k${i}`],
  }))
  const names = Object.fromEntries(several(400, i => [`^x${i}`, { type: 'string' }]))
  const cases: [string, JsonObject, Json][] = [
    ['patterns, a text', { oneOf: several(400, i => ({ pattern: `^(a+)+${i}$` })) }, 'a'.repeat(200_000)],
    ['alternatives, items', { items: { anyOf: objects } }, several(100_000, () => ({ a: 1 }))],
    ['contains, numbers', { contains: { anyOf: several(400, i => ({ const: i })) } }, several(200_000, i => -i)],
    ['names', { patternProperties: names }, Object.fromEntries(several(8000, i => [`k${i}`, 'a']))],
    ['values of an enum', { items: { enum: several(400, i => ({ a: i })) } }, several(10_000, () => ({ a: -1 }))],
    ['all of several', { allOf: several(400, () => ({ type: 'array' })) }, several(100_000, i => i)],
    ['names of properties', { propertyNames: { pattern: '^(a+)+N$' } }, { ['a'.repeat(10_000_000)]: 1 }],
  ]
  const refused = { code: 'invalid_input', message: expect.stringContaining('takes too much work to check') }
  it.each(cases)('%s', async (_, schema, value) => {
    const emulator = await declaring({ type: 'object', properties: { x: schema } }, {})
    const raw: JsonObject = { type: 'hostile', timestamp: '2026-01-15T12:00:00Z', data: { x: value } }
    await expect(emulator.trigger('standard', 'hostile', { raw })).rejects.toMatchObject(refused)
    await expect(emulator.trigger('standard', 'hostile', { set: { 'data.x': value } })).rejects.toMatchObject(refused)
    await expect(declaring({ type: 'object', properties: { x: schema } }, { x: value })).rejects.toMatchObject({
      code: 'invalid_setting',
    })
  })

  it('counts all values that are set', () => {
    const schema: JsonObject = { type: 'object', properties: { x: { items: { anyOf: objects } } } }
    const spend = workBudget('hostile', schema)
    const value = { x: several(400, () => ({ a: 1 })) }
    spend(value, ['x'])
    expect(() => spend(value, ['x'])).toThrow('takes too much work to check')
  })

  it('counts all samples of a type', async () => {
    const schema: JsonObject = { type: 'object', properties: { x: { items: { anyOf: objects } } } }
    const sample = { x: several(500, () => ({ k0: 'a' })) }
    const variants = several(10, i => ({ name: `v${i}`, sample }))
    const refused = await testEmulator({
      settings: { standard: { eventTypes: [{ name: 'hostile', schema, variants }] } },
    }).catch((error: unknown) => error)
    expect(String(refused)).toContain('takes too much work to check')
  })

  it('counts only the value at a path', () => {
    const workOf = workCounter({ properties: { x: { items: { anyOf: objects } }, y: {} } })
    const value = { x: several(10_000, () => ({ a: 1 })), y: 1 }
    expect(workOf(value)).toBe(Number.POSITIVE_INFINITY)
    expect(workOf(value, ['y'])).toBeLessThan(10)
    expect(workOf(value, ['x', '0'])).toBeLessThan(2000)
  })

  it('takes a large payload of a plain schema', () => {
    const row: JsonObject = {
      type: 'object',
      properties: { id: { type: 'string', pattern: '^inv_[0-9A-Za-z]{16}$' }, amount: { type: 'integer' } },
    }
    const rows = several(5000, i => ({ id: `inv_${String(i).padStart(16, '0')}`, amount: i }))
    expect(workCounter({ type: 'array', items: row })(rows)).toBeLessThan(MOST_WORK)
  })
})

it('many declared types are checked in linear time', async () => {
  const eventTypes = Array.from({ length: 9_000 }, (_, i) => ({ name: `type.${i % 8_999}` }))
  const emulator = await testEmulator()
  await expect(emulator.changeSettings('standard', { eventTypes })).rejects.toThrow('"type.0" is declared twice')
})

describe('the matcher agrees with the language', () => {
  const texts = [
    '',
    'a',
    'b',
    'ab',
    'ba',
    'aab',
    'A1',
    'a-b',
    'a b',
    '\n',
    '12',
    'x-1',
    'abab',
    '_',
    'é',
    'foo.bar',
    'a{,2}',
  ]
  it.each([
    '^a*$',
    'a|b',
    '^(ab)+$',
    '^(?:a|b){2,3}$',
    '\\d',
    '^\\w+$',
    '\\bb',
    '\\Bb',
    '[^a]',
    '^[\\d-]+$',
    '^.$',
    '^[a-c]?b',
    'a{0}',
    '^$',
    '(|a)b',
    '[]',
    '[^]',
    '\\.',
    '^\\S+\\s\\S+$',
    '\\u0061',
    '\\x62',
    '^a{2,}b',
    'a+?b',
    '(?<n>a)b',
    '[\\w-]b',
    'a{,2}',
    '()*a',
  ])('%s', pattern => {
    const matches = patternMatcher(pattern)
    for (const text of texts) expect([text, matches(text)]).toEqual([text, new RegExp(pattern).test(text)])
  })
})

it.each(['data.lines.1000000000', '/data/lines/2', 'data.lines.-1', 'data.lines.first'])(
  'a value set at %s, beyond the end of its list, is refused',
  async path => {
    const type: JsonObject = { name: 'listed', sample: { lines: [1] } }
    const emulator = await testEmulator({ settings: { standard: { eventTypes: [type] } } })
    await expect(emulator.trigger('standard', 'listed', { set: { [path]: 1 } })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  },
)
