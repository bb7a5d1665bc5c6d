// Tokens of Unico's API, signed with keys derived from the seed, so that they stay valid across a restart.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import { hmacSha256, rsaKey, verifyRs256 } from '../../../provider/signing.js'

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

type RsaKey = ReturnType<typeof rsaKey>

/** The key of access tokens, whose public half the JWKS has; made on first use. */
export function accessKey(port: ProviderPort): RsaKey {
  const known = port.memory.get('access token key') as RsaKey | undefined
  const key = known ?? rsaKey(port.random('access token key'))
  port.memory.set('access token key', key)
  return key
}

/** An access token: a compact JWT, RS256 (assumed, like its claims). */
export function issueAccessToken(port: ProviderPort, claims: JsonObject): string {
  const key = accessKey(port)
  const text = `${encoded({ alg: 'RS256', kid: key.publicJwk.kid, typ: 'JWT' })}.${encoded(claims)}`
  return `${text}.${key.sign(text)}`
}

/** An SDK token: a compact JWT, HS256. Source: GetProcess, example (its header; the claims are assumed). */
export function issueSdkToken(port: ProviderPort, claims: JsonObject): string {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  const signature = hmacSha256(port.random('token key').hex(64), text, 'base64')
  return `${text}.${signature.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** The claims of an access token that was issued here, expired or not; undefined for any other text. */
export function issuedClaims(port: ProviderPort, token: string): JsonObject | undefined {
  const [header, claims, sign, ...rest] = token.split('.')
  if (sign === undefined || rest.length > 0 || jwtPart(header)?.alg !== 'RS256') return undefined
  if (!verifyRs256(accessKey(port).publicPem, `${header}.${claims}`, sign)) return undefined
  return jwtPart(claims)
}

/** The claims of an access token that was issued here and has not expired; undefined for any other. */
export function claimsOf(port: ProviderPort, token: string): JsonObject | undefined {
  const claims = issuedClaims(port, token)
  return claims && Number(claims.exp) * 1000 > port.now() ? claims : undefined
}
