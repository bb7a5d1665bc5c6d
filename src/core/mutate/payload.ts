// Changes to a payload: its values, its fields, its size and how its JSON is written. Pure: nothing is signed or sent here.
import type { MALFORMATIONS } from '../fault.js'
import { isJsonObject, type Json, type JsonObject, withValueAt } from '../json.js'

/** Writes a value as JSON text, in the channel's way. */
export type Encode = (value: Json) => string

/** A text, number or boolean within a value. */
export interface Leaf {
  path: string[]
  value: Json
}

/** Every text, number and boolean within a value, with its path. */
export function leaves(value: Json, path: readonly string[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, String(i)]))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
  return value === null ? [] : [{ path: [...path], value }]
}

/** Where a payload holds what receivers route and deduplicate by; paths are dotted. */
export interface KeyFields {
  typePath?: string | undefined
  idempotencyKey: string
  enumPaths?: readonly string[] | undefined
}

/** The paths of a payload that receivers route and deduplicate by. */
export function keyPaths({ typePath, idempotencyKey, enumPaths = [] }: KeyFields): string[] {
  return [typePath, ...idempotencyKey.split('+'), ...enumPaths].filter(path => path !== undefined)
}

/**
 * Leaves whose change only a signature reveals: not the type, not a value of an enum, not the idempotency key. All leaves where
 * every one of them is such.
 */
export function tamperableLeaves(value: Json, fields: KeyFields, type: string): Leaf[] {
  const kept = new Set(keyPaths(fields))
  const all = leaves(value)
  const free = all.filter(leaf => !kept.has(leaf.path.join('.')) && leaf.value !== type)
  return free.length > 0 ? free : all
}

/** Another text of the same form: its last digit changed, so that ids and dates stay ids and dates; without one its last letter. */
export function similarText(text: string): string {
  const digit = text.search(/\d\D*$/)
  const at = digit >= 0 ? digit : text.search(/[A-Za-z][^A-Za-z]*$/)
  if (at < 0) return `${text}x`
  const old = text.charAt(at)
  const next = digit >= 0 ? String((Number(old) + 1) % 10) : old === 'a' ? 'b' : 'a'
  return text.slice(0, at) + next + text.slice(at + 1)
}

/** Another value of the same kind, never an equal one. */
export function similarValue(value: Json): Json {
  if (typeof value === 'string') return similarText(value)
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return [...value, 'changed']
  if (isJsonObject(value)) return { ...value, changed: true }
  return 'changed'
}

/** A value that no enum knows, in the style of a known one. */
export function unknownValue(like: Json | undefined): Json {
  if (typeof like === 'number') return 987_654
  if (typeof like !== 'string') return 'something_new'
  if (like === like.toUpperCase() && /[A-Z]/.test(like)) return 'SOMETHING_NEW'
  return like.includes('.') ? 'something.new' : 'something_new'
}

const UNKNOWN_FIELD = 'somethingNew'

/** The value with unknown fields in every object, however deep. */
export function withUnknownFields(value: Json): Json {
  if (Array.isArray(value)) return value.map(withUnknownFields)
  if (!isJsonObject(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUnknownFields(item)]))
  return { ...inner, [UNKNOWN_FIELD]: 'added later', something_more: { since: 2, tags: ['new'] } }
}

/** The value with more unknown fields at the top: one of each kind of value, and names that are no identifiers. */
export function withManyFields(value: JsonObject): JsonObject {
  const more: JsonObject = { text: 'new', number: 12.5, yes: true, nothing: null, list: [], object: {} }
  const named: JsonObject = { 'new-name': 'with-hyphen', 'new name': 'with a space', new_número: 'with an accent' }
  return { ...value, ...Object.fromEntries(Object.entries(more).map(([kind, one]) => [`new_${kind}`, one])), ...named }
}

/** JSON text with one more field at the top, its value written as given. */
export function withRawField(body: string, json: string): string {
  return body.replace(/}\s*$/, () => `,"${UNKNOWN_FIELD}":${json}}`)
}

/** The value with a text at a path; without a path in an unknown field. */
export function withText(value: JsonObject, path: string | undefined, text: string): Json {
  return withValueAt(value, path ?? UNKNOWN_FIELD, text)
}

/** The value with its keys in the opposite order at every level. */
export function reversedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversedKeys)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  )
}

/** JSON text of the same value, with an escape for every slash and every character beyond ASCII. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/')
}

/** JSON text of `bytes` bytes (UTF-8), filled up with a field of text; longer where the value alone is. */
export function paddedWithField(value: JsonObject, bytes: number, encode: Encode): string {
  const withField = (length: number) => encode({ ...value, padding: 'x'.repeat(length) })
  return withField(Math.max(0, bytes - Buffer.byteLength(withField(0))))
}

/** JSON text of `bytes` bytes (UTF-8), filled up with spaces inside its outermost brackets, where trimming does not remove them. */
export function paddedWithSpaces(body: string, bytes: number): string {
  const end = body.length - 1
  const spaces = ' '.repeat(Math.max(0, bytes - Buffer.byteLength(body)))
  return body.slice(0, end) + spaces + body.slice(end)
}

/** The bytes of a text with a sequence at an index that is not UTF-8. */
export function withInvalidUtf8(text: string, index: number): Uint8Array {
  return Buffer.concat([
    Buffer.from(text.slice(0, index)),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from(text.slice(index)),
  ])
}

/** The bytes of a text with one inside its first JSON text that no UTF-8 has, and that a decoder which ignores errors drops. */
export function withIgnoredByte(body: string): Uint8Array {
  const text = Math.max(0, body.search(/(?<=:\s*")/))
  return Buffer.concat([Buffer.from(body.slice(0, text)), Buffer.from([0xff]), Buffer.from(body.slice(text))])
}

/** JSON text that holds its first key twice, the second time with another value; undefined where it has no key. */
function withRepeatedKey(body: string): string | undefined {
  const value = parsed(body)
  const [first] = isJsonObject(value) ? Object.entries(value) : []
  if (first === undefined) return undefined
  const [key, known] = first
  return `${body.slice(0, body.lastIndexOf('}'))},${JSON.stringify(key)}:${JSON.stringify(similarValue(known))}}`
}

/** The value of JSON text, or undefined where it is not JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** A way in which a body is not the JSON it should be. */
export type Malformation = (typeof MALFORMATIONS)[number]

/** The body malformed in one way: text, or bytes where it is not text any more; undefined where it holds nothing to change. */
export function malformed(body: string, as: Malformation): string | Uint8Array | undefined {
  switch (as) {
    case 'truncated':
      return body.slice(0, Math.ceil(body.length / 2))
    case 'array':
      return `[${body}]`
    case 'empty':
      return ''
    case 'text':
      return 'This is not JSON.'
    case 'bom':
      return `\ufeff${body}`
    case 'invalidUtf8': {
      // Inside the first text, so that only the encoding is wrong.
      const text = body.search(/(?<=:\s*")/)
      return withInvalidUtf8(body, text < 0 ? body.length : text)
    }
    case 'duplicateKeys':
      return withRepeatedKey(body)
  }
}
