// Generates data from a JSON Schema: every declared property, in declared order.
import type { Faker } from '@faker-js/faker'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { textMatching } from './generate-matching.js'
import { generateNumber, generateText } from './generate-text.js'
import { LIKE } from './like.js'
import { MAX_DEPTH, MOST_VALUES, REQUIRED_ONLY_DEPTH, referred } from './schema-cost.js'

/** Values that all tries for one payload may make. */
const MOST_TRIED = 4 * MOST_VALUES

/** Counts the values made for one payload, over all tries. */
export interface GenerationBudget {
  made: number
}

interface Generator {
  fake: Faker
  now: number
  root: JsonObject
  budget: GenerationBudget
  /** Values that were made before this try. */
  before: number
}

/** True once the data is large: from then on only what the schema requires is generated. */
const isLarge = ({ budget, before }: Generator) => budget.made - before > MOST_VALUES

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const countOf = (value: Json | undefined, otherwise: number) => (typeof value === 'number' ? value : otherwise)

/** Two schemas that must both match, as one; for a keyword in both, the second one wins. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const result: JsonObject = { ...one, ...other }
  const [mine, theirs] = [objectOf(one.properties), objectOf(other.properties)]
  if (one.properties !== undefined && other.properties !== undefined)
    result.properties = Object.fromEntries(
      [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].map(key => [
        key,
        merged(objectOf(mine[key]), objectOf(theirs[key])),
      ]),
    )
  if (one.required !== undefined || other.required !== undefined)
    result.required = [...new Set([...listOf(one.required), ...listOf(other.required)])]
  return result
}

/** The schema without references and compositions; `choose` picks one of several alternatives. */
export function resolved(
  root: JsonObject,
  schema: JsonObject,
  choose: (alternatives: Json[]) => Json | undefined,
  depth = 0,
): JsonObject {
  if (depth > MAX_DEPTH) return {}
  const { $ref, allOf, anyOf, oneOf, ...own } = schema
  const deeper = (one: JsonObject) => resolved(root, one, choose, depth + 1)
  let whole: JsonObject = typeof $ref === 'string' ? merged(deeper(referred(root, $ref)), own) : own
  for (const part of listOf(allOf)) whole = merged(whole, deeper(objectOf(part)))
  for (const alternatives of [anyOf, oneOf])
    if (Array.isArray(alternatives) && alternatives.length > 0)
      whole = merged(whole, deeper(objectOf(choose(alternatives))))
  return whole
}

function generateArray(generator: Generator, schema: JsonObject, name: string, depth: number): Json[] {
  const least = countOf(schema.minItems, depth > REQUIRED_ONLY_DEPTH ? 0 : 1)
  const most = Math.max(least, countOf(schema.maxItems, Math.max(least, 3)))
  const fixed = listOf(schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined))
  const items: Json[] = fixed.map(item => generateValue(generator, objectOf(item), name, depth + 1))
  const open = isJsonObject(schema.items) ? schema.items : fixed.length === 0 && schema.items !== false ? {} : undefined
  const count =
    depth > REQUIRED_ONLY_DEPTH ? least : generator.fake.number.int({ min: Math.min(least, most), max: most })
  const seen = new Set(items.map(item => JSON.stringify(item)))
  for (let tries = 0; open && items.length < count && tries < count * 10; tries++) {
    if (isLarge(generator) && items.length >= least) break
    const item = generateValue(generator, open, name.replace(/s$/, ''), depth + 1)
    const text = JSON.stringify(item)
    if (schema.uniqueItems === true && seen.has(text)) continue
    seen.add(text)
    items.push(item)
  }
  return items.slice(0, countOf(schema.maxItems, items.length))
}

function generateObject(generator: Generator, schema: JsonObject, depth: number): JsonObject {
  const object: JsonObject = {}
  const required = new Set(listOf(schema.required))
  for (const [name, property] of Object.entries(objectOf(schema.properties)))
    if (property !== false && (required.has(name) || (depth <= REQUIRED_ONLY_DEPTH && !isLarge(generator))))
      object[name] = generateValue(generator, objectOf(property), name, depth + 1)
  for (const name of required)
    if (typeof name === 'string' && !Object.hasOwn(object, name))
      object[name] = generateValue(generator, {}, name, depth + 1)
  const more = isJsonObject(schema.additionalProperties) ? schema.additionalProperties : undefined
  const count = countOf(
    schema.minProperties,
    more && Object.keys(object).length === 0 && depth <= REQUIRED_ONLY_DEPTH ? 2 : 0,
  )
  let missing = count - Object.keys(object).length
  for (let tries = 0; missing > 0 && tries < count * 10; tries++) {
    const name = generator.fake.lorem.word()
    if (!Object.hasOwn(object, name)) missing--
    object[name] = generateValue(generator, more ?? {}, '', depth + 1)
  }
  return object
}

function generateValue(generator: Generator, schema: JsonObject, name: string, depth: number): Json {
  const { fake, now, root, budget } = generator
  if (++budget.made > MOST_TRIED) throw new Error(`it takes more than ${MOST_TRIED} values`)
  if (depth > MAX_DEPTH) return null
  const whole = resolved(root, schema, alternatives => fake.helpers.arrayElement(alternatives))
  if (whole.const !== undefined) return whole.const
  const like = typeof whole[LIKE] === 'string' ? textMatching(whole[LIKE], fake) : undefined
  if (like !== undefined) return like
  for (const key of ['enum', 'examples'])
    if (Array.isArray(whole[key]) && whole[key].length > 0) return fake.helpers.arrayElement(whole[key])
  const types = listOf(whole.type)
  // If null is one of several types, it is generated now and then, so that a receiver meets it.
  const type =
    types.length === 0
      ? whole.type
      : types.includes('null') && types.length > 1 && fake.number.int(4) > 0
        ? fake.helpers.arrayElement(types.filter(one => one !== 'null'))
        : fake.helpers.arrayElement(types)
  const context = { fake, now, name }
  if (type === 'object') return generateObject(generator, whole, depth)
  if (type === 'array') return generateArray(generator, whole, name, depth)
  if (type === 'number' || type === 'integer') return generateNumber({ ...whole, type }, context)
  if (type === 'boolean') return fake.datatype.boolean()
  if (type === 'null') return null
  return generateText(whole, context)
}

/**
 * A value for a JSON Schema with implied types, at `now` (ms). Some keywords are not supported, so the caller checks that it is valid.
 * Throws an Error when the budget is used up.
 */
export function generate(schema: JsonObject, fake: Faker, now: number, budget: GenerationBudget = { made: 0 }): Json {
  return generateValue({ fake, now, root: schema, budget, before: budget.made }, schema, '', 0)
}
