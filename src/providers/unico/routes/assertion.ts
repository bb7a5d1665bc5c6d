// How the token endpoint judges an assertion: its form, its claims, its time, its signature, and that it is new.
import type { Json, JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { RouteCall } from '../../../provider/routes.js'
import { verifyRs256 } from '../../../provider/signing.js'
import { TOKEN_ERROR_CODES, type TokenError } from '../vocabulary.js'
import { jwtPart } from './access-token.js'
import { settingsOf } from './dialect.js'

/** The one grant of the token endpoint. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Identity hosts of sandbox and production: what `aud` names, without a trailing slash. */
const IDENTITY_HOSTS = ['https://identityhomolog.acesso.io', 'https://identity.acesso.io']

/** Claims an assertion may have, and must. */
const CLAIMS = ['iss', 'aud', 'scope', 'iat', 'exp']

/** Longest `exp - iat`, seconds. */
const LONGEST_S = 3600

/** Longest name of a service account. */
const ACCOUNT_NAME = 12

/** Who asks, as `iss` says it. */
export interface Account {
  name: string
  tenant: string
}

/** The account and tenant of an `iss`; undefined when it has not that form. */
function accountOf(iss: Json | undefined): Account | undefined {
  if (typeof iss !== 'string') return undefined
  const [, name, tenant] = /^([^@\s]+)@([A-Za-z0-9-]+)\.iam\.acesso\.io$/.exec(iss) ?? []
  return name !== undefined && tenant !== undefined ? { name, tenant } : undefined
}

/** Hosts that `aud` may name: Unico's, and the address this emulator is called by. */
function audiences({ base }: RouteCall): string[] {
  const own = base.replace(/\/+$/, '')
  return [...IDENTITY_HOSTS, own, new URL(own).origin]
}

function problemOfClaims(claims: JsonObject, call: RouteCall): TokenError | undefined {
  const extra = Object.keys(claims).filter(name => !CLAIMS.includes(name))
  if (extra.length > 0) return extra.every(name => name === 'sub') ? '1.2.19' : '1.2.22'
  if (claims.scope === undefined || claims.scope === '') return '1.1.1'
  const account = accountOf(claims.iss)
  if (!account) return '1.0.1'
  const { iat, exp, aud } = claims
  if (account.name.length > ACCOUNT_NAME || claims.scope !== '*') return '1.2.5'
  if (typeof aud !== 'string' || !audiences(call).includes(aud)) return '1.2.5'
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp <= iat || exp - iat > LONGEST_S) return '1.2.5'
  return expired(exp, call.port) ? '1.2.4' : undefined
}

/** A client may share the emulator's clock or go by its own: a token is good that either finds good. */
function expired(exp: number, port: ProviderPort): boolean {
  return exp * 1000 <= Math.min(port.now(), port.wall?.() ?? port.now())
}

/** True the first time an assertion is seen; those long expired are forgotten. */
function isNew(signature: string, exp: number, port: ProviderPort): boolean {
  const seen = (port.memory.get('assertions') ?? new Map<string, number>()) as Map<string, number>
  port.memory.set('assertions', seen)
  if (seen.has(signature)) return false
  if (seen.size > 10_000) for (const [old, until] of seen) if (expired(until, port)) seen.delete(old)
  seen.set(signature, exp)
  return true
}

/** The account that a token request is for, or the documented error code. */
export function judge(form: { grant_type?: unknown; assertion?: unknown }, call: RouteCall): Account | TokenError {
  const { assertionCheck, refusals } = settingsOf(call.port)
  const refused = TOKEN_ERROR_CODES.find(code => refusals.some(one => one === code))
  if (refused !== undefined) return refused
  const assertion = typeof form.assertion === 'string' ? form.assertion : ''
  const parts = assertion.split('.')
  const [header, claims] = [jwtPart(parts[0]), jwtPart(parts[1])]
  if (assertionCheck === 'off') return accountOf(claims?.iss) ?? { name: 'standin', tenant: 'standin' }
  if (form.grant_type !== JWT_BEARER) return '1.2.5'
  if (parts.length !== 3 || !header || !claims || !/^[A-Za-z0-9_-]+$/.test(parts[2] ?? '')) return '1.2.20'
  if (header.alg !== 'RS256' || header.typ !== 'JWT') return '1.2.5'
  const problem = problemOfClaims(claims, call)
  if (problem !== undefined) return problem
  const [signature, exp] = [parts[2] ?? '', Number(claims.exp)]
  if (
    typeof assertionCheck === 'object' &&
    !verifyRs256(assertionCheck.publicKey, `${parts[0]}.${parts[1]}`, signature)
  )
    return '1.2.21'
  if (!isNew(`${parts[1]}.${signature}`, exp, call.port)) return '1.2.7'
  return accountOf(claims.iss) ?? '1.0.1'
}
