// Authentication of API calls: the API key is the account. Source: Authentication, Authorization header.
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { asProviderSettings } from '../settings.js'
import { errorResponse } from './errors.js'

/** The account of a call: its API key, sent as Bearer token. Otherwise a 401. Source: Errors, table of codes. */
export function authenticate(call: RouteCall): { account: string } | RouteAnswer {
  const key = /^bearer +(\S+) *$/i.exec(call.headers.authorization ?? '')?.[1]
  const refuse = (message: string) =>
    errorResponse(call, 401, 'authentication_failed', message, { headers: { 'www-authenticate': 'Bearer' } })
  if (key === undefined) return refuse('Authentication credentials were not provided.')
  const { apiKeys } = asProviderSettings(call.port.settings())
  if (apiKeys.length > 0 && !apiKeys.includes(key)) return refuse('Invalid API key.')
  return { account: key }
}
