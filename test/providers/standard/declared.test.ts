// Event types as a user declares them: by JSON Schema, by sample, by neither; with variants; checked when they are declared.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isJsonObject, type JsonObject, valueAt, withValueAt } from '../../../src/core/json.js'
import { UNSUPPORTED_KEYWORDS } from '../../../src/providers/standard/local-references.js'
import { testEmulator } from '../../support/emulator.js'
import { testReceiver } from '../../support/receiver.js'
import { maker } from './payloads.js'

const order: JsonObject = {
  name: 'order.placed',
  title: 'An order was placed',
  schema: {
    type: 'object',
    properties: {
      order_id: { type: 'string', pattern: '^ord_[A-Z0-9]{8}$' },
      state: { enum: ['new', 'held'] },
      buyer: { $ref: '#/$defs/person' },
      note: { type: ['string', 'null'] },
      lines: { type: 'array', minItems: 2, maxItems: 2, items: { $ref: '#/$defs/line' } },
    },
    required: ['order_id', 'state', 'buyer', 'lines'],
    $defs: {
      person: { type: 'object', properties: { name: { type: 'string' }, email: { format: 'email' } } },
      line: { type: 'object', properties: { sku: { type: 'string', minLength: 12 }, quantity: { type: 'integer' } } },
    },
  },
  variants: [{ name: 'new' }, { name: 'held', title: 'Held back', set: { state: 'held', 'buyer.name': 'Nobody' } }],
}

it('a declared type has its variants, its schema and payloads that match it, in declared key order', async () => {
  const make = await maker({ eventTypes: [order] })
  for (let seed = 1; seed <= 30; seed++) {
    const { payload, definition } = make('order.placed', { seed })
    expect(definition.schema.safeParse(payload).error?.issues ?? []).toEqual([])
    expect(Object.keys(payload)).toEqual(['type', 'timestamp', 'data'])
    expect(isJsonObject(payload.data) && Object.keys(payload.data)).toEqual([
      'order_id',
      'state',
      'buyer',
      'note',
      'lines',
    ])
    expect(valueAt(payload, 'data.buyer.email')).toMatch(/@example\.com$/)
  }
  const held = make('order.placed', { variant: 'held' }).payload
  expect([valueAt(held, 'data.state'), valueAt(held, 'data.buyer.name')]).toEqual(['held', 'Nobody'])
})

it('the events of a story have the same ids, names and addresses, also if two types declare a path differently', async () => {
  const named = (name: string, id: JsonObject) => ({
    name,
    schema: {
      type: 'object',
      properties: { id, owner: { type: 'object', properties: { email: { type: 'string' } } } },
    },
  })
  const eventTypes = [
    named('a.made', { type: 'string', format: 'uuid' }),
    named('a.lost', { type: 'string', format: 'uuid' }),
    named('b.made', { type: 'integer' }),
    named('b.lost', { type: 'integer' }),
  ]
  const make = await maker({ eventTypes })
  const data = (type: string, seed: number) => make(type, { seed }).payload.data
  expect(data('a.made', 1)).toEqual(data('a.lost', 1))
  expect(data('b.made', 1)).toEqual(data('b.lost', 1))
  expect(valueAt(data('b.made', 1), 'owner.email')).toBe(valueAt(data('a.made', 1), 'owner.email'))
  expect(data('a.made', 2)).not.toEqual(data('a.made', 1))
  expect(make('a.made').subjects[0]?.id).toBe(valueAt(data('a.made', 1), 'id'))
})

it('a sample is sent as it is; a type without schema and sample has open data', async () => {
  const receiver = await testReceiver()
  const sample = { z: 1, a: ['x', null] }
  const eventTypes: JsonObject[] = [{ name: 'sampled', sample }, { name: 'bare' }]
  const emulator = await testEmulator({ settings: { standard: { eventTypes } } })
  await emulator.subscribe('standard', { url: receiver.url })
  const sampled = await emulator.trigger('standard', 'sampled')
  expect(JSON.stringify(sampled.event.payload.data)).toBe(JSON.stringify(sample))
  const bare = await emulator.trigger('standard', 'bare', { set: { 'data.any.thing': [1, 2] } })
  expect(bare.event.payload.data).toMatchObject({ any: { thing: [1, 2] } })
  await emulator.drain()
  expect(receiver.requests.map(({ body }) => (JSON.parse(body) as JsonObject).type).sort()).toEqual(['bare', 'sampled'])
})

