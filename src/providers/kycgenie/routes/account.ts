// Who calls: the API key is the account.
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { asProviderSettings } from '../settings.js'
import { errorAnswer } from './errors.js'

/** The account of a call, or 401: the Bearer token is the key, and the key is the account. */
export function authenticate(call: RouteCall): { account: string } | RouteAnswer {
  const key = /^bearer +(\S+) *$/i.exec(call.headers.authorization ?? '')?.[1]
  const refuse = (message: string) =>
    errorAnswer(call, 401, 'authentication_failed', message, { headers: { 'www-authenticate': 'Bearer' } })
  if (key === undefined) return refuse('Authentication credentials were not provided.')
  const { apiKeys } = asProviderSettings(call.port.settings())
  if (apiKeys.length > 0 && !apiKeys.includes(key)) return refuse('Invalid API key.')
  return { account: key }
}
