// Unico's own API: its routes, authentication, rate limit, and errors of unknown routes.
// Source: CreateProcess, headers; Rate limits, default.
import type { RouteAnswer, RouteCall, RouteSet } from '../../../provider/routes.js'
import { claimsOf } from './access-token.js'
import { byClient, byClientTenant } from './by-client.js'
import { byClientError, byClientInvalid, byClientOpenError } from './by-client-errors.js'
import { createProcess, invalidBody } from './create-process.js'
import { ERRORS, errorResponse, settingsOf, unauthorized } from './errors.js'
import { evidenceSet } from './evidence-set.js'
import { getProcess } from './get-process.js'
import { linkAccount, linkError, magicLink } from './magic-link.js'
import { selfie } from './selfie.js'
import { token, tokenError } from './token.js'
import { bearerOf, tokenService } from './token-service.js'

const isMagicLink = (call: RouteCall) => call.path.startsWith('/v2/')

const isByClient = (call: RouteCall) => call.path.startsWith('/processes/')

/** The tenant of the bearer token; undefined without a valid one. */
function tenantOf(call: RouteCall): string | undefined {
  const claims = claimsOf(call.port, bearerOf(call))
  return typeof claims?.tenant === 'string' ? claims.tenant : undefined
}

/** Counts a request of a tenant; true if the limit was reached in the second before it, on the emulator's clock. */
function tooMany({ port }: RouteCall, tenant: string): boolean {
  const { apiRateLimitPerSecond } = settingsOf(port)
  if (apiRateLimitPerSecond === 0) return false
  const key = `rate ${tenant}`
  const now = port.now()
  const known = (port.memory.get(key) as number[] | undefined) ?? []
  const recent = known.filter(at => at > now - 1000)
  port.memory.set(key, recent)
  if (recent.length >= apiRateLimitPerSecond) return true
  recent.push(now)
  return false
}

const before: RouteSet['before'] = call => {
  if (isMagicLink(call)) {
    const account = linkAccount(call)
    if (typeof account !== 'string') return account
    return tooMany(call, account)
      ? { ...linkError(call.port, 429), headers: { 'Retry-After': '1' } }
      : { account: null }
  }
  if (isByClient(call)) {
    const tenant = byClientTenant(call)
    if (typeof tenant !== 'string') return tenant
    return tooMany(call, tenant) ? { ...byClientOpenError(429), headers: { 'Retry-After': '1' } } : { account: tenant }
  }
  const { apiAuth, refusals } = settingsOf(call.port)
  const tenant = apiAuth === 'off' ? (tenantOf(call) ?? 'standin') : tenantOf(call)
  if (tenant === undefined) return unauthorized(call.port)
  if (tooMany(call, tenant)) return errorResponse(call.port, ERRORS.rate, { 'Retry-After': '1' })
  if (refusals.includes('internal')) return errorResponse(call.port, ERRORS.internal)
  return { account: tenant }
}

const isTokenCall = (call: RouteCall) => call.path.startsWith('/oauth2/') || call.path.startsWith('/api/oauth2/')

/** The routes of the Web & SDK contract, and the token endpoint. */
export const routes: RouteSet = {
  routes: [token, ...tokenService, createProcess, getProcess, selfie, evidenceSet, ...byClient, ...magicLink],
  bearer: 'A token of POST /oauth2/token; none is needed with apiAuth off.',
  before,
  invalid: (issues, call): RouteAnswer => {
    if (isMagicLink(call)) return linkError(call.port, 400)
    if (isByClient(call)) return call.rawBody.trim() === '' ? byClientError('20003') : byClientInvalid(issues)
    return isTokenCall(call) ? tokenError('1.2.20') : errorResponse(call.port, invalidBody(issues))
  },
  malformed: call => {
    if (isMagicLink(call)) return linkError(call.port, 400)
    if (isByClient(call)) return byClientError('20003')
    return isTokenCall(call) ? tokenError('1.2.20') : errorResponse(call.port, ERRORS.body)
  },
  notFound: call => {
    if (isMagicLink(call)) return linkError(call.port, 404)
    return isByClient(call) ? byClientOpenError(404) : errorResponse(call.port, ERRORS.route)
  },
  methodNotAllowed: (call, allowed) => {
    const headers = { Allow: allowed.join(', ') }
    if (isMagicLink(call)) return { ...linkError(call.port, 405), headers }
    return isByClient(call) ? { ...byClientOpenError(405), headers } : errorResponse(call.port, ERRORS.method, headers)
  },
}
