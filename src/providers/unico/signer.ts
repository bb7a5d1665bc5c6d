// Unico's credentials towards the receiver: none, Basic, an API key, or a bearer token asked for with client credentials.
import type { Signed } from '../../core/signature.js'
import type { SignInput } from '../../provider/channel.js'
import { apiKeyHeader, apiKeyProblem, basicHeader, basicProblem } from './credentials.js'
import type { Auth, SubscriptionSettings } from './settings.js'

type OAuth2 = Extract<Auth, { type: 'oauth2' }>

/** A token kept for all deliveries of one client, and the one request that may be under way for it. */
interface Kept {
  token?: string
  /** Emulator ms. */
  goodUntil?: number
  fetching?: Promise<Token | Failure>
}
interface Token {
  token: string
  goodUntil: number
}
interface Failure {
  failed: string
}

/** Lifetime of a token whose answer does not tell it, seconds. */
const DEFAULT_LIFETIME_S = 3600
/** Tokens are renewed so many seconds before they expire. */
const MARGIN_S = 30

/** A form field as application/x-www-form-urlencoded writes it. */
const formField = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

/** What a token endpoint answered, read as RFC 6749 has it. */
function readToken(body: string, now: number): Token | undefined {
  try {
    const { access_token: token, expires_in } = JSON.parse(body) as { access_token?: unknown; expires_in?: unknown }
    if (typeof token !== 'string' || token === '' || /[^\x21-\x7e]/.test(token)) return undefined
    const told = Number(expires_in ?? Number.NaN)
    const lifetime = Number.isFinite(told) && told >= 0 ? told : DEFAULT_LIFETIME_S
    return { token, goodUntil: now + Math.max(0, lifetime - MARGIN_S) * 1000 }
  } catch {
    return undefined
  }
}

/** Asks the provider URL for a token with client credentials. */
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
      failed: `the token endpoint ${auth.url} gave no answer: ${outcome.kind.replace('_', ' ')}${detail ? ` (${detail})` : ''}`,
    }
  }
  const status = outcome.status ?? 0
  if (status < 200 || status > 299) return { failed: `the token endpoint ${auth.url} answered ${status}` }
  return readToken(body, input.now) ?? { failed: `the answer of the token endpoint ${auth.url} holds no access_token` }
}

/** The token of a client: the kept one while it is good, else a new one, fetched once for all who wait for it. */
async function tokenFor(kept: Kept, auth: OAuth2, clientSecret: string, input: SignInput): Promise<Token | Failure> {
  if (kept.token !== undefined && kept.goodUntil !== undefined && input.now < kept.goodUntil)
    return { token: kept.token, goodUntil: kept.goodUntil }
  kept.fetching ??= fetchToken(auth, clientSecret, input).then(got => {
    delete kept.fetching
    if ('token' in got) Object.assign(kept, got)
    return got
  })
  return kept.fetching
}

/** The bearer token of an OAuth2 webhook. */
async function bearer(auth: OAuth2, input: SignInput): Promise<Signed> {
  const clientSecret = auth.clientSecret ?? input.secret
  if (clientSecret === null) return unsigned('auth names no clientSecret and the subscription has no secret')
  const { oauthClientAuth } = input.settings as SubscriptionSettings
  const key = JSON.stringify(['oauth2', auth, clientSecret, oauthClientAuth])
  const kept = (input.memory.get(key) ?? {}) as Kept
  input.memory.set(key, kept)
  const got = await tokenFor(kept, auth, clientSecret, input)
  if ('failed' in got) return unsigned(got.failed)
  return {
    headers: [['Authorization', `Bearer ${got.token}`]],
    renew: () => {
      // Another delivery may have renewed it meanwhile; that token is worth a try too.
      if (kept.token === got.token) delete kept.token
      return true
    },
  }
}

const unsigned = (failed: string): Signed => ({ headers: [], failed })

/** A credential string: the setting's own, or the subscription's secret; or why there is no good one. */
function credential(
  own: string | undefined,
  secret: string | null,
  problem: (text: string) => string | undefined,
): { text: string } | Failure {
  const text = own ?? secret
  if (text === null) return { failed: 'auth holds no credential string and the subscription has no secret' }
  const wrong = problem(text)
  return wrong === undefined ? { text } : { failed: wrong }
}

/** The credential header of a webhook (page "Setup"). Unico signs nothing. */
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

/** What is wrong with a subscription's secret, which stands in for the part of `auth` that was left out. */
export function secretProblem(secret: string, { auth }: SubscriptionSettings): string | undefined {
  if (auth.type === 'basic') return basicProblem(secret)
  if (auth.type === 'apiKey') return apiKeyProblem(secret)
  if (auth.type === 'oauth2') return secret === '' ? 'the client secret is empty' : undefined
  return 'it is of no use while auth.type is none; set that to basic (user:pass), apiKey (header:value) or oauth2 (the client secret)'
}
