// The difference of two JSON values as changes by path.
import { isJsonObject, type Json } from '../../core/json.js'

/** One change. A side that does not have the field is undefined. */
export interface Change {
  path: readonly string[]
  from: Json | undefined
  to: Json | undefined
}

/** What changes one value into the other; lists of another length change as a whole. */
export function changesOf(from: Json | undefined, to: Json | undefined, path: readonly string[] = []): Change[] {
  if (isJsonObject(from) && isJsonObject(to))
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap(key =>
      changesOf(from[key], to[key], [...path, key]),
    )
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((item, i) => changesOf(item, to[i], [...path, String(i)]))
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }]
}

/** A path as the API takes it: dotted, or a JSON Pointer where a key has what a dotted path cannot say. */
export function pathText(path: readonly string[]): string {
  if (path.every(key => key !== '' && !/[./~\s]/.test(key))) return path.join('.')
  return path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
