// Marks: what of a body or route the provider's documents say, and what is Standin's choice, in JSON Schema and as a list of fields.
import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

/**
 * Where something comes from: the provider's documents, or a choice of Standin's, with the name of its assumption.
 * @example { documented: false, assumption: 'caseObject' }
 */
export interface Mark {
  documented: boolean
  /** Name of the assumption; absent where the documents say it, or a provider of one's own names none. */
  assumption?: string | undefined
}

/**
 * A field of a body with its mark. `path` is dotted, with `[]` after a list; the whole body's is empty.
 * @example { path: 'data.items[].status', documented: true }
 */
export interface FieldMark extends Mark {
  path: string
}

const DOCUMENTED: Mark = { documented: true }

/** A mark as extension keys of OpenAPI and JSON Schema. */
export function markKeys({ documented, assumption }: Mark): JsonObject {
  return {
    'x-standin-documented': documented,
    ...(assumption === undefined ? {} : { 'x-standin-assumption': assumption }),
  }
}

/** Keywords that hold schemas by name, and those that hold a list of them or one. */
const BY_NAME = ['properties', 'patternProperties', '$defs']
const INNER = ['items', 'prefixItems', 'additionalProperties', 'anyOf', 'oneOf', 'allOf']

/** The schemas directly in a keyword's value, each replaced. */
function mapInner(value: Json, map: (schema: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map(one => (isJsonObject(one) ? map(one) : one))
  return isJsonObject(value) ? map(value) : value
}

/** The only alternative that is not null; undefined where there are several. */
function onlyForm({ anyOf, oneOf }: JsonObject): JsonObject | undefined {
  const forms = [anyOf, oneOf].flatMap(list => (Array.isArray(list) ? list.filter(isJsonObject) : []))
  const [form, ...more] = forms.filter(({ type }) => type !== 'null')
  return more.length === 0 ? form : undefined
}

/** The mark that a schema has of its own, from the `assumption` or `documented` of its `.meta()`. */
function ownMark(schema: JsonObject): Mark | undefined {
  const { assumption, documented } = schema
  if (typeof assumption === 'string') return { documented: false, assumption }
  if (documented === true) return DOCUMENTED
  const form = onlyForm(schema)
  return form && ownMark(form)
}

/** Writes the marks into a schema: into the body and every field. What has no mark has that of what it is in. */
function withMarks(schema: JsonObject, around: Mark, isShown: boolean): JsonObject {
  const mark = ownMark(schema) ?? around
  const { assumption, documented, ...rest } = schema
  const marked: JsonObject = {}
  for (const [key, value] of Object.entries(rest)) {
    if (BY_NAME.includes(key) && isJsonObject(value))
      marked[key] = Object.fromEntries(
        Object.entries(value).map(([name, one]) => [
          name,
          isJsonObject(one) ? withMarks(one, mark, key !== '$defs') : one,
        ]),
      )
    else marked[key] = INNER.includes(key) ? mapInner(value, one => withMarks(one, mark, false)) : value
  }
  return isShown ? { ...marked, ...markKeys(mark) } : marked
}

/** What each schema gave, by side and mark: an API's document asks for the same ones again and again. */
const made = new WeakMap<ZodType, Map<string, JsonObject>>()

/**
 * JSON Schema (draft 2020-12) of a zod schema, the same object each time; what JSON Schema cannot say is left open. With `body`, the body and each field say where
 * they come from: `.meta({ assumption })` marks a schema and all in it as Standin's choice, `.meta({ documented: true })` what is
 * documented in there; everything else is as `body`.
 */
export function jsonSchema(schema: ZodType, io: 'input' | 'output', body?: Mark): JsonObject {
  const bySide = made.get(schema) ?? new Map<string, JsonObject>()
  made.set(schema, bySide)
  const side = JSON.stringify([io, body])
  const known = bySide.get(side) ?? makeJsonSchema(schema, io, body)
  bySide.set(side, known)
  return known
}

function makeJsonSchema(schema: ZodType, io: 'input' | 'output', body: Mark | undefined): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  // The round trip drops what is not plain JSON: undefined and non-enumerable parts.
  const plain = JSON.parse(JSON.stringify(rest)) as JsonObject
  return body ? withMarks(plain, body, true) : plain
}

/** The mark that `jsonSchema` wrote into a schema. */
function markIn(schema: JsonObject): Mark {
  const assumption = schema['x-standin-assumption']
  return {
    documented: schema['x-standin-documented'] === true,
    ...(typeof assumption === 'string' ? { assumption } : {}),
  }
}

/** The body and its fields, in order, with the marks that `jsonSchema` wrote; of a field with several forms, the first one's. */
export function fieldMarks(root: JsonObject): FieldMark[] {
  const found = new Map<string, FieldMark>()
  const definitions = isJsonObject(root.$defs) ? root.$defs : {}
  const walk = (schema: JsonObject, path: string, within: readonly JsonObject[]) => {
    if (within.includes(schema)) return
    const next = [...within, schema]
    const { $ref, properties, items } = schema
    const target = typeof $ref === 'string' ? definitions[$ref.replace('#/$defs/', '')] : undefined
    if (isJsonObject(target)) walk(target, path, next)
    for (const [name, one] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (!isJsonObject(one)) continue
      const here = path === '' ? name : `${path}.${name}`
      if (!found.has(here)) found.set(here, { path: here, ...markIn(one) })
      walk(one, here, next)
    }
    if (isJsonObject(items)) walk(items, `${path}[]`, next)
    for (const form of [schema.anyOf, schema.oneOf, schema.allOf])
      for (const one of Array.isArray(form) ? form : []) if (isJsonObject(one)) walk(one, path, next)
  }
  found.set('', { path: '', ...markIn(root) })
  walk(root, '', [])
  return [...found.values()]
}
