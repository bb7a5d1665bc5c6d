// References in a scenario's texts: `${vars.x}`, `${captures.x}`, `${steps.name.event…}`, with defaults after ` ?? `.
import { didYouMean, EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, jsonOrText } from '../core/json.js'
import { lostNumber } from '../core/json-numbers.js'

/** What a reference may start with. */
export const REFERENCE_ROOTS = ['vars', 'captures', 'steps', 'repeat', 'receiver'] as const

/** One `${…}` of a text. */
export interface Reference {
  /** The whole text, `${vars.x ?? y}`. */
  text: string
  /** `['vars', 'x']`. */
  path: string[]
  /** The default after ` ?? `. */
  fallback: string | undefined
}

/** A text split into plain pieces and references. `$${` is a literal `${`. */
export function pieces(text: string): (string | Reference)[] {
  const found: (string | Reference)[] = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      plain += '${'
      at += 3
      continue
    }
    const end = text.startsWith('${', at) ? text.indexOf('}', at) : -1
    if (end === -1) {
      plain += text[at++]
      continue
    }
    if (plain !== '') found.push(plain)
    plain = ''
    const inner = text.slice(at + 2, end)
    const cut = inner.indexOf('??')
    found.push({
      text: text.slice(at, end + 1),
      path: (cut === -1 ? inner : inner.slice(0, cut)).trim().split('.'),
      fallback: cut === -1 ? undefined : inner.slice(cut + 2).trim(),
    })
    at = end + 1
  }
  if (plain !== '' || found.length === 0) found.push(plain)
  return found
}

/** True where a value contains a reference. */
export function hasReference(value: Json | undefined): boolean {
  if (typeof value === 'string') return pieces(value).some(piece => typeof piece !== 'string')
  if (Array.isArray(value)) return value.some(hasReference)
  return isJsonObject(value) && Object.values(value).some(hasReference)
}

/** Every reference in a value, with the path of the text that contains it. */
export function referencesIn(
  value: Json | undefined,
  path: readonly (string | number)[] = [],
): { reference: Reference; path: (string | number)[] }[] {
  if (typeof value === 'string')
    return pieces(value).flatMap(piece => (typeof piece === 'string' ? [] : [{ reference: piece, path: [...path] }]))
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => referencesIn(item, [...path, key]))
  return []
}

/** Paths of objects with a key that has a reference, and the key: keys are not resolved. */
export function referencesInKeys(
  value: Json | undefined,
  path: readonly (string | number)[] = [],
): { key: string; path: (string | number)[] }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => referencesInKeys(item, [...path, i]))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.replaceAll('$${', '').includes('${') ? [{ key, path: [...path, key] }] : []),
    ...referencesInKeys(item, [...path, key]),
  ])
}

/** A value whose texts, read back as a scenario, are themselves and no references. */
export function escaped(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map(escaped)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replaceAll('${', () => '$${'), escaped(item)]),
  )
}

/**
 * A deep copy with every reference replaced by what `lookUp` finds. A text that is one reference becomes the value itself; in
 * a longer text the value is written out. Throws EmulatorError `invalid_input` for one without a value or default.
 */
export function resolved(value: Json, lookUp: (path: readonly string[]) => Json | undefined, where?: string): Json {
  if (Array.isArray(value)) return value.map(item => resolved(item, lookUp, where))
  if (isJsonObject(value))
    return Object.fromEntries(
      // A key has no references: in a checked file it can only have "$${".
      Object.entries(value).map(([key, item]) => [key.replaceAll('$${', () => '${'), resolved(item, lookUp, where)]),
    )
  if (typeof value !== 'string') return value
  const found = pieces(value).map(piece => (typeof piece === 'string' ? piece : referred(piece, lookUp, where)))
  if (found.length === 1) return found[0] ?? null
  return found.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join('')
}

function referred(
  reference: Reference,
  lookUp: (path: readonly string[]) => Json | undefined,
  where: string | undefined,
): Json {
  const value = lookUp(reference.path)
  if (value !== undefined && !(value === null && reference.fallback !== undefined)) return value
  if (reference.fallback !== undefined) {
    const lost = /^-?\d/.test(reference.fallback) ? lostNumber(reference.fallback) : undefined
    if (lost !== undefined)
      throw new EmulatorError(`${reference.text}: ${lost.message}`, { code: 'invalid_input', where })
    return jsonOrText(reference.fallback)
  }
  let reached = reference.path.length - 1
  while (reached > 0 && lookUp(reference.path.slice(0, reached)) === undefined) reached--
  const parent = lookUp(reference.path.slice(0, reached))
  throw new EmulatorError(`${reference.text} has no value.`, {
    code: 'invalid_input',
    hint: isJsonObject(parent)
      ? didYouMean(reference.path[reached] ?? '', Object.keys(parent), 'Known keys')
      : undefined,
    where,
  })
}