it('declared types replace the default ones, and can be changed at run time', async () => {
  const emulator = await testEmulator()
  await emulator.trigger('standard', 'contact.created')
  await emulator.changeSettings('standard', { eventTypes: [order] })
  expect((await emulator.trigger('standard', 'order.placed', { variant: 'held' })).event.variant).toBe('held')
  await expect(emulator.trigger('standard', 'contact.created')).rejects.toMatchObject({ code: 'unknown_name' })
  await expect(emulator.trigger('standard', 'order.palced')).rejects.toMatchObject({
    hint: 'Did you mean "order.placed"?',
  })
  await emulator.changeSettings('standard', { eventTypes: null })
  await emulator.trigger('standard', 'contact.created')
})

it('an override is checked against the declared schema: an unknown path is rejected with the nearest one', async () => {
  const emulator = await testEmulator({ settings: { standard: { eventTypes: [order] } } })
  await expect(emulator.trigger('standard', 'order.placed', { set: { 'data.sate': 'new' } })).rejects.toMatchObject({
    hint: 'Did you mean "state"?',
  })
  const { warnings } = await emulator.trigger('standard', 'order.placed', { set: { 'data.state': 'lost' } })
  expect(warnings[0]).toContain('none of the known values')
})

it.each([
  ['a name that is there twice', [{ name: 'a' }, { name: 'a' }], '"a" is declared twice'],
  ['a name with a space', [{ name: 'a b' }], 'without spaces'],
  ['no type at all', [], 'This must not be empty.'],
  ['a schema that is none', [{ name: 'a', schema: { type: 'text' } }], 'Unsupported type: text'],
  [
    'a reference to nothing',
    [{ name: 'a', schema: { properties: { of: { $ref: '#/components/schemas/no' } } } }],
    'Reference not found: #/components/schemas/no, at properties.of.$ref',
  ],
  [
    'a reference to another document',
    [{ name: 'a', schema: { items: [{ $ref: 'other.json#/a' }] } }],
    'references to other documents are not supported: other.json#/a, at items.0.$ref',
  ],
  [
    'a reference by anchor',
    [{ name: 'a', schema: { $ref: '#person' } }],
    'references by anchor are not supported: #person, at $ref',
  ],
  ['an unreadable pattern', [{ name: 'a', schema: { type: 'string', pattern: '(' } }], 'Invalid regular expression'],
  [
    'a sample that does not fit',
    [{ name: 'a', schema: { properties: { n: { type: 'integer' } } }, sample: { n: 'x' } }],
    'This must be a whole number.',
  ],
  ['a mistyped key', [{ name: 'a', shcema: {} }], 'Unknown key "shcema". Did you mean "schema"?'],
])('rejects %s', async (_, eventTypes, message) => {
  const emulator = await testEmulator()
  const refused = await emulator.changeSettings('standard', { eventTypes }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'invalid_setting' })
  expect(String(refused)).toContain(message)
})

it.each(UNSUPPORTED_KEYWORDS)(
  'the keyword %s is refused by name with its place, also where a reference leads',
  async keyword => {
    const emulator = await testEmulator()
    const refusal = (schema: JsonObject) =>
      emulator.changeSettings('standard', { eventTypes: [{ name: 'a', schema }] }).catch(String)
    const bad: JsonObject = { type: 'object', [keyword]: keyword === 'nullable' ? true : { required: ['a'] } }
    expect(await refusal({ properties: { one: { anyOf: [{ type: 'null' }, bad] } } })).toContain(
      `"${keyword}" is not supported, at properties.one.anyOf.1.${keyword}`,
    )
    expect(await refusal({ $ref: '#/components/schemas/bad', components: { schemas: { bad } } })).toContain(
      `"${keyword}" is not supported, at components.schemas.bad.${keyword}`,
    )
  },
)

it('every keyword that is not supported is on the page of the provider', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/providers/standard.md'), 'utf8')
  expect(UNSUPPORTED_KEYWORDS.filter(keyword => !page.includes(`\`${keyword}\``))).toEqual([])
})

