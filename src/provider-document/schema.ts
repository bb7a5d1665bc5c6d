// A schema of the document as one that stands alone: local references become its definitions, older forms today's.
import { excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { withSubschemas } from '../providers/standard/json-schema.js'
import { isIdName, LIKE, likePattern } from '../providers/standard/like.js'
import { UNSUPPORTED_KEYWORDS } from '../providers/standard/local-references.js'
import { patternMatcher } from '../providers/standard/pattern-matcher.js'
import { type DocumentPath, type DocumentReader, lastName, listOf, type Place } from './document.js'

/** The most schemas that the event types of one document may have in all, shared ones counted for each. */
const MOST_SCHEMAS = 20_000

/** Keywords that say nothing about the data, or that are translated. */
const DROPPED = ['discriminator', 'xml', 'externalDocs', 'example', 'readOnly', 'writeOnly', '$schema', '$id', 'id']

/** A schema as one that stands alone. `examples: false`: the values of its properties are generated, for whole examples are sent. */
export type Bundler = (place: Place) => JsonObject

/** `exclusiveMinimum: true` of OpenAPI 3.0 as a number. */
function exclusive(schema: JsonObject, flag: string, bound: string): void {
  const { [flag]: isExclusive, [bound]: value } = schema
  if (typeof isExclusive !== 'boolean') return
  delete schema[flag]
  if (!isExclusive || value === undefined) return
  delete schema[bound]
  schema[flag] = value
}

/** `nullable: true` of OpenAPI 3.0 as a type. */
function withNull({ nullable, ...schema }: JsonObject): JsonObject {
  if (nullable !== true) return schema
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] }
  if (Array.isArray(schema.enum)) return schema
  return { anyOf: [schema, { type: 'null' }] }
}

/** The examples of a value as the generator takes them: ids are made in the form of their example, so that they differ. */
function withExamples(schema: JsonObject, name: string, example: Json | undefined): JsonObject {
  const all = [...(example === undefined ? [] : [example]), ...listOf(schema.examples)]
  const [first] = all
  if (first === undefined) return schema
  const { examples, ...rest } = schema
  // An instant is the time of the event.
  if (rest.format === 'date-time') return rest
  if (!isIdName(name) || typeof first === 'object') return { ...rest, examples: all }
  if (typeof first !== 'string' || rest.format !== undefined || rest.pattern !== undefined) return rest
  return { ...rest, [LIKE]: likePattern(first) }
}

const usablePattern = (pattern: string) => {
  try {
    patternMatcher(pattern)
    return true
  } catch {
    return false
  }
}

/** Makes schemas of a document stand alone. Problems and keywords that are not used go to the reader. */
export function createBundler(reader: DocumentReader): Bundler {
  let made = 0
  const translated = (schema: JsonObject, path: DocumentPath, refer: (place: Place) => string): JsonObject => {
    if (++made === MOST_SCHEMAS + 1)
      reader.problems.push({
        path,
        message: `The schemas of the event types are more than ${MOST_SCHEMAS.toLocaleString('en-US')}.`,
        hint: 'Leave out operations that you do not need.',
      })
    if (made > MOST_SCHEMAS) return {}
    const kept: JsonObject = {}
    for (const [keyword, value] of Object.entries(schema)) {
      const isRefused =
        UNSUPPORTED_KEYWORDS.includes(keyword) && !['nullable', 'not'].includes(keyword) && value !== undefined
      if (isRefused || (keyword === 'not' && !(isJsonObject(value) && Object.keys(value).length === 0)))
        reader.unused.add(`the keyword "${keyword}" of schemas`)
      else if (keyword === 'pattern' && typeof value === 'string' && !usablePattern(value))
        reader.unused.add(`the pattern ${excerpt(value)}`)
      else if (!DROPPED.includes(keyword) && !keyword.startsWith('x-') && !/^(\$defs|definitions)$/.test(keyword))
        kept[keyword] = value
    }
    exclusive(kept, 'exclusiveMinimum', 'minimum')
    exclusive(kept, 'exclusiveMaximum', 'maximum')
    if (typeof kept.$ref === 'string') kept.$ref = refer({ value: schema, path })
    const copy = withSubschemas(kept, (inner, place) => {
      const dot = place.indexOf('.')
      const keys = dot < 0 ? [place] : [place.slice(0, dot), place.slice(dot + 1)]
      const below = keys.map((key, i) => (i === 1 && Array.isArray(schema[keys[0] ?? '']) ? Number(key) : key))
      return translated(inner, [...path, ...below], refer)
    })
    return withNull(withExamples(copy, String(path.at(-1)), schema.example))
  }

  return start => {
    const names = new Map<Json | undefined, string>()
    const definitions: JsonObject = {}
    const waiting: { name: string; place: Place }[] = []
    const refer = (place: Place): string => {
      const target = reader.target(place)
      if (target.value === undefined) return '#/$defs/missing'
      let name = names.get(target.value)
      if (name === undefined) {
        const wanted = lastName(`#/${target.path.join('/')}`).replace(/[^A-Za-z0-9_.-]/g, '-') || 'schema'
        name = wanted
        for (let nth = 2; Object.hasOwn(definitions, name); nth++) name = `${wanted}-${nth}`
        names.set(target.value, name)
        definitions[name] = {}
        waiting.push({ name, place: target })
      }
      return `#/$defs/${name}`
    }
    const of = ({ value, path }: Place): JsonObject => {
      if (isJsonObject(value)) return translated(value, path, refer)
      if (value === false) return { not: {} }
      if (value !== undefined && value !== true)
        reader.problems.push({ path, message: 'This must be a schema.', hint: 'A schema is an object.' })
      return {}
    }
    const whole = of(start)
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) definitions[next.name] = of(next.place)
    return Object.keys(definitions).length === 0 ? whole : { ...whole, $defs: definitions }
  }
}

/** A schema for what an example shows, where the document has no other: kinds of values, nothing required. */
export function schemaOfExample(example: Json): JsonObject {
  if (Array.isArray(example)) return { type: 'array', ...(example[0] !== undefined && { items: {} }) }
  if (isJsonObject(example))
    return {
      type: 'object',
      properties: Object.fromEntries(Object.entries(example).map(([key, value]) => [key, schemaOfExample(value)])),
    }
  if (typeof example === 'string') return { type: 'string' }
  if (typeof example === 'number') return { type: Number.isInteger(example) ? 'integer' : 'number' }
  return typeof example === 'boolean' ? { type: 'boolean' } : {}
}
