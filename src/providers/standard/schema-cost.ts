// What a JSON Schema costs at most: how many schemas apply to one value, and how large the smallest generated value is.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'

/** The most schemas that apply to one value at once, alternatives, references, patterns of names and the values of an `enum` counted. */
const MOST_AT_ONCE = 500

/** The most texts of one `enum` that has only texts: these are looked up, but a wrong one is compared with all. */
const MOST_TEXTS = 5000

/** The most values that data is generated with; a character counts as a hundredth. */
export const MOST_VALUES = 10_000
const CHARACTERS_PER_VALUE = 100

/** Depth from which only required properties are generated, so that a schema that refers to itself ends. */
export const REQUIRED_ONLY_DEPTH = 4
/** Depth at which a schema that requires itself is cut off. */
export const MAX_DEPTH = 12

const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])
const countOf = (value: Json | undefined) => (typeof value === 'number' && value > 0 ? value : 0)
const largest = (numbers: number[]) => numbers.reduce((one, other) => Math.max(one, other), 0)
const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0)

/** The target of a local reference; {} if there is none. */
export function referred(root: JsonObject, reference: string): JsonObject {
  const [, ...path] = reference.split('/')
  let here: Json | undefined = root
  for (const segment of path) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    here = isJsonObject(here) && Object.hasOwn(here, key) ? here[key] : undefined
  }
  return isJsonObject(here) ? here : {}
}

/** Remembers results by schema and depth, so that the time is linear in the schema however often its parts are referred to. */
function remembered(compute: (schema: JsonObject, depth: number) => number) {
  const known = new Map<JsonObject, Map<number, number>>()
  return (schema: JsonObject, depth: number): number => {
    const byDepth = known.get(schema) ?? new Map<number, number>()
    known.set(schema, byDepth)
    const result = byDepth.get(depth) ?? compute(schema, depth)
    byDepth.set(depth, result)
    return result
  }
}

/** The schemas that apply to the same value as this one. */
const beside = (root: JsonObject, { $ref, allOf, anyOf, oneOf: exclusive }: JsonObject): JsonObject[] => [
  ...(typeof $ref === 'string' ? [referred(root, $ref)] : []),
  ...listOf(allOf),
  ...listOf(anyOf),
  ...listOf(exclusive),
]

const onlyTexts = (values: readonly Json[]) => values.every(one => typeof one === 'string')

/** How many schemas apply to one value at once; Infinity where a schema applies to the value because it applies already. */
function appliedAtOnce(root: JsonObject, start: JsonObject, known: Map<JsonObject, number>): number {
  const count = (schema: JsonObject): number => {
    const before = known.get(schema)
    if (before !== undefined) return before
    // Stands until the schema is done: whoever meets it meanwhile has gone in a circle.
    known.set(schema, Number.POSITIVE_INFINITY)
    const named = isJsonObject(schema.patternProperties) ? Object.keys(schema.patternProperties).length : 0
    const values = Array.isArray(schema.enum) && !onlyTexts(schema.enum) ? schema.enum.length : 0
    const result = 1 + named + values + sum(beside(root, schema).map(count))
    known.set(schema, result)
    return result
  }
  return count(start)
}

/** A function for the size of the smallest value that is generated for a schema, in values. */
function smallestSize(root: JsonObject): (schema: JsonObject) => number {
  const size = remembered((schema, depth): number => {
    if (depth > MAX_DEPTH) return 1
    const { $ref, allOf, anyOf, oneOf: exclusive } = schema
    const same = (schemas: JsonObject[]) => schemas.map(one => size(one, depth))
    const next = (one: Json | undefined) => (isJsonObject(one) ? size(one, depth + 1) : 1)
    const properties = isJsonObject(schema.properties) ? schema.properties : {}
    const required = Array.isArray(schema.required) ? schema.required : []
    return sum([
      1,
      countOf(schema.minLength) / CHARACTERS_PER_VALUE,
      countOf(schema.minItems) * next(schema.items),
      ...listOf(schema.prefixItems ?? schema.items).map(next),
      countOf(schema.minProperties) * next(schema.additionalProperties),
      ...[...new Set(required)].map(name =>
        typeof name === 'string' && Object.hasOwn(properties, name) ? next(properties[name]) : 1,
      ),
      ...same(typeof $ref === 'string' ? [referred(root, $ref)] : []),
      ...same(listOf(allOf)),
      largest(same(listOf(anyOf))),
      largest(same(listOf(exclusive))),
    ])
  })
  return schema => size(schema, 0)
}

/** Why a schema would take too long, whatever the value; undefined where it does not. `all` are the schemas within it. */
export function costProblem(root: JsonObject, all: readonly JsonObject[]): string | undefined {
  const known = new Map<JsonObject, number>()
  for (const schema of all) {
    const count = appliedAtOnce(root, schema, known)
    if (count === Number.POSITIVE_INFINITY) return 'it refers to itself for the same value'
    if (count > MOST_AT_ONCE)
      return `more than ${MOST_AT_ONCE} of its schemas apply to one value (through $ref, allOf, anyOf, oneOf, patternProperties and enum)`
    if (Array.isArray(schema.enum) && schema.enum.length > MOST_TEXTS)
      return `one enum has more than ${MOST_TEXTS} values`
  }
  const size = smallestSize(root)
  if (all.some(schema => size(schema) > MOST_VALUES))
    return `its smallest data has more than ${MOST_VALUES} values or ${MOST_VALUES * CHARACTERS_PER_VALUE} characters (by minItems, minLength, minProperties and required)`
  return undefined
}
