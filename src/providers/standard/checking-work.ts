// How much work it takes to check a value against a JSON Schema: counted before it is checked, and refused where it is too much.
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { comparisonsPerCharacter } from './pattern-matcher.js'
import { referred } from './schema-cost.js'

/** The most work for one payload, in schemas that look at a value. One takes about a microsecond, so this is about a second. */
export const MOST_WORK = 1_000_000

/** So many comparisons of a pattern with a character take as long as one schema with one value. */
const COMPARISONS_PER_UNIT = 30
/** So many characters of a text with a format take as long as one schema with one value. */
const CHARACTERS_PER_UNIT = 300

/** Says why a value is refused. */
export const tooMuchWork = `takes too much work to check against its schema: the schemas that apply to each value, times the values (patterns: times the characters), come to more than ${MOST_WORK.toLocaleString('en-US')}`

const schemasOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : isJsonObject(value) ? [value] : []
const namedOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

/** Ends the count. */
class Exceeded extends Error {}

/**
 * A function for the work of checking a value against a schema; Infinity beyond `MOST_WORK`, where it stops counting. With `path`, for the
 * part of the value at that path only. Every alternative counts: zod tries them all.
 */
export function workCounter(root: JsonObject): (value: Json, path?: readonly string[]) => number {
  const comparisons = new Map<string, number>()
  const matching = (pattern: string, text: string) => {
    const each = comparisons.get(pattern) ?? comparisonsPerCharacter(pattern)
    comparisons.set(pattern, each)
    return 1 + (each * text.length) / COMPARISONS_PER_UNIT
  }
  return (whole, path = []) => {
    let work = 0
    const spend = (units: number) => {
      work += units
      if (work > MOST_WORK) throw new Exceeded()
    }
    const sizes = new Map<Json, number>()
    const sizeOf = (value: Json): number => {
      if (typeof value !== 'object' || value === null) return 1
      const known = sizes.get(value)
      if (known !== undefined) return known
      const size = Object.values(value).reduce((sum: number, one) => sum + sizeOf(one), 1)
      sizes.set(value, size)
      return size
    }
    const visit = (schema: JsonObject, value: Json, at: number): void => {
      spend(1)
      const { $ref, allOf, anyOf, oneOf } = schema
      if (typeof $ref === 'string') visit(referred(root, $ref), value, at)
      for (const one of schemasOf(allOf)) visit(one, value, at)
      for (const one of [...schemasOf(anyOf), ...schemasOf(oneOf)]) {
        // Counts twice: what is wrong with the value is collected for each alternative.
        spend(1)
        visit(one, value, at)
      }
      const key = path[at]
      if (key === undefined) {
        // zod merges the results of schemas that must all match, value by value.
        const merged = schemasOf(allOf).length + Object.keys(namedOf(schema.patternProperties)).length
        if (merged > 0) spend((merged * sizeOf(value)) / 2)
        if (Array.isArray(schema.enum) && schema.enum.some(one => typeof one !== 'string')) spend(schema.enum.length)
        if (schema.uniqueItems === true) spend(sizeOf(value))
      }
      if (typeof value === 'string' && key === undefined) {
        if (typeof schema.pattern === 'string') spend(matching(schema.pattern, value))
        if (typeof schema.format === 'string') spend(value.length / CHARACTERS_PER_UNIT)
      } else if (Array.isArray(value)) visitItems(schema, value, at, key)
      else if (isJsonObject(value)) visitMembers(schema, value, at, key)
    }
    const visitItems = (schema: JsonObject, value: Json[], at: number, key: string | undefined) => {
      const first = schemasOf(schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined))
      const rest = [
        ...(isJsonObject(schema.items) ? [schema.items] : []),
        ...schemasOf(schema.additionalItems),
        ...schemasOf(schema.contains),
      ]
      const item = (index: number) => {
        const one = value[index]
        if (one === undefined) return
        for (const each of first[index] ? [first[index], ...rest] : rest) visit(each, one, at + 1)
      }
      if (key !== undefined) return item(key === '-' ? value.length - 1 : Number(key))
      if (first.length > 0 || rest.length > 0) for (let index = 0; index < value.length; index++) item(index)
    }
    const visitMembers = (schema: JsonObject, value: JsonObject, at: number, key: string | undefined) => {
      const properties = namedOf(schema.properties)
      const patterned = Object.entries(namedOf(schema.patternProperties))
      const others = schemasOf(schema.additionalProperties)
      const names = schemasOf(schema.propertyNames)
      // Declared properties are looked up whether the value has them or not.
      if (key === undefined) spend(Object.keys(properties).length / 10)
      for (const name of key === undefined ? Object.keys(value) : [key]) {
        const one = Object.hasOwn(value, name) ? value[name] : undefined
        if (one === undefined) continue
        const declared = Object.hasOwn(properties, name) ? schemasOf(properties[name]) : others
        for (const each of declared) visit(each, one, at + 1)
        for (const [pattern, each] of patterned) {
          if (key === undefined) spend(matching(pattern, name))
          if (isJsonObject(each)) visit(each, one, at + 1)
        }
        if (key === undefined) for (const each of names) visit(each, name, path.length)
      }
    }
    try {
      visit(root, whole, 0)
      return work
    } catch (error) {
      if (error instanceof Exceeded) return Number.POSITIVE_INFINITY
      throw error
    }
  }
}

/** Counts the work of all checks of one payload of the event type. Throws `invalid_input` when they come to more than `MOST_WORK`. */
export function workBudget(type: string, schema: JsonObject): (value: Json, path?: readonly string[]) => void {
  const workOf = workCounter(schema)
  let spent = 0
  return (value, path) => {
    // A value that is set is checked twice: whether it fits, and why not.
    spent += workOf(value, path) * (path === undefined ? 1 : 2)
    if (spent <= MOST_WORK) return
    const { length } = JSON.stringify(value)
    throw new EmulatorError(`The payload of ${type} (${length} characters) ${tooMuchWork}.`, {
      code: 'invalid_input',
      hint: 'Send less data, or declare fewer alternatives and simpler patterns in the setting eventTypes.',
      where: 'eventTypes',
    })
  }
}
