// Masks secrets and credentials before anything is shown or stored in a report; signatures are not secret and stay.
import { isJsonObject, type Json, type JsonObject } from './json.js'
import type { Headers } from './message.js'
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

/** A text in which every secret of at least four characters is masked. */
function maskedText(text: string, secrets: readonly string[]): string {
  // The longest first: one may be part of another.
  return secrets
    .filter(secret => secret.length >= LEAST_LENGTH)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, MASK), text)
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

/** A change without masked values: what was read can be sent back and changes no secret. */
export function withoutMasks(change: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== MASK)
      .map(([key, value]) => [key, isJsonObject(value) ? withoutMasks(value) : value]),
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

/** The texts that show a secret in a request: itself, and what follows the colon of `name:value`. */
export function spellings(secret: string): string[] {
  const value = secret.slice(secret.indexOf(':') + 1).trim()
  return value === '' || value === secret ? [secret] : [secret, value]
}

/** A URL with its user information masked. */
export function maskedUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@?#]+@/i, `$1${MASK}@`)
}
