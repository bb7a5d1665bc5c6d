// A value close to another one, and never equal to it: for changes that only a signature can tell.
import { isJsonObject, type Json } from '../../core/json.js'

/** A text of the same form: its last digit changed, so that ids and dates stay ids and dates; without one its last letter. */
export function nearText(text: string): string {
  const digit = text.search(/\d\D*$/)
  const at = digit >= 0 ? digit : text.search(/[A-Za-z][^A-Za-z]*$/)
  if (at < 0) return `${text}x`
  const old = text.charAt(at)
  const next = digit >= 0 ? String((Number(old) + 1) % 10) : old === 'a' ? 'b' : 'a'
  return text.slice(0, at) + next + text.slice(at + 1)
}

/** Another value of the same kind. */
export function near(value: Json): Json {
  if (typeof value === 'string') return nearText(value)
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return [...value, 'changed']
  if (isJsonObject(value)) return { ...value, changed: true }
  return 'changed'
}

/** Every text, number and truth value within, with its path. */
export function leaves(value: Json, path: readonly string[] = []): { path: string[]; value: Json }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, String(i)]))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
  return value === null ? [] : [{ path: [...path], value }]
}
