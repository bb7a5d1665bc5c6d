// JSON values as types, and deep access to them by JSON Pointer or dotted path.
import { EmulatorError } from './errors.js'

/**
 * Any JSON value.
 * @example const value: Json = { paid: true, lines: [{ amount: 1250 }], note: null }
 */
export type Json = null | boolean | number | string | Json[] | JsonObject
/**
 * A JSON object; the order of its keys is part of a payload.
 * @example { type: 'invoice.paid', data: { amount: 1250 } }
 */
export interface JsonObject {
  [key: string]: Json
}

/** True for a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a JSON text, or the text itself where it is not JSON. */
export function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Splits `data.items.0.name` or `/data/items/0/name` into its segments. */
export function pathSegments(path: string): string[] {
  if (path === '') return []
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path.split('.')
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: Json | undefined, path: string | readonly string[]): Json | undefined {
  let here: Json | undefined = root
  for (const segment of typeof path === 'string' ? pathSegments(path) : path) {
    if (Array.isArray(here)) here = here[Number(segment)]
    else if (isJsonObject(here)) here = Object.hasOwn(here, segment) ? here[segment] : undefined
    else return undefined
  }
  return here
}

/** A deep copy with the value at a path replaced or added; objects on the way are made when missing. Throws `invalid_input` for an index that a list has not. */
export function withValueAt(root: Json, path: string | readonly string[], value: Json): Json {
  const [head, ...rest] = typeof path === 'string' ? pathSegments(path) : path
  if (head === undefined) return value
  if (Array.isArray(root)) {
    const copy = [...root]
    const index = head === '-' ? copy.length : Number(head)
    // A list has no holes: those before a far index would be written out as nulls.
    if (!Number.isInteger(index) || index < 0 || index > copy.length)
      throw new EmulatorError(`The list has no item "${head}": it has ${copy.length}.`, {
        code: 'invalid_input',
        hint: 'Use an index of the list, or "-" to add an item.',
      })
    copy[index] = withValueAt(copy[index] ?? {}, rest, value)
    return copy
  }
  const base: JsonObject = isJsonObject(root) ? root : {}
  const below = Object.hasOwn(base, head) ? base[head] : undefined
  return { ...base, [head]: withValueAt(below ?? {}, rest, value) }
}

/** A deep copy without the value at a path. */
export function withoutValueAt(root: Json, path: string | readonly string[]): Json {
  const [head, ...rest] = typeof path === 'string' ? pathSegments(path) : path
  if (head === undefined) return root
  if (Array.isArray(root)) {
    const index = Number(head)
    if (rest.length === 0) return root.filter((_, i) => i !== index)
    return root.map((item, i) => (i === index ? withoutValueAt(item, rest) : item))
  }
  if (!isJsonObject(root) || !Object.hasOwn(root, head)) return root
  if (rest.length > 0) return { ...root, [head]: withoutValueAt(root[head] ?? null, rest) }
  const { [head]: _gone, ...kept } = root
  return kept
}
