// Authentication of API calls: the API key is the account. Source: Authentication, Authorization header.
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { asProviderSettings } from '../settings.js'
import { errorResponse } from './errors.js'

const TEST = /^\/api\/v1\/webhooks\/test\/?(\?|$)/

/** True for a call of the test endpoint from a browser session, where these are accepted. Source: Webhooks API, "Test Webhook". */
function isSession({ path, headers, port }: RouteCall): boolean {
  if (!TEST.test(path) || headers.authorization !== undefined) return false
  const hasCookie = /(^|;\s*)sessionid=[^;\s]/.test(headers.cookie ?? '')
  return hasCookie && asProviderSettings(port.settings()).acceptSessionAuth
}

/** The account of a call: its API key, sent as Bearer token; a browser session has none. Otherwise a 401. Source: Errors, table of codes. */
export function authenticate(call: RouteCall): { account: string | null } | RouteAnswer {
  if (isSession(call)) return { account: null }
  const key = /^bearer +(\S+) *$/i.exec(call.headers.authorization ?? '')?.[1]
  const refuse = (message: string) =>
    errorResponse(call, 401, 'authentication_failed', message, { headers: { 'www-authenticate': 'Bearer' } })
  if (key === undefined) return refuse('Authentication credentials were not provided.')
  const { apiKeys } = asProviderSettings(call.port.settings())
  if (apiKeys.length > 0 && !apiKeys.includes(key)) return refuse('Invalid API key.')
  return { account: key }
}
