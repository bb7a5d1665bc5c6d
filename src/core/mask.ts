// Masks secrets and credentials before anything is shown or stored in a report; signatures are not secret and stay.
import { isJsonObject, type Json, type JsonObject } from './json.js'
import type { Headers } from './message.js'
import { similarText } from './mutate/payload.js'
import { isSecret, type Schema, under } from './zod-walk.js'

/** What is shown in place of a secret. */
export const MASK = '***'

/** Headers that carry credentials whatever the provider, lower case. */
const CREDENTIAL_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
])

/** Shorter secrets are masked only where they are a whole header value: within texts they would hide what is not secret. */
const LEAST_LENGTH = 4

/** Runs of base64, of either alphabet, that can hold a secret. */
const BASE64 = /[A-Za-z0-9+/_-]{6,}={0,2}/g

/** Runs of hex that can hold a secret. */
const HEX = /[0-9a-f]{8,}/gi

/** The UTF-8 bytes of a text, one character each. */
const bytesOf = (text: string) => Buffer.from(text).toString('latin1')

/** True if a run of base64 or hex holds one of the texts, wherever in the run the encoded part begins. */
function encodes(run: string, encoding: 'base64' | 'hex', texts: readonly string[]): boolean {
  for (let from = 0; from < 4; from++) {
    const decoded = Buffer.from(run.slice(from), encoding).toString('latin1')
    if (texts.some(text => decoded.includes(text))) return true
  }
  return false
}

/** A text in which every secret of at least four characters is masked: as it is, escaped, in hex and in base64. */
export function maskedText(text: string, secrets: readonly string[]): string {
  // The longest first: one may be part of another.
  const long = secrets.filter(secret => secret.length >= LEAST_LENGTH).sort((a, b) => b.length - a.length)
  if (long.length === 0) return text
  const written = long.flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), percentEncoded(secret)])
  const shown = [...new Set(written)].reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
  const bytes = long.map(bytesOf)
  return shown
    .replace(HEX, run => (encodes(run, 'hex', bytes) ? MASK : run))
    .replace(BASE64, run => (encodes(run, 'base64', bytes) ? MASK : run))
}

function percentEncoded(text: string): string {
  // A lone surrogate has no encoding.
  return /\p{Surrogate}/u.test(text) ? text : encodeURIComponent(text)
}

/** A deep copy in which every secret is masked in every text; keys and bytes stay as they are. */
export function maskedTexts<T>(value: T, secrets: readonly string[]): T {
  const masked = (inner: unknown): unknown => {
    if (typeof inner === 'string') return maskedText(inner, secrets)
    if (Array.isArray(inner)) return inner.map(masked)
    if (typeof inner !== 'object' || inner === null || ArrayBuffer.isView(inner)) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, masked(item)]))
  }
  return secrets.length === 0 ? value : (masked(value) as T)
}

/** A copy with every value masked that one of the schemas marks `.meta({ secret: true })`; null and absent stay as they are. */
export function maskedBy(value: Json, schemas: readonly Schema[]): Json {
  if (value === null) return null
  if (schemas.some(isSecret)) return MASK
  if (Array.isArray(value))
    return value.map((item, i) =>
      maskedBy(
        item,
        schemas.flatMap(schema => under(schema, String(i))),
      ),
    )
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      maskedBy(
        item,
        schemas.flatMap(schema => under(schema, key)),
      ),
    ]),
  )
}

/** The texts that `maskedBy` would mask. */
export function secretTexts(value: Json, schemas: readonly Schema[], marked = false): string[] {
  const secret = marked || schemas.some(isSecret)
  if (typeof value === 'string') return secret && value !== '' ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    secretTexts(
      item,
      schemas.flatMap(schema => under(schema, key)),
      secret,
    ),
  )
}

/**
 * A change with the present values in place of masked ones, and without those that mask nothing: what was read can be sent back, other
 * fields of it changed, and no secret is lost.
 */
export function withoutMasks(change: JsonObject, present: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(change).flatMap(([key, value]): [string, Json][] => {
      const kept = Object.hasOwn(present, key) ? present[key] : undefined
      if (value === MASK) return kept === undefined ? [] : [[key, kept]]
      return [[key, isJsonObject(value) ? withoutMasks(value, isJsonObject(kept) ? kept : {}) : value]]
    }),
  )
}

/** `Bearer abc` becomes `Bearer ***`: the scheme is not secret. */
function maskedCredential(value: string): string {
  const [scheme, ...rest] = value.split(' ')
  return rest.length > 0 && /^[A-Za-z][A-Za-z0-9-]*$/.test(scheme ?? '') ? `${scheme} ${MASK}` : MASK
}

/** Headers with credentials masked: those known by name, and every secret in other values. */
export function maskedHeaders(headers: Headers, secrets: readonly string[]): { name: string; value: string }[] {
  return headers.map(([name, value]) => ({
    name,
    value: CREDENTIAL_HEADERS.has(name.toLowerCase())
      ? maskedCredential(value)
      : secrets.includes(value)
        ? MASK
        : maskedText(value, secrets),
  }))
}

/** The beginning of a credential that identifies an account: enough to tell accounts apart, too little to use. */
export function shortened(account: string): string {
  return `${account.slice(0, Math.min(8, Math.floor(account.length / 2)))}${MASK}`
}

/** The texts that show a secret in a request: itself, what follows the colon of `name:value`, and wrong ones that resemble these. */
export function spellings(secret: string): string[] {
  const value = secret.slice(secret.indexOf(':') + 1).trim()
  const all = value === '' || value === secret ? [secret] : [secret, value]
  return [...all, ...all.map(similarText)]
}

/** The texts that show a credential as a header carries it: without its scheme; of Basic decoded too, and the password alone. */
export function credentialTexts(value: string): string[] {
  const last = value.split(' ').at(-1) ?? value
  if (!/^basic /i.test(value)) return [last]
  const decoded = Buffer.from(last, 'base64').toString('utf8')
  return [last, decoded, decoded.slice(decoded.indexOf(':') + 1)]
}

/** The texts that show the credentials of a request's headers: those known by name. */
export function credentialsIn(headers: Headers): string[] {
  return headers
    .filter(([name]) => CREDENTIAL_HEADERS.has(name.toLowerCase()))
    .flatMap(([, value]) => credentialTexts(value))
    .filter(text => text !== '')
}

/** A URL with its user information masked. */
export function maskedUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@?#]+@/i, `$1${MASK}@`)
}
