// Secrets and credentials masked before anything is shown; signatures are not secret and stay.
import type { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { Headers } from '../core/message.js'
import { isSecret, under } from '../core/zod-walk.js'

/** What stands where a secret was. */
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

/** Shorter secrets are masked only where they are the whole value: within others they would hide what is no secret. */
const LEAST_SEARCHED = 6

/** A copy with every value masked that one of the schemas marks `.meta({ secret: true })`; null and absent stay as they are. */
export function maskedBy(value: Json, schemas: readonly z.core.$ZodType[]): Json {
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

/** The texts that maskedBy would hide. */
export function secretTexts(value: Json, schemas: readonly z.core.$ZodType[], marked = false): string[] {
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

/** A change without the values that are masks: what was read can be sent back and changes no secret. */
export function withoutMasks(change: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== MASK)
      .map(([key, value]) => [key, isJsonObject(value) ? withoutMasks(value) : value]),
  )
}

/** `Bearer abc` becomes `Bearer ***`: the scheme is worth seeing. */
function maskedCredential(value: string): string {
  const [scheme, ...rest] = value.split(' ')
  return rest.length > 0 && /^[A-Za-z][A-Za-z0-9-]*$/.test(scheme ?? '') ? `${scheme} ${MASK}` : MASK
}

/** Headers with credentials masked: those known by name, and any value that is or holds one of the secrets. */
export function maskedHeaders(headers: Headers, secrets: readonly string[]): { name: string; value: string }[] {
  return headers.map(([name, value]) => {
    if (CREDENTIAL_HEADERS.has(name.toLowerCase())) return { name, value: maskedCredential(value) }
    if (secrets.includes(value)) return { name, value: MASK }
    const held = secrets.filter(secret => secret.length >= LEAST_SEARCHED && value.includes(secret))
    return { name, value: held.reduce((text, secret) => text.replaceAll(secret, MASK), value) }
  })
}

/** The beginning of a credential that names an account: enough to tell accounts apart, too little to use. */
export function shortened(account: string): string {
  return `${account.slice(0, Math.min(8, Math.floor(account.length / 2)))}${MASK}`
}

/** What a secret may be found as on the wire: itself, and what follows the colon of `name:value`. */
export function spellings(secret: string): string[] {
  const value = secret.slice(secret.indexOf(':') + 1).trim()
  return value === '' || value === secret ? [secret] : [secret, value]
}

/** A URL whose user information is masked; everything else as it was. */
export function maskedUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@?#]+@/i, `$1${MASK}@`)
}
