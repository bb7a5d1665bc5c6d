// Who may use the server: the host names it answers to, the web pages it accepts, and the token of the control API.
import { createHash, timingSafeEqual } from 'node:crypto'
import { EmulatorError } from '../core/errors.js'
import type { ServerRequest } from './exchange.js'

/** Names that need no parser: it would cost more than the rest of the check. */
const PLAIN = /^(?:localhost|127\.0\.0\.1)(?=:\d{1,4}$|:[1-5]\d{4}$|$)/

const hostname = (host: string): string | undefined => {
  const [plain] = PLAIN.exec(host) ?? []
  if (plain !== undefined) return plain
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return undefined
  }
}

const isLoopback = (name: string) =>
  name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]'

const isAddress = (name: string) => name.startsWith('[') || /^\d+(\.\d+){3}$/.test(name)

const allowedName = (name: string, allowHosts: readonly string[]) =>
  isLoopback(name) || allowHosts.some(allowed => allowed.toLowerCase() === name)

const hostOf = ({ origin }: ServerRequest) => new URL(origin).host

/**
 * Refuses a Host that is not ours (a page that rebinds its own name to this address would come with that name; a bare address
 * cannot be rebound) and an Origin of a page that is neither ours nor on this machine. Throws `not_allowed`.
 */
export function checkNames(request: ServerRequest, allowHosts: readonly string[]): void {
  const host = request.headers().get('host') ?? hostOf(request)
  const name = hostname(host)
  if (name === undefined || !(isAddress(name) || allowedName(name, allowHosts)))
    throw new EmulatorError(`Standin does not answer to the host name "${name ?? host}".`, {
      code: 'not_allowed',
      hint: `Start the server with --allow-host ${name ?? 'NAME'} if it is meant to.`,
    })
  const origin = request.headers().get('origin')
  if (origin === null || origin.replace(/^https?:\/\//, '') === host) return
  const page = /^https?:\/\//.test(origin) ? hostname(origin.replace(/^https?:\/\//, '')) : undefined
  if (page !== undefined && allowedName(page, allowHosts)) return
  throw new EmulatorError(`Pages of ${origin} may not use this server.`, {
    code: 'not_allowed',
    hint: page === undefined ? undefined : `Start the server with --allow-host ${page} if they are meant to.`,
  })
}

/**
 * Refuses what a page of another site makes a browser ask without an Origin, such as an image or a frame. Throws `not_allowed`.
 * A link that a person follows is let through: it is a GET, and the page that has it does not see the answer.
 */
export function checkSite(request: ServerRequest): void {
  if (request.headers().get('sec-fetch-site') !== 'cross-site' || request.headers().get('origin') !== null) return
  if (request.headers().get('sec-fetch-mode') === 'navigate' && request.headers().get('sec-fetch-dest') === 'document')
    return
  throw new EmulatorError('Pages of other sites may not use this server.', {
    code: 'not_allowed',
    hint: 'Ask with fetch() from a page on this machine, or start the server with --allow-host for its site.',
  })
}

/** Whether a page of another origin is named as the one that the request comes from; a Referer that is no URL is of another origin. */
function hasForeignReferer(request: ServerRequest): boolean {
  const referer = request.headers().get('referer')
  if (referer === null) return false
  return !URL.canParse(referer) || new URL(referer).host !== (request.headers().get('host') ?? hostOf(request))
}

/**
 * Whether a browser asks to read, which a link or an image can make it do: it must change nothing. Older browsers send fewer of the
 * Sec-Fetch headers, or none and only a Referer. Node's own fetch sends `Sec-Fetch-Mode: cors` and no other of them.
 */
export function isBrowserRead(request: ServerRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const sent = [...request.headers()].filter(([name]) => name.startsWith('sec-fetch-'))
  const isNode = sent.length === 1 && request.headers().get('sec-fetch-mode') === 'cors'
  return (sent.length > 0 && !isNode) || hasForeignReferer(request)
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compares in constant time: digests, since texts to compare must be equally long. */
const sameText = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

/** Carries the access token where Authorization is for the provider's own credentials. */
const TOKEN_HEADER = 'x-standin-token'

/** True when no token is required or the request has it: as a bearer token, or in a header of its own. */
export function hasToken(request: ServerRequest, token: string | undefined): boolean {
  if (token === undefined) return true
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers().get('authorization') ?? '') ?? []
  return [request.headers().get(TOKEN_HEADER), bearer].some(given => given != null && sameText(given, token))
}

const WHERE_TOKEN_IS = 'the token that `serve` printed or was given (STANDIN_TOKEN, --token)'

/** The error of a request without the token. */
export function unauthorized(): EmulatorError {
  return new EmulatorError('The control API of this server requires its access token.', {
    code: 'unauthorized',
    hint: `Send "Authorization: Bearer TOKEN" with ${WHERE_TOKEN_IS}.`,
  })
}

/** The error of a call to a provider's API without the token, where that is guarded too. */
export function unauthorizedCall(): EmulatorError {
  return new EmulatorError("The providers' APIs of this server require its access token (serve --guard-providers).", {
    code: 'unauthorized',
    hint: `Send "X-Standin-Token: TOKEN" with ${WHERE_TOKEN_IS}, besides the provider's own credentials.`,
  })
}
