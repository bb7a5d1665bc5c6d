// Local references of a JSON Schema, wherever they point, as references to its definitions; keywords that are not supported are refused.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { withSubschemas } from './json-schema.js'

/** Keywords that decide which data is right, and that are neither generated from nor checked. */
export const UNSUPPORTED_KEYWORDS = [
  'if',
  'then',
  'else',
  'not',
  'nullable',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
  '$dynamicRef',
  '$recursiveRef',
]

/** The most schemas that are copied because references point at them elsewhere than in the definitions. */
const MOST_COPIED = 10_000

/** The most problems that are told at once. */
const MOST_TOLD = 10

/** Drafts whose definitions are under `definitions`, as `$schema` names them. */
const OLDER = ['http://json-schema.org/draft-07/schema#', 'http://json-schema.org/draft-04/schema#']

const definitionsKey = (schema: JsonObject) =>
  (typeof schema.$schema === 'string' && OLDER.includes(schema.$schema)) ||
  ('definitions' in schema && !('$defs' in schema) && !('$schema' in schema))
    ? 'definitions'
    : '$defs'

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer)
  } catch {
    return pointer
  }
}

/** What a JSON pointer (RFC 6901, as a URI fragment) points at. */
function pointed(root: JsonObject, reference: string): Json | undefined {
  let here: Json | undefined = root
  for (const part of decoded(reference).split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(here)) here = /^(0|[1-9]\d*)$/.test(key) ? here[Number(key)] : undefined
    else here = isJsonObject(here) && Object.hasOwn(here, key) ? here[key] : undefined
  }
  return here
}

/** True for `{}` as well: that `not` allows nothing, which is supported. */
const isSupported = (keyword: string, value: Json | undefined) =>
  value === undefined ||
  (keyword === 'not' && isJsonObject(value) && Object.keys(value).length === 0) ||
  (keyword === 'nullable' && value === false)

/** Keywords that may stand beside a `$ref` without changing what is valid. */
const ANNOTATIONS = new Set(
  '$ref $defs definitions $schema $id $comment title description default examples deprecated readOnly writeOnly'.split(
    ' ',
  ),
)

/** A schema whose `$ref` stands alone: what stands beside it applies too, which the conversion to zod leaves out. */
function besideReference(schema: JsonObject): JsonObject {
  const { $ref, ...rest } = schema
  const own = Object.entries(rest).filter(([keyword]) => !ANNOTATIONS.has(keyword))
  if ($ref === undefined || own.length === 0) return schema
  const kept = Object.entries(rest).filter(([keyword]) => ANNOTATIONS.has(keyword))
  return { ...Object.fromEntries(kept), allOf: [{ $ref }, Object.fromEntries(own)] }
}

/**
 * A copy in which what local references point at (`#/components/schemas/person`, `#/properties/a`) is among the definitions. Throws an
 * Error that names each keyword that is not supported and each reference that leads nowhere, with its place.
 */
export function withLocalReferences(schema: JsonObject): JsonObject {
  const key = definitionsKey(schema)
  const own: JsonObject = isJsonObject(schema[key]) ? schema[key] : {}
  const names = new Map<string, string>()
  const waiting: { name: string; target: JsonObject; place: string }[] = []
  const problems: string[] = []
  let copied = 0

  const referenceFor = (reference: string, place: string): string => {
    const known = names.get(reference)
    if (known !== undefined) return `#/${key}/${known}`
    if (reference === '#') return reference
    if (!reference.startsWith('#/')) {
      problems.push(
        reference.startsWith('#')
          ? `references by anchor are not supported: ${reference}, at ${place} (write it as a pointer: #/$defs/name)`
          : `references to other documents are not supported: ${reference}, at ${place}`,
      )
      return reference
    }
    const target = pointed(schema, reference)
    if (!isJsonObject(target) && typeof target !== 'boolean') {
      problems.push(`Reference not found: ${reference}, at ${place}`)
      return reference
    }
    const [, , ...below] = reference.split('/')
    if (isJsonObject(target) && reference.startsWith(`#/${key}/`) && below.length === 1 && !reference.includes('%'))
      return reference
    let name = `reference-${names.size + 1}`
    while (Object.hasOwn(own, name)) name += '-'
    names.set(reference, name)
    waiting.push({
      name,
      target: isJsonObject(target) ? target : target ? {} : { not: {} },
      place: reference.slice(2).replaceAll('/', '.'),
    })
    return `#/${key}/${name}`
  }

  const rewritten = (one: JsonObject, place: string, moved: boolean): JsonObject => {
    if (moved && ++copied > MOST_COPIED)
      throw new Error(`its references point at more than ${MOST_COPIED} schemas outside of ${key}`)
    const at = (keyword: string) => (place === '' ? keyword : `${place}.${keyword}`)
    for (const keyword of UNSUPPORTED_KEYWORDS)
      if (Object.hasOwn(one, keyword) && !isSupported(keyword, one[keyword]))
        problems.push(`"${keyword}" is not supported, at ${at(keyword)}`)
    const copy = withSubschemas(one, (inner, below) => rewritten(inner, at(below), moved))
    if (typeof copy.$ref === 'string') copy.$ref = referenceFor(copy.$ref, at('$ref'))
    else if (copy.$ref !== undefined) problems.push(`"$ref" must be a text, at ${at('$ref')}`)
    return besideReference(copy)
  }

  const whole = rewritten(schema, '', false)
  const added: JsonObject = {}
  for (const { name, target, place } of waiting) added[name] = rewritten(target, place, true)
  if (problems.length > 0) {
    const distinct = [...new Set(problems)]
    const more = distinct.length - MOST_TOLD
    throw new Error(distinct.slice(0, MOST_TOLD).join('; ') + (more > 0 ? `; and ${more} more` : ''))
  }
  if (waiting.length === 0) return whole
  return { ...whole, [key]: { ...(isJsonObject(whole[key]) ? whole[key] : {}), ...added } }
}