it('a reference may point anywhere in its document, also in a circle through properties', async () => {
  const schema: JsonObject = {
    properties: {
      buyer: { $ref: '#/components/schemas/person' },
      payer: { $ref: '#/properties/buyer' },
      first: { $ref: '#/properties/pair/prefixItems/0' },
      pair: { type: 'array', prefixItems: [{ type: 'integer', minimum: 7, maximum: 7 }], minItems: 1, maxItems: 1 },
      odd: { $ref: '#/components/a~1b/with%20space' },
      nested: { $ref: '#/$defs/outer/properties/inner' },
    },
    required: ['buyer', 'payer', 'first', 'pair', 'odd', 'nested'],
    components: {
      schemas: {
        person: {
          properties: { name: { const: 'Ada' }, friend: { $ref: '#/components/schemas/person' } },
          required: ['name'],
        },
      },
      'a/b': { 'with space': { const: 'odd' } },
    },
    $defs: { outer: { properties: { inner: { enum: ['deep'] } } } },
  }
  const make = await maker({ eventTypes: [{ name: 'a', schema }] })
  for (let seed = 1; seed <= 10; seed++) {
    const { payload, definition } = make('a', { seed })
    expect(payload.data).toMatchObject({
      buyer: { name: 'Ada' },
      payer: { name: 'Ada' },
      first: 7,
      pair: [7],
      odd: 'odd',
      nested: 'deep',
    })
    for (const path of ['data.buyer.friend.name', 'data.first', 'data.nested'])
      expect(definition.schema.safeParse(withValueAt(payload, path, 'other')).success).toBe(false)
  }
})

it('data that cannot be generated is an error that asks for a sample', async () => {
  const schema = { type: 'object', properties: { code: { type: 'string', pattern: '^[a-z0-9]{4}$', minLength: 5 } } }
  const emulator = await testEmulator({ settings: { standard: { eventTypes: [{ name: 'hard', schema }] } } })
  await expect(emulator.trigger('standard', 'hard')).rejects.toMatchObject({
    code: 'invalid_setting',
    hint: 'Give the event type a sample in the setting eventTypes.',
  })
})

it('without the envelope the declared data is the whole body', async () => {
  const emulator = await testEmulator({ settings: { standard: { envelope: 'none', eventTypes: [order] } } })
  const { event } = await emulator.trigger('standard', 'order.placed')
  expect(Object.keys(event.payload)[0]).toBe('order_id')
})

it.each([
  [0, /^2026-01-15T12:00:00Z$/],
  [3, /^2026-01-15T12:00:00\.000Z$/],
  [6, /^2026-01-15T12:00:00\.000\d{3}Z$/],
])('the timestamp of the envelope has %i fractional digits', async (timestampDigits, form) => {
  const emulator = await testEmulator({ settings: { standard: { timestampDigits } } })
  expect((await emulator.trigger('standard', 'contact.created')).event.payload.timestamp).toMatch(form)
})

it.each([
  ['a bound', { $ref: '#/$defs/name', minLength: 5 }, 'abc', 'abcde', 'at least 5 characters'],
  ['a property', { $ref: '#/$defs/any', properties: { k: { type: 'integer' } } }, { k: 'x' }, { k: 1 }, 'whole number'],
  ['a required property', { $ref: '#/$defs/any', required: ['k'] }, {}, { k: 1 }, 'k: This is missing.'],
  ['nothing but a title', { $ref: '#/$defs/name', title: 'A name' }, 1, 'abc', 'must be a string'],
])('beside a reference %s applies too', async (_, v, bad, good, message) => {
  const schema = { properties: { v }, required: ['v'], $defs: { name: { type: 'string' }, any: { type: 'object' } } }
  const emulator = await testEmulator({ settings: { standard: { eventTypes: [{ name: 'a', schema } as JsonObject] } } })
  await expect(emulator.trigger('standard', 'a', { set: { 'data.v': bad } })).rejects.toThrow(message)
  expect((await emulator.trigger('standard', 'a', { set: { 'data.v': good } })).warnings).toEqual([])
  expect((await emulator.trigger('standard', 'a')).warnings).toEqual([])
})
