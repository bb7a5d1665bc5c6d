// Unico's credentials towards the receiver: none, Basic, an API key, or a bearer token requested with client credentials. Source: Setup, authentication.
import type { Signed } from '../../core/signature.js'
import type { SignInput } from '../../provider/channel.js'
import { apiKeyHeader, apiKeyProblem, basicHeader, basicProblem } from './credentials.js'
import type { Auth, SubscriptionSettings } from './settings.js'

type OAuth2 = Extract<Auth, { type: 'oauth2' }>

/** The cached token of one client, and the request for a new one while it is in progress. */
interface CachedToken {
  token?: string
  /** Emulator time, ms. */
  validUntil?: number
  fetching?: Promise<Token | Failure>
}
interface Token {
  token: string
  validUntil: number
}
interface Failure {
  failed: string
}

/** Lifetime of a token without `expires_in`, seconds. */
const DEFAULT_LIFETIME_S = 3600
/** How many seconds before its expiry a token is renewed. */
const MARGIN_S = 30

/** A form field as application/x-www-form-urlencoded writes it. */
const formField = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

/** The token in a response of a token endpoint (RFC 6749, section 5.1); undefined if there is none. */
function readToken(body: string, now: number): Token | undefined {
  try {
    const { access_token: token, expires_in } = JSON.parse(body) as { access_token?: unknown; expires_in?: unknown }
    if (typeof token !== 'string' || token === '' || /[^\x21-\x7e]/.test(token)) return undefined
    const seconds = Number(expires_in ?? Number.NaN)
    const lifetime = Number.isFinite(seconds) && seconds >= 0 ? seconds : DEFAULT_LIFETIME_S
    return { token, validUntil: now + Math.max(0, lifetime - MARGIN_S) * 1000 }
  } catch {
    return undefined
  }
}

/** Requests a token from the configured URL with client credentials (RFC 6749, section 4.4). */
async function fetchToken(auth: OAuth2, clientSecret: string, input: SignInput): Promise<Token | Failure> {
  const { oauthClientAuth, timeoutSeconds } = input.settings as SubscriptionSettings
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (auth.scope !== undefined) form.set('scope', auth.scope)
  if (auth.audience !== undefined) form.set('audience', auth.audience)
  const headers: [string, string][] = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Accept', 'application/json'],
  ]
  if (oauthClientAuth === 'body') {
    form.set('client_id', auth.clientId)
    form.set('client_secret', clientSecret)
  } else headers.push(['Authorization', basicHeader(`${formField(auth.clientId)}:${formField(clientSecret)}`)])
  const { outcome, body } = await input.call({
    method: 'POST',
    url: auth.url,
    headers,
    body: form.toString(),
    timeoutMs: timeoutSeconds * 1000,
  })
  if (outcome.kind !== 'answered') {
    const detail = outcome.detail ?? outcome.code
    return {
      failed: `the token endpoint ${auth.url} did not answer: ${outcome.kind.replace('_', ' ')}${detail ? ` (${detail})` : ''}`,
    }
  }
  const status = outcome.status ?? 0
  if (status < 200 || status > 299) return { failed: `the token endpoint ${auth.url} answered ${status}` }
  return readToken(body, input.now) ?? { failed: `the response of the token endpoint ${auth.url} has no access_token` }
}

/** The token of a client: the cached one while it is valid, otherwise a new one, requested once for all deliveries that wait. */
async function tokenFor(
  cached: CachedToken,
  auth: OAuth2,
  clientSecret: string,
  input: SignInput,
): Promise<Token | Failure> {
  if (cached.token !== undefined && cached.validUntil !== undefined && input.now < cached.validUntil)
    return { token: cached.token, validUntil: cached.validUntil }
  cached.fetching ??= fetchToken(auth, clientSecret, input)
    .finally(() => {
      delete cached.fetching
    })
    .then(got => {
      if ('token' in got) Object.assign(cached, got)
      return got
    })
  return cached.fetching
}

/** The Authorization header of an OAuth2 webhook. */
async function bearer(auth: OAuth2, input: SignInput): Promise<Signed> {
  const clientSecret = auth.clientSecret ?? input.secret
  if (clientSecret === null) return unsigned('auth has no clientSecret and the subscription has no secret')
  const { oauthClientAuth } = input.settings as SubscriptionSettings
  const key = JSON.stringify(['oauth2', auth, clientSecret, oauthClientAuth])
  const cached = (input.memory.get(key) ?? {}) as CachedToken
  input.memory.set(key, cached)
  const got = await tokenFor(cached, auth, clientSecret, input)
  if ('failed' in got) return unsigned(got.failed)
  return {
    headers: [['Authorization', `Bearer ${got.token}`]],
    renew: () => {
      // If another delivery has renewed it in the meantime, that token is tried.
      if (cached.token === got.token) delete cached.token
      return true
    },
  }
}

const unsigned = (failed: string): Signed => ({ headers: [], failed })

/** A credential string: that of the setting, or the subscription's secret; or why there is no valid one. */
function credential(
  own: string | undefined,
  secret: string | null,
  problem: (text: string) => string | undefined,
): { text: string } | Failure {
  const text = own ?? secret
  if (text === null) return { failed: 'auth has no credential string and the subscription has no secret' }
  const reason = problem(text)
  return reason === undefined ? { text } : { failed: reason }
}

/** The credential header of a webhook; nothing is signed. Source: Setup, authentication. */
export function sign(input: SignInput): Signed | Promise<Signed> {
  const { auth } = input.settings as SubscriptionSettings
  if (auth.type === 'oauth2') return bearer(auth, input)
  if (auth.type === 'none') return { headers: [] }
  const got =
    auth.type === 'basic'
      ? credential(auth.credentials, input.secret, basicProblem)
      : credential(auth.value, input.secret, apiKeyProblem)
  if ('failed' in got) return unsigned(got.failed)
  return { headers: [auth.type === 'basic' ? ['Authorization', basicHeader(got.text)] : apiKeyHeader(got.text)] }
}

/** What is wrong with a subscription's secret, which is used for the part of `auth` that was left out; undefined when nothing is. */
export function secretProblem(secret: string, { auth }: SubscriptionSettings): string | undefined {
  if (auth.type === 'basic') return basicProblem(secret)
  if (auth.type === 'apiKey') return apiKeyProblem(secret)
  if (auth.type === 'oauth2') return secret === '' ? 'the client secret is empty' : undefined
  return 'it is not used while auth.type is none; set auth.type to basic (user:pass), apiKey (header:value) or oauth2 (the client secret)'
}
