// Holds a value against a JSON Schema (draft 2020-12, the keywords that the control API writes), and says what may stand at a path.
import { withArticle } from '../../core/article.js'
import { didYouMean } from '../../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'

/** Something in a value that its schema does not allow. */
export interface SchemaProblem {
  path: readonly string[]
  message: string
  /** The key itself is wrong. */
  isKey: boolean
}

const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])

/** The schema that a reference stands for. */
export function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  let found = schema
  for (let hops = 0; hops < 20 && typeof found.$ref === 'string'; hops++) {
    const { $ref, ...beside } = found
    const target =
      found.$ref === '#' ? root : isJsonObject(root.$defs) ? root.$defs[found.$ref.replace('#/$defs/', '')] : undefined
    if (!isJsonObject(target)) return beside
    found = { ...target, ...beside }
  }
  return found
}

/** The schemas of which one must fit; the schema itself where it has no alternatives. */
export function formsOf(schema: JsonObject, root: JsonObject): JsonObject[] {
  const here = resolved(schema, root)
  const inner = [...listOf(here.anyOf), ...listOf(here.oneOf)]
  return inner.length === 0 ? [here] : inner.flatMap(one => formsOf(one, root))
}

const typeOf = (value: Json): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number' && Number.isInteger(value)
        ? 'integer'
        : typeof value

const NAMES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

/** What a form takes, in words: `a text`, `"paid"`. */
function takes(form: JsonObject): string[] {
  if ('const' in form) return [JSON.stringify(form.const)]
  if (Array.isArray(form.enum)) return form.enum.map(value => JSON.stringify(value))
  const { type } = form
  return (Array.isArray(type) ? type : [type]).flatMap(one => (typeof one === 'string' ? [NAMES[one] ?? one] : []))
}

const isType = (value: Json, type: Json): boolean => {
  const own = typeOf(value)
  return own === type || (own === 'integer' && type === 'number')
}

const regexes = new Map<string, RegExp | undefined>()
function regexOf(pattern: string): RegExp | undefined {
  if (!regexes.has(pattern)) {
    let made: RegExp | undefined
    try {
      made = new RegExp(pattern, 'u')
    } catch {
      // A pattern of another dialect is left to the server.
    }
    regexes.set(pattern, made)
  }
  return regexes.get(pattern)
}

const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b)

/** Sizes and limits: keyword, what is measured, and the sentence where it is too little or too much. */
function limitProblem(form: JsonObject, value: Json): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems, pattern } =
    form
  const below = (limit: Json | undefined, size: number) => typeof limit === 'number' && size < limit
  const above = (limit: Json | undefined, size: number) => typeof limit === 'number' && size > limit
  if (typeof value === 'number') {
    if (below(minimum, value)) return `This must be ${minimum} or more.`
    if (above(maximum, value)) return `This must be ${maximum} or less.`
    if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum)
      return `This must be more than ${exclusiveMinimum}.`
    if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
      return `This must be less than ${exclusiveMaximum}.`
  }
  if (typeof value === 'string') {
    if (below(minLength, value.length))
      return minLength === 1 ? 'This is empty.' : `This must have ${minLength} characters or more.`
    if (above(maxLength, value.length)) return `This must have ${maxLength} characters or fewer.`
    if (typeof pattern === 'string' && regexOf(pattern)?.test(value) === false)
      return typeof form.format === 'string'
        ? `This must be ${withArticle(form.format)}.`
        : 'This has not the form that is asked for here.'
  }
  if (Array.isArray(value)) {
    if (below(minItems, value.length)) return `This must have ${minItems} entries or more.`
    if (above(maxItems, value.length)) return `This must have ${maxItems} entries or fewer.`
  }
  return undefined
}

