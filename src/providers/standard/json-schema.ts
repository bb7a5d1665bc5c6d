// JSON Schema as users write it: implied types added, converted to a zod schema.

import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { MOST_WORK, tooMuchWork, workCounter } from './checking-work.js'
import { patternMatcher } from './pattern-matcher.js'

/** Keywords that only one type has: a schema with one of them and without `type` implies that type. */
const IMPLIED: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['format', 'pattern', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]
/** Keywords that determine the type by themselves. */
const EXPLICIT = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf', 'allOf']
const HOLD_ONE = ['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames']
const HOLD_SEVERAL = ['prefixItems', 'items', 'anyOf', 'oneOf', 'allOf']
const HOLD_NAMED = ['properties', 'patternProperties', '$defs', 'definitions']

/** A copy of a schema with every schema directly below it changed; `change` gets its place too (`properties.name`). */
export function withSubschemas(
  schema: JsonObject,
  change: (schema: JsonObject, place: string) => JsonObject,
): JsonObject {
  const copy: JsonObject = { ...schema }
  const below = (value: Json, place: string): Json => (isJsonObject(value) ? change(value, place) : value)
  for (const key of HOLD_ONE) {
    const value = copy[key]
    if (isJsonObject(value)) copy[key] = change(value, key)
  }
  for (const key of HOLD_SEVERAL) {
    const value = copy[key]
    if (Array.isArray(value)) copy[key] = value.map((one, i) => below(one, `${key}.${i}`))
  }
  for (const key of HOLD_NAMED) {
    const value = copy[key]
    if (isJsonObject(value))
      copy[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, below(one, `${key}.${name}`)]))
  }
  return copy
}

/** Every schema within a schema, itself included. */
export function schemasIn(schema: JsonObject): JsonObject[] {
  const found: JsonObject[] = []
  const look = (one: JsonObject): JsonObject => {
    found.push(one)
    withSubschemas(one, look)
    return one
  }
  look(schema)
  return found
}

/** A copy of the schema with the type that its keywords imply, wherever none is given. */
export function withImpliedTypes(schema: JsonObject): JsonObject {
  const copy = withSubschemas(schema, withImpliedTypes)
  if (!EXPLICIT.some(key => key in schema)) {
    const implied = IMPLIED.find(([, keywords]) => keywords.some(key => key in schema))
    if (implied) copy.type = implied[0]
  }
  return copy
}

/** Lists the regular expressions of the user that the conversion of a schema holds itself. */
const PATTERNS = 'x-standin-patterns'

const sources = (patterns: string[]) => patterns.map(pattern => new RegExp(pattern).source)

/** A copy that declares every required property: the conversion to zod forgets those that are only required. */
function withRequiredDeclared(schema: JsonObject): JsonObject {
  const { required, properties = {}, additionalProperties } = schema
  if (!Array.isArray(required) || !isJsonObject(properties) || additionalProperties === false) return schema
  const forgotten = required.filter(name => typeof name === 'string' && !Object.hasOwn(properties, name))
  if (forgotten.length === 0) return schema
  const any = isJsonObject(additionalProperties) ? additionalProperties : {}
  return { ...schema, properties: { ...properties, ...Object.fromEntries(forgotten.map(name => [name, any])) } }
}

/**
 * A copy in which schemas with patterns are marked. Names that only patterns allow are written as `propertyNames`: what zod does with
 * `additionalProperties: false` beside patterns is out of reach for `makeLinear`.
 */
function withMarks(schema: JsonObject): JsonObject {
  const { patternProperties, ...rest } = withRequiredDeclared(withSubschemas(schema, withMarks))
  if (!isJsonObject(patternProperties))
    return typeof rest.pattern === 'string' ? { ...rest, [PATTERNS]: sources([rest.pattern]) } : rest
  const patterns = Object.keys(patternProperties)
  const marked: JsonObject = { ...rest, patternProperties, [PATTERNS]: sources(patterns) }
  if (rest.additionalProperties !== false) return marked
  const { additionalProperties, propertyNames, ...open } = marked
  const declared = isJsonObject(open.properties) ? Object.keys(open.properties) : []
  const known: JsonObject[] = [
    { type: 'string', enum: declared },
    ...patterns.map(pattern => ({ type: 'string', pattern, [PATTERNS]: sources([pattern]) })),
  ]
  const allOf = isJsonObject(propertyNames) ? [propertyNames] : []
  return { ...open, propertyNames: { type: 'string', allOf: [...allOf, { anyOf: known }] } }
}

/** Lets a user's regular expressions match in linear time, as zod holds them: here, not in the schemas of values within this one. */
function makeLinear(schema: z.core.$ZodType, patterns: readonly unknown[]): void {
  for (const check of schema._zod.def.checks ?? []) {
    const { pattern } = check._zod.def as Partial<z.core.$ZodCheckRegexDef>
    if (pattern !== undefined && patterns.includes(pattern.source))
      Object.defineProperty(pattern, 'test', { value: patternMatcher(pattern.source), configurable: true })
  }
  const { def } = (schema as z.core.$ZodTypes)._zod
  const below =
    def.type === 'union'
      ? def.options
      : def.type === 'intersection'
        ? [def.left, def.right]
        : def.type === 'pipe'
          ? [def.in, def.out]
          : def.type === 'record'
            ? [def.keyType]
            : def.type === 'default' || def.type === 'readonly' || def.type === 'nullable'
              ? [def.innerType]
              : []
  for (const one of below) makeLinear(one, patterns)
}

/** Refuses a value before it is parsed if that would take too long. zod has no hook for it. */
function guarded(converted: ZodType, schema: JsonObject): ZodType {
  const workOf = workCounter(schema)
  const { run } = converted._zod
  converted._zod.run = (payload, context) => {
    if (workOf(payload.value as Json) <= MOST_WORK) return run(payload, context)
    payload.issues.push({ code: 'custom', input: payload.value, inst: converted, message: tooMuchWork })
    return payload
  }
  return converted
}

/**
 * The zod schema of a JSON Schema with implied types; its patterns match in linear time. Throws an Error that names a keyword or
 * reference that is not supported.
 */
export function zodOf(schema: JsonObject): ZodType {
  const plainDefinitions = 'definitions' in schema && !('$defs' in schema) && !('$schema' in schema)
  // A registry of its own, so that an `id` in a user's schema never collides with ours.
  const registry = z.registry<Record<string, unknown>>()
  const add = registry.add.bind(registry)
  registry.add = (converted, ...meta) => {
    const patterns: unknown = meta[0]?.[PATTERNS]
    if (Array.isArray(patterns)) makeLinear(converted, patterns)
    return add(converted, ...meta)
  }
  const converted = z.fromJSONSchema(withMarks(schema) as Parameters<typeof z.fromJSONSchema>[0], {
    // Older drafts have their definitions under another name.
    ...(plainDefinitions && { defaultTarget: 'draft-7' as const }),
    registry,
  })
  return guarded(converted, schema)
}
