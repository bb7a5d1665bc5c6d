// Data made up from a JSON Schema: every declared property, in the declared order.
import type { Faker } from '@faker-js/faker'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { referred } from './json-schema.js'
import { madeUpNumber, madeUpText } from './made-up-text.js'

/** Nesting beyond which only what is required is made, so that a schema that refers to itself ends. */
const DEEP = 4
/** …and beyond which a schema that requires itself is given up. */
const TOO_DEEP = 12

interface Maker {
  fake: Faker
  now: number
  root: JsonObject
}

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const countOf = (value: Json | undefined, otherwise: number) => (typeof value === 'number' ? value : otherwise)

/** Two schemas that must both hold, as one; where they differ in a keyword the second one's stands. */
function both(one: JsonObject, other: JsonObject): JsonObject {
  const merged: JsonObject = { ...one, ...other }
  const [mine, theirs] = [objectOf(one.properties), objectOf(other.properties)]
  if (one.properties !== undefined && other.properties !== undefined)
    merged.properties = Object.fromEntries(
      [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].map(key => [
        key,
        both(objectOf(mine[key]), objectOf(theirs[key])),
      ]),
    )
  if (one.required !== undefined || other.required !== undefined)
    merged.required = [...new Set([...listOf(one.required), ...listOf(other.required)])]
  return merged
}

/** The schema without references and compositions; a choice among several is left to `choose`. */
export function resolved(
  root: JsonObject,
  schema: JsonObject,
  choose: (ways: Json[]) => Json | undefined,
  depth = 0,
): JsonObject {
  if (depth > TOO_DEEP) return {}
  const { $ref, allOf, anyOf, oneOf, ...own } = schema
  const deeper = (one: JsonObject) => resolved(root, one, choose, depth + 1)
  let whole: JsonObject = typeof $ref === 'string' ? both(deeper(referred(root, $ref)), own) : own
  for (const part of listOf(allOf)) whole = both(whole, deeper(objectOf(part)))
  for (const ways of [anyOf, oneOf])
    if (Array.isArray(ways) && ways.length > 0) whole = both(whole, deeper(objectOf(choose(ways))))
  return whole
}

function madeUpArray(maker: Maker, schema: JsonObject, name: string, depth: number): Json[] {
  const least = countOf(schema.minItems, depth > DEEP ? 0 : 1)
  const most = Math.max(least, countOf(schema.maxItems, Math.max(least, 3)))
  const fixed = listOf(schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined))
  const items: Json[] = fixed.map(item => madeUpIn(maker, objectOf(item), name, depth + 1))
  const open = isJsonObject(schema.items) ? schema.items : fixed.length === 0 && schema.items !== false ? {} : undefined
  const wanted = depth > DEEP ? least : maker.fake.number.int({ min: Math.min(least, most), max: most })
  const seen = new Set(items.map(item => JSON.stringify(item)))
  for (let tries = 0; open && items.length < wanted && tries < wanted * 10; tries++) {
    const item = madeUpIn(maker, open, name.replace(/s$/, ''), depth + 1)
    const text = JSON.stringify(item)
    if (schema.uniqueItems === true && seen.has(text)) continue
    seen.add(text)
    items.push(item)
  }
  return items.slice(0, countOf(schema.maxItems, items.length))
}

function madeUpObject(maker: Maker, schema: JsonObject, depth: number): JsonObject {
  const made: JsonObject = {}
  const required = new Set(listOf(schema.required))
  for (const [name, property] of Object.entries(objectOf(schema.properties)))
    if (property !== false && (depth <= DEEP || required.has(name)))
      made[name] = madeUpIn(maker, objectOf(property), name, depth + 1)
  for (const name of required)
    if (typeof name === 'string' && !Object.hasOwn(made, name)) made[name] = madeUpIn(maker, {}, name, depth + 1)
  const more = isJsonObject(schema.additionalProperties) ? schema.additionalProperties : undefined
  const wanted = countOf(schema.minProperties, more && Object.keys(made).length === 0 && depth <= DEEP ? 2 : 0)
  for (let tries = 0; Object.keys(made).length < wanted && tries < wanted * 10; tries++)
    made[maker.fake.lorem.word()] = madeUpIn(maker, more ?? {}, '', depth + 1)
  return made
}

function madeUpIn(maker: Maker, schema: JsonObject, name: string, depth: number): Json {
  const { fake, now, root } = maker
  if (depth > TOO_DEEP) return null
  const whole = resolved(root, schema, ways => fake.helpers.arrayElement(ways))
  if (whole.const !== undefined) return whole.const
  for (const key of ['enum', 'examples'])
    if (Array.isArray(whole[key]) && whole[key].length > 0) return fake.helpers.arrayElement(whole[key])
  const types = listOf(whole.type)
  // Where null is one of several it comes now and then, so that a receiver meets it.
  const type =
    types.length === 0
      ? whole.type
      : types.includes('null') && types.length > 1 && fake.number.int(4) > 0
        ? fake.helpers.arrayElement(types.filter(one => one !== 'null'))
        : fake.helpers.arrayElement(types)
  const making = { fake, now, name }
  if (type === 'object') return madeUpObject(maker, whole, depth)
  if (type === 'array') return madeUpArray(maker, whole, name, depth)
  if (type === 'number' || type === 'integer') return madeUpNumber({ ...whole, type }, making)
  if (type === 'boolean') return fake.datatype.boolean()
  if (type === 'null') return null
  return madeUpText(whole, making)
}

/** A value for a completed JSON Schema. It fits but for keywords beyond making up, so whoever needs it valid checks it. */
export function madeUp(schema: JsonObject, fake: Faker, now: number): Json {
  return madeUpIn({ fake, now, root: schema }, schema, '', 0)
}
