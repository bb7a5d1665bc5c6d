// JSON Schema as users write it: implied types added, converted to a zod schema.

import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'

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

/** A copy of the schema with the type that its keywords imply, wherever none is given. */
export function withImpliedTypes(schema: JsonObject): JsonObject {
  const copy: JsonObject = { ...schema }
  if (!EXPLICIT.some(key => key in schema)) {
    const implied = IMPLIED.find(([, keywords]) => keywords.some(key => key in schema))
    if (implied) copy.type = implied[0]
  }
  const below = (value: Json): Json => (isJsonObject(value) ? withImpliedTypes(value) : value)
  for (const key of HOLD_ONE) {
    const value = copy[key]
    if (isJsonObject(value)) copy[key] = withImpliedTypes(value)
  }
  for (const key of HOLD_SEVERAL) {
    const value = copy[key]
    if (Array.isArray(value)) copy[key] = value.map(below)
  }
  for (const key of HOLD_NAMED) {
    const value = copy[key]
    if (isJsonObject(value))
      copy[key] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, below(one)]))
  }
  return copy
}

/** The zod schema of a JSON Schema with implied types. Throws an Error that names a keyword or reference that is not supported. */
export function zodOf(schema: JsonObject): ZodType {
  const plainDefinitions = 'definitions' in schema && !('$defs' in schema) && !('$schema' in schema)
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], {
    // Older drafts have their definitions under another name.
    ...(plainDefinitions && { defaultTarget: 'draft-7' as const }),
    // A registry of its own, so that an `id` in a user's schema never collides with ours.
    registry: z.registry(),
  })
}

/** The target of a local reference; {} if there is none. */
export function referred(root: JsonObject, reference: string): JsonObject {
  const [, ...path] = reference.split('/')
  let here: Json | undefined = root
  for (const segment of path)
    here = isJsonObject(here) ? here[segment.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  return isJsonObject(here) ? here : {}
}
