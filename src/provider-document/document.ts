// A document as it is read: its value, what is wrong with it, what of it is not used, and its local references.
import { excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

/** Keys and indexes from the root of the document. */
export type DocumentPath = readonly (string | number)[]

/** One thing that is wrong with a document. `key`: with the field's name, not its value. */
export interface DocumentProblem {
  path: DocumentPath
  message: string
  hint?: string | undefined
  key?: boolean | undefined
}

/** A value of the document and where it stands. */
export interface Place {
  value: Json | undefined
  path: DocumentPath
}

/** What is known of a document while it is read. */
export interface DocumentReader {
  root: JsonObject
  problems: DocumentProblem[]
  /** Names of what is not used, each once. */
  unused: Set<string>
  /** A part of a value; undefined where it has none. */
  at(place: Place, ...keys: (string | number)[]): Place
  /** The value itself, or what its `$ref` leads to, however often. An undefined value where it leads nowhere, which is then a problem. */
  follow(place: Place): Place
  /** What a `$ref` leads to, and no further: a schema may say more beside a reference of its own. */
  target(place: Place): Place
}

const BUNDLE =
  'Nothing is fetched: make one document of them first, for example with "npx @redocly/cli bundle" or "npx @asyncapi/cli bundle".'

/** The keys of a value that is an object. */
export const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
/** The items of a value that is a list. */
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
/** A value that is a text and not empty. */
export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const inside = (value: Json | undefined, key: string | number): Json | undefined => {
  if (Array.isArray(value)) return value[Number(key)]
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer)
  } catch {
    return pointer
  }
}

/** The keys of a local reference (a JSON pointer as a URI fragment, RFC 6901). */
const pointerKeys = (reference: string): string[] =>
  decoded(reference)
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Begins to read a document. */
export function createReader(root: JsonObject): DocumentReader {
  const problems: DocumentProblem[] = []
  const at = ({ value, path }: Place, ...keys: (string | number)[]): Place => ({
    value: keys.reduce<Json | undefined>(inside, value),
    path: [...path, ...keys],
  })
  const told = new Set<string>()
  const refuse = (path: DocumentPath, message: string, hint: string): Place => {
    const text = path.join('\n')
    if (!told.has(text)) problems.push({ path, message, hint })
    told.add(text)
    return { value: undefined, path }
  }
  /** The target of a reference at a path. */
  const target = (reference: string, path: DocumentPath): Place => {
    const quoted = `"${excerpt(reference)}"`
    if (!reference.startsWith('#')) return refuse(path, `${quoted} is a reference to another document.`, BUNDLE)
    if (!reference.startsWith('#/'))
      return refuse(path, `${quoted} is no pointer into the document.`, 'Write "#/components/schemas/Name".')
    let found: Place = { value: root, path: [] }
    for (const key of pointerKeys(reference))
      found = at(found, Array.isArray(found.value) && /^\d+$/.test(key) ? Number(key) : key)
    return found.value === undefined
      ? refuse(path, `${quoted} leads nowhere.`, 'Correct the reference, or add what it names.')
      : found
  }
  const follow = (place: Place): Place => {
    const seen = new Set<string>()
    let here = place
    for (;;) {
      const reference = isJsonObject(here.value) ? here.value.$ref : undefined
      if (typeof reference !== 'string') return here
      const from = [...here.path, '$ref']
      if (seen.has(reference))
        return refuse(from, `"${excerpt(reference)}" leads back to itself.`, 'Correct the reference.')
      seen.add(reference)
      here = target(reference, from)
      if (here.value === undefined) return here
    }
  }
  return {
    root,
    problems,
    unused: new Set(),
    at,
    follow,
    target: ({ value, path }) => target(String(objectOf(value).$ref), [...path, '$ref']),
  }
}

/** The last name in a reference: `Applicant` of `#/components/schemas/Applicant`. */
export const lastName = (reference: string): string => pointerKeys(reference).at(-1) ?? ''
