// JSON Schema as users write it: completed with the types it implies, and made into a zod schema.

import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'

/** Keywords that only one type has, so that a schema with one of them and no `type` means that type. */
const IMPLIED: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['format', 'pattern', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]
/** Keywords that say by themselves what a value is. */
const DECIDED = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf', 'allOf']
const HOLD_ONE = ['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames']
const HOLD_SEVERAL = ['prefixItems', 'items', 'anyOf', 'oneOf', 'allOf']
const HOLD_NAMED = ['properties', 'patternProperties', '$defs', 'definitions']

/** The schema with the type that its keywords imply wherever none is given. */
export function completed(schema: JsonObject): JsonObject {
  const copy: JsonObject = { ...schema }
  if (!DECIDED.some(key => key in schema)) {
    const implied = IMPLIED.find(([, keywords]) => keywords.some(key => key in schema))
    if (implied) copy.type = implied[0]
  }
  const below = (value: Json): Json => (isJsonObject(value) ? completed(value) : value)
  for (const key of HOLD_ONE) {
    const value = copy[key]
    if (isJsonObject(value)) copy[key] = completed(value)
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

/** The zod schema of a completed JSON Schema. Throws an Error that names a keyword or reference which cannot be used. */
export function zodOf(schema: JsonObject): ZodType {
  const plainDefinitions = 'definitions' in schema && !('$defs' in schema) && !('$schema' in schema)
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], {
    // Older schemas keep their definitions under another name.
    ...(plainDefinitions && { defaultTarget: 'draft-7' as const }),
    // Of its own, so that `id`s in a user's schema never meet those of ours.
    registry: z.registry(),
  })
}

/** What a local reference points to, in the schema it stands in; {} where that is nothing. */
export function referred(root: JsonObject, reference: string): JsonObject {
  const [, ...path] = reference.split('/')
  let here: Json | undefined = root
  for (const segment of path)
    here = isJsonObject(here) ? here[segment.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  return isJsonObject(here) ? here : {}
}
