// How the token endpoint checks an assertion: form, claims, expiry, signature and single use. Source: Authentication, JWT.
import type { Json, JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { RouteCall } from '../../../provider/routes.js'
import { verifyRs256 } from '../../../provider/signing.js'
import { TOKEN_ERROR_CODES, type TokenError } from '../enums.js'
import { jwtPart } from './access-token.js'
import { settingsOf } from './errors.js'

/** The grant type of the token endpoint. Its value is assumed; source of the field: Authentication API, request. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** `aud`: the identity host of sandbox or production, without a trailing slash. Source: Environments, table of hosts; DC Authentication intro, aud. */
const IDENTITY_HOSTS = ['https://identityhomolog.acesso.io', 'https://identity.acesso.io']

/** The claims of an assertion, no more and no less. Source: Authentication, JWT. */
const CLAIMS = ['iss', 'aud', 'scope', 'iat', 'exp']

/** Maximum of `exp - iat`, seconds. Source: Authentication, JWT. */
const LONGEST_S = 3600

/** Maximum length of a service account's name. Source: Authentication, service account. */
const ACCOUNT_NAME = 12

/** The service account that `iss` names. */
export interface Account {
  name: string
  tenant: string
}

/** The account of an `iss`; undefined if it does not have the form `<account>@<tenant>.iam.acesso.io`. Source: Authentication, JWT. */
function accountOf(iss: Json | undefined): Account | undefined {
  if (typeof iss !== 'string') return undefined
  const [, name, tenant] = /^([^@\s]+)@([A-Za-z0-9-]+)\.iam\.acesso\.io$/.exec(iss) ?? []
  return name !== undefined && tenant !== undefined ? { name, tenant } : undefined
}

/** Accepted values of `aud`: Unico's hosts, and the address of this emulator. */
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

/** Expired on both clocks: a client may use the emulator's or its own. */
function expired(exp: number, port: ProviderPort): boolean {
  return exp * 1000 <= Math.min(port.now(), port.wall?.() ?? port.now())
}

/** True the first time an assertion is seen; expired ones are forgotten. */
function isNew(signature: string, exp: number, port: ProviderPort): boolean {
  const seen = (port.memory.get('assertions') ?? new Map<string, number>()) as Map<string, number>
  port.memory.set('assertions', seen)
  if (seen.has(signature)) return false
  if (seen.size > 10_000) for (const [old, until] of seen) if (expired(until, port)) seen.delete(old)
  seen.set(signature, exp)
  return true
}

/** The account of a token request, or an error code. Source: Authentication errors, table of codes. */
export function checkAssertion(
  form: { grant_type?: unknown; assertion?: unknown },
  call: RouteCall,
): Account | TokenError {
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
