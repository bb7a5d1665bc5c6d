// Looking inside zod schemas.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  enumValues,
  isOptional,
  isSecret,
  knownKeys,
  optionFor,
  schemasAt,
  shapeOf,
  under,
  unwrap,
} from '../../src/core/zod-walk.js'

const inner = z.object({ id: z.string(), state: z.enum(['open', 'closed']).nullable() })
const schema = z.object({
  data: inner.optional().readonly(),
  items: z.array(inner),
  pair: z.tuple([z.string(), inner]),
  notes: z.record(z.string(), z.number()),
  either: z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]),
  both: z.intersection(z.object({ c: z.string() }), z.object({ d: z.string() })),
  meta: z.looseObject({}),
  open: z.looseObject({ known: z.string() }),
  any: z.unknown(),
  later: z.lazy(() => inner),
  read: z.string().transform(Number).pipe(z.number()),
})

const typesAt = (path: string, options = {}) => schemasAt(schema, path, options).map(one => unwrap(one)._zod.def.type)

describe('a path through a schema', () => {
  it.each([
    ['data.id', ['string']],
    ['/data/id', ['string']],
    ['items.7.state', ['enum']],
    ['items.-.id', ['string']],
    ['items.first', []],
    ['pair.1.id', ['string']],
    ['pair.2', []],
    ['notes.anything', ['number']],
    ['either.a', ['string']],
    ['either.b', ['number']],
    ['both.d', ['string']],
    ['meta.whatever.deep', ['unknown']],
    ['open.known', ['string']],
    ['open.other', ['unknown']],
    ['any.thing', ['unknown']],
    ['later.id', ['string']],
    ['read', ['string']],
    ['data.nothing', []],
    ['data.id.deeper', []],
  ])('%s leads to %j', (path, types) => {
    expect(typesAt(path)).toEqual(types)
  })

  it('may take an object that declares keys to have no others', () => {
    expect(typesAt('open.other', { declaredOnly: true })).toEqual([])
    expect(typesAt('meta.whatever', { declaredOnly: true })).toEqual(['unknown'])
  })
})

describe('a schema', () => {
  it('names its keys; of options with a discriminator those of the one that is named', () => {
    expect(knownKeys(schema.shape.data)).toEqual(['id', 'state'])
    expect(knownKeys(schema.shape.either)).toEqual(['a', 'b'])
    expect(knownKeys(schema.shape.both)).toEqual(['c', 'd'])
    expect(knownKeys(schema.shape.pair)).toEqual(['0', '1'])
    const kinds = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), left: z.string() }),
      z.object({ kind: z.literal('b'), right: z.string() }),
    ])
    expect(knownKeys(kinds, { kind: 'b' })).toEqual(['kind', 'right'])
    expect(knownKeys(kinds, { kind: 'c' })).toEqual(['kind', 'left', 'right'])
  })

  it('shows its fields under what wraps it', () => {
    expect(Object.keys(shapeOf(schema.shape.data) ?? {})).toEqual(['id', 'state'])
    expect(shapeOf(schema.shape.items)).toBeUndefined()
  })

  it('knows the values of an enum and of a literal', () => {
    expect(enumValues(inner.shape.state)).toEqual(['open', 'closed'])
    expect(enumValues(z.literal(['x', 2]).optional())).toEqual(['x', 2])
    expect(enumValues(z.string())).toBeUndefined()
  })

  it('of a union shows the option that a value fits', () => {
    expect(Object.keys(shapeOf(optionFor(schema.shape.either, { b: 1 })) ?? {})).toEqual(['b'])
    expect(Object.keys(shapeOf(optionFor(schema.shape.either, {})) ?? {})).toEqual(['a'])
  })

  it('tells whether it may be absent and whether it is secret, however it is wrapped', () => {
    expect([isOptional(schema.shape.data), isOptional(schema.shape.items)]).toEqual([true, false])
    const secret = z.string().meta({ secret: true })
    expect([isSecret(secret.optional()), isSecret(z.string().optional())]).toEqual([true, false])
    const [found] = under(z.object({ key: secret.nullable() }), 'key')
    expect(found && isSecret(found)).toBe(true)
  })
})
