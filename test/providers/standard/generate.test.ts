// Data generated from JSON Schema, checked by an independent validator.

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { seedWords } from '../../../src/core/seed.js'
import { loadFaker, reseed } from '../../../src/provider/fake.js'
import { generate } from '../../../src/providers/standard/generate.js'
import { textMatching } from '../../../src/providers/standard/generate-matching.js'
import { withImpliedTypes, zodOf } from '../../../src/providers/standard/json-schema.js'
import { NOW } from './payloads.js'

const schemas: Record<string, JsonObject> = {
  'every format': {
    properties: Object.fromEntries(
      ['email', 'uri', 'uuid', 'date-time', 'date', 'time', 'duration', 'hostname', 'ipv4', 'ipv6'].map(format => [
        format,
        { type: 'string', format },
      ]),
    ),
  },
  'bounds of numbers': {
    properties: {
      amount: { type: 'integer', minimum: 5, maximum: 7 },
      ratio: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 },
      step: { type: 'integer', multipleOf: 25, minimum: 100 },
      below: { type: 'number', maximum: -4 },
      percent: { type: 'number', minimum: 0.5, maximum: 0.75 },
      user_id: { type: 'integer', maximum: 9 },
      count: { type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 3 },
      price: { type: 'number', minimum: 3, maximum: 3 },
      total: { type: 'number', multipleOf: 0.05, minimum: 0 },
      age: { type: 'integer', minimum: 500 },
    },
  },
  'lengths of texts': {
    properties: { name: { type: 'string', maxLength: 3 }, city: { type: 'string', minLength: 80, maxLength: 81 } },
  },
  'arrays and tuples': {
    properties: {
      tags: { type: 'array', uniqueItems: true, minItems: 3, items: { enum: ['a', 'b', 'c', 'd'] } },
      pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'boolean' }], items: false, minItems: 2 },
      none: { type: 'array', maxItems: 0, items: {} },
      codes: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{2}$' } },
    },
    required: ['tags', 'pair'],
  },
  compositions: {
    allOf: [{ $ref: '#/$defs/base' }, { properties: { kind: { const: 'card' } }, required: ['kind'] }],
    properties: {
      method: {
        oneOf: [{ type: 'object', properties: { iban: { type: 'string' } }, required: ['iban'] }, { type: 'null' }],
      },
      either: { anyOf: [{ type: 'integer' }, { type: 'string', minLength: 2 }] },
    },
    $defs: { base: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } }, required: ['id'] } },
  },
  'a tree of itself': {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['name', 'children'],
      },
    },
  },
  maps: { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 2 },
  'closed objects with examples': {
    properties: { plan: { type: 'string', examples: ['basic', 'pro'] }, on: { type: 'boolean' } },
    required: ['plan', 'on', 'extra'],
    additionalProperties: { type: 'string' },
  },
}

describe.each(Object.entries(schemas))('generated data: %s', (_, schema) => {
  it('matches the schema, by an independent validator and by our own, for every seed', async () => {
    const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 6 })
    addFormats.default(ajv)
    const valid = ajv.compile(schema)
    const whole = withImpliedTypes(schema)
    const fits = zodOf(whole)
    const fake = await loadFaker('en')
    for (let seed = 1; seed <= 40; seed++) {
      const data = generate(whole, reseed(fake, seedWords(seed), NOW), NOW)
      expect(valid(data) ? [] : valid.errors, JSON.stringify(data)).toEqual([])
      expect(fits.safeParse(data).error?.issues ?? [], JSON.stringify(data)).toEqual([])
    }
  })
})

it.each([
  '^[A-Z]{3}-\\d{4}$',
  '^cus_[a-zA-Z0-9]{14}$',
  '^\\+?[0-9]{7,15}$',
  '^(a|bc)+(?:-x)?$',
  '^[^@\\s]+@x\\.y$',
  '\\w+',
  '^[a-z0-9]+(-[a-z0-9]+)*$',
  '^[\\w.-]{2,}$',
  '^\\$[1-9]\\d*\\.\\d{2}$',
])('generates a text for the pattern %s', async pattern => {
  const fake = await loadFaker('en')
  for (let seed = 1; seed <= 20; seed++)
    expect(textMatching(pattern, reseed(fake, seedWords(seed), NOW))).toMatch(new RegExp(pattern))
})

it('generates no text for a pattern with look-arounds or back-references', async () => {
  const fake = await loadFaker('en')
  expect(textMatching('^(?=.*\\d)[a-z]+$', fake)).toBeUndefined()
  expect(textMatching('^(a)\\1$', fake)).toBeUndefined()
})
