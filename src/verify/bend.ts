// Bending letters: bodies that are wrong, unusual or larger in one stated way, and headers that are.
import { isJsonObject, type Json, type JsonObject, withValueAt } from '../core/json.js'
import type { Headers, Message } from '../core/message.js'
import type { Sealed } from './bench.js'

/** The message with its headers changed; what it was signed as stays known. */
export function withHeaders(sealed: Sealed, change: (headers: Headers) => Headers): Sealed {
  return { ...sealed, message: { ...sealed.message, headers: change(sealed.message.headers) } }
}

/** The message with other bytes than were signed. */
export function withBody(sealed: Sealed, body: Message['body']): Sealed {
  return { ...sealed, message: { ...sealed.message, body } }
}

/** Headers without those names (lower case). */
export const without =
  (names: readonly string[]) =>
  (headers: Headers): Headers =>
    headers.filter(([name]) => !names.includes(name.toLowerCase()))

/** Headers with the values of those names (lower case) changed. */
export const changed =
  (names: readonly string[], change: (value: string) => string) =>
  (headers: Headers): Headers =>
    headers.map(([name, value]) => [name, names.includes(name.toLowerCase()) ? change(value) : value])

/** Every value that is no object or array, with its path. */
export function leaves(value: Json, path: readonly string[] = []): { path: readonly string[]; value: Json }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...path, String(i)]))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
  return [{ path, value }]
}

/** The body with the end of one text in it changed: the deepest, for a receiver may look at a part only. */
export function tampered(body: string, value: JsonObject, spare: readonly string[]): string {
  const once = (text: string) => body.split(text).length === 2
  const texts = leaves(value)
    .filter(leaf => !spare.includes(leaf.path.join('.')))
    .flatMap(leaf => (typeof leaf.value === 'string' && leaf.value !== '' ? [{ ...leaf, text: leaf.value }] : []))
    .filter(({ text }) => once(JSON.stringify(text)))
    .sort((a, b) => b.path.length - a.path.length)
  const [chosen] = texts
  if (chosen !== undefined) {
    const written = JSON.stringify(chosen.text)
    return body.replace(written, () => `${written.slice(0, -1)}x"`)
  }
  return body.replace(/}\s*$/, ',"standin_tampered":true}')
}

/** Keys in the opposite order at every level. */
export function reversedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversedKeys)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  )
}

/** JSON text in which everything beyond ASCII, and every slash, is written as an escape: the same value. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/')
}

const EXTRA = 'standin_extra'

/** A field that nobody knows in every object. */
export function withExtras(value: Json): Json {
  if (Array.isArray(value)) return value.map(withExtras)
  if (!isJsonObject(value)) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExtras(item)]))
  return { ...inner, [EXTRA]: { new: true, list: [1, 'two', null] } }
}

/** JSON text of about so many bytes. */
export function padded(value: JsonObject, bytes: number): string {
  const own = JSON.stringify(value).length
  return JSON.stringify({ ...value, [EXTRA]: 'x'.repeat(Math.max(0, bytes - own)) })
}

/** A text put at a path, or at a path of its own where the letter names none for free text. */
export function withText(value: JsonObject, path: string | undefined, text: string): Json {
  return withValueAt(value, path ?? EXTRA, text)
}

/** JSON text with one more field, written as given. */
export function withRawField(body: string, json: string): string {
  return body.replace(/}\s*$/, () => `,"${EXTRA}":${json}}`)
}

/** JSON text whose first key stands there twice, with the same value. */
export function withDoubledKey(value: JsonObject): string {
  const [first] = Object.entries(value)
  const text = JSON.stringify(value)
  return first === undefined ? text : `{${JSON.stringify(first[0])}:${JSON.stringify(first[1])},${text.slice(1)}`
}

/** A name in the style of others that no catalog has. */
export const unheardOf = (name: string): string =>
  name === name.toUpperCase() ? `${name}_NOT_YET_KNOWN` : `${name}_not_yet_known`

const CODE = /[A-Za-z0-9+/_-]{40,}={0,2}/g

/** The signature itself in a header's value: the last long run of hex or base64. */
export function codeIn(value: string): string | undefined {
  return value.match(CODE)?.at(-1)
}

/** A header's value with its signature in the other encoding: base64 for hex, hex for base64. */
export function reencoded(value: string): string {
  const code = codeIn(value)
  if (code === undefined) return `${value}=`
  const isHex = /^[0-9a-f]+$/i.test(code) && code.length % 2 === 0
  const other = isHex ? Buffer.from(code, 'hex').toString('base64') : Buffer.from(code, 'base64').toString('hex')
  return value.slice(0, value.lastIndexOf(code)) + other + value.slice(value.lastIndexOf(code) + code.length)
}

/** A credential that is not the right one, of the same form. A report cannot tell the right password from it. */
export function wrongCredential(value: string): string {
  const basic = /^Basic (.+)$/i.exec(value)?.[1]
  if (basic === undefined) return `${value}x`
  const [user = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return `Basic ${Buffer.from(`${user}:not the password`).toString('base64')}`
}

/** The right credential under a scheme it does not belong to. */
export function underOtherScheme([name, value]: [name: string, value: string]): [name: string, value: string] {
  const [scheme, ...rest] = value.split(' ')
  if (name.toLowerCase() !== 'authorization') return ['Authorization', `Bearer ${value}`]
  if (rest.length === 0) return ['Authorization', `Bearer ${value}`]
  return ['Authorization', `${scheme?.toLowerCase() === 'basic' ? 'Bearer' : 'Basic'} ${rest.join(' ')}`]
}
