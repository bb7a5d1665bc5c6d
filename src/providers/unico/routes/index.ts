// Unico's own API: its routes, who may call them and how often, and its dialect for what fits none.
import type { RouteAnswer, RouteCall, RouteSet } from '../../../provider/routes.js'
import { claimsOf } from './access-token.js'
import { createProcess, refusedBody } from './create-process.js'
import { REFUSED, refuse, settingsOf, unauthorized } from './dialect.js'
import { evidenceSet } from './evidence-set.js'
import { getProcess } from './get-process.js'
import { selfie } from './selfie.js'
import { token, tokenRefused } from './token.js'

/** The tenant of the bearer token; undefined when there is no good one. */
function tenantOf({ headers, port }: RouteCall): string | undefined {
  const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const claims = bearer === undefined ? undefined : claimsOf(port, bearer)
  return typeof claims?.tenant === 'string' ? claims.tenant : undefined
}

interface Window {
  second: number
  requests: number
}

/** Counts a request of a tenant; true when it is one too many in this second of the emulator's clock. */
function tooMany({ port }: RouteCall, tenant: string): boolean {
  const { apiRateLimitPerSecond } = settingsOf(port)
  if (apiRateLimitPerSecond === 0) return false
  const second = Math.floor(port.now() / 1000)
  const key = `rate ${tenant}`
  const known = port.memory.get(key) as Window | undefined
  const window = known?.second === second ? known : { second, requests: 0 }
  port.memory.set(key, window)
  window.requests++
  return window.requests > apiRateLimitPerSecond
}

const before: RouteSet['before'] = call => {
  const { apiAuth, refusals } = settingsOf(call.port)
  const tenant = apiAuth === 'off' ? (tenantOf(call) ?? 'standin') : tenantOf(call)
  if (tenant === undefined) return unauthorized(call.port)
  if (tooMany(call, tenant)) return refuse(call.port, REFUSED.rate, { 'Retry-After': '1' })
  if (refusals.includes('internal')) return refuse(call.port, REFUSED.internal)
  return { account: tenant }
}

const isTokenCall = (call: RouteCall) => call.path.startsWith('/oauth2/')

/** Every documented route of Unico's Web & SDK contract, and its token endpoint. */
export const routes: RouteSet = {
  routes: [token, createProcess, getProcess, selfie, evidenceSet],
  bearer: 'A token of POST /oauth2/token; none is asked for with apiAuth off.',
  before,
  invalid: (issues, call): RouteAnswer =>
    isTokenCall(call) ? tokenRefused('1.2.20') : refuse(call.port, refusedBody(issues)),
  malformed: call => (isTokenCall(call) ? tokenRefused('1.2.20') : refuse(call.port, REFUSED.body)),
  notFound: call => refuse(call.port, REFUSED.route),
  methodNotAllowed: (call, allowed) => refuse(call.port, REFUSED.method, { Allow: allowed.join(', ') }),
}
