// Access tokens of Unico's API: signed with a key derived from the seed, so that they stay valid across a restart.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import { hmacSha256 } from '../../../provider/signing.js'

/** Lifetime of an access token, seconds; assumed. */
export const ACCESS_TOKEN_SECONDS = 3600

const encoded = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The JSON object in a part of a JWT; undefined if there is none. */
export function jwtPart(part: string | undefined): JsonObject | undefined {
  if (part === undefined || !/^[A-Za-z0-9_-]+$/.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const signature = (port: ProviderPort, text: string) =>
  hmacSha256(port.random('token key').hex(64), text, 'base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** A compact JWT with these claims, signed with the emulator's own key. */
export function issueToken(port: ProviderPort, claims: JsonObject): string {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  return `${text}.${signature(port, text)}`
}

/** The claims of an access token that was issued here and has not expired; undefined for any other. */
export function claimsOf(port: ProviderPort, token: string): JsonObject | undefined {
  const [header, claims, sign, ...rest] = token.split('.')
  if (sign === undefined || rest.length > 0 || signature(port, `${header}.${claims}`) !== sign) return undefined
  const read = jwtPart(claims)
  return read && read.use === 'access' && Number(read.exp) * 1000 > port.now() ? read : undefined
}