function ofForm(value: Json, form: JsonObject, root: JsonObject, path: readonly string[]): SchemaProblem[] {
  const one = (message: string): SchemaProblem[] => [{ path, message, isKey: false }]
  const types = Array.isArray(form.type) ? form.type : form.type === undefined ? [] : [form.type]
  const isTaken =
    'const' in form
      ? same(form.const, value)
      : Array.isArray(form.enum)
        ? form.enum.some(known => same(known, value))
        : types.length === 0 || types.some(type => isType(value, type))
  if (!isTaken) {
    if (Array.isArray(form.enum) && typeof value === 'string')
      return one(
        `Unknown value ${JSON.stringify(value)}. ${didYouMean(value, form.enum.map(String), 'Known values') ?? ''}`.trim(),
      )
    return one(`This must be ${takes(form).join(' or ')}.`)
  }
  const limit = limitProblem(form, value)
  if (limit !== undefined) return one(limit)
  const found = listOf(form.allOf).flatMap(part => schemaProblems(value, part, root, path))
  if (Array.isArray(value)) {
    const prefix = listOf(form.prefixItems)
    value.forEach((item, i) => {
      const schema = prefix[i] ?? form.items
      if (isJsonObject(schema)) found.push(...schemaProblems(item, schema, root, [...path, String(i)]))
    })
  }
  if (isJsonObject(value)) {
    const known = isJsonObject(form.properties) ? form.properties : {}
    for (const key of Array.isArray(form.required) ? form.required : [])
      if (typeof key === 'string' && !Object.hasOwn(value, key))
        found.push({ path: [...path, key], message: 'This is missing.', isKey: false })
    for (const [key, inner] of Object.entries(value)) {
      const own = Object.hasOwn(known, key) ? known[key] : form.additionalProperties
      if (isJsonObject(own)) found.push(...schemaProblems(inner, own, root, [...path, key]))
      else if (own === false)
        found.push({
          path: [...path, key],
          message: `Unknown key "${key}". ${didYouMean(key, Object.keys(known), 'Known keys') ?? ''}`.trim(),
          isKey: true,
        })
    }
  }
  return found
}

/** What of a value its schema does not allow; of alternatives, what keeps it from the one that fits best. */
export function schemaProblems(
  value: Json,
  schema: JsonObject,
  root: JsonObject,
  path: readonly string[] = [],
): SchemaProblem[] {
  const forms = formsOf(schema, root)
  const tried = forms.map(form => ofForm(value, form, root, path))
  const [first] = tried
  if (tried.length === 1 && first) return first
  if (tried.some(problems => problems.length === 0)) return []
  const inside = tried.filter(problems => problems.some(problem => problem.path.length > path.length))
  const [best] = inside.sort((a, b) => a.length - b.length)
  if (best) return best
  const limited = tried.flat().find(({ message }) => !/^(This must be [a"tn]|Unknown value)/.test(message))
  if (limited) return [limited]
  return [{ path, message: `This must be ${[...new Set(forms.flatMap(takes))].join(' or ')}.`, isKey: false }]
}

/** The forms of what stands at a path; none where the schema says nothing of it. */
export function formsAt(schema: JsonObject, root: JsonObject, path: readonly string[]): JsonObject[] {
  let here = formsOf(schema, root)
  for (const key of path)
    here = here
      .flatMap(form => [form, ...listOf(form.allOf)])
      .flatMap(form => {
        const { properties, items, additionalProperties } = resolved(form, root)
        const inner =
          isJsonObject(properties) && Object.hasOwn(properties, key)
            ? properties[key]
            : /^\d+$/.test(key) && isJsonObject(items)
              ? items
              : additionalProperties
        return isJsonObject(inner) ? formsOf(inner, root) : []
      })
  return here
}

/** The schema that a field was declared with: it has its description and marks. */
export function declaredAt(schema: JsonObject, root: JsonObject, path: readonly string[]): JsonObject | undefined {
  const [last] = path.slice(-1)
  if (last === undefined) return resolved(schema, root)
  for (const { properties, items } of formsAt(schema, root, path.slice(0, -1))) {
    const found = isJsonObject(properties) && Object.hasOwn(properties, last) ? properties[last] : items
    if (isJsonObject(found)) return { ...resolved(found, root), ...found }
  }
  return undefined
}

/** Values that a field may have, where they can be listed. */
export function valuesOf(forms: readonly JsonObject[]): Json[] {
  const all = forms.flatMap((form): Json[] => {
    if ('const' in form && form.const !== undefined) return [form.const]
    if (Array.isArray(form.enum)) return form.enum
    if (form.type === 'boolean') return [true, false]
    return form.type === 'null' ? [null] : []
  })
  return all.filter((value, i) => all.findIndex(other => same(other, value)) === i)
}

/** What a field takes, in words: `a text or null`. */
export const takenIn = (forms: readonly JsonObject[]): string => [...new Set(forms.flatMap(takes))].join(' or ')
