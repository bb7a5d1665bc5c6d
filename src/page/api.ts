// The control API from the page: the only place that asks it, besides the stream; typed by api/.
import { signal } from '@preact/signals'
import type { Problem } from '../api/problem.js'

/** An error of the control API, or of the way to it (status 0). */
export class ApiError extends Error {
  constructor(
    readonly problem: Pick<Problem, 'detail' | 'status' | 'code' | 'hint' | 'where' | 'errors'>,
    /** The whole body: some errors say more than a problem does. */
    readonly body: unknown = problem,
  ) {
    super(problem.detail)
    this.name = 'ApiError'
  }
}

/** URL below which the API is: that of the server, or of the space that this page shows. Ends in a slash. */
export const base = new URL('.', location.href)

/** Name of the space that this page shows; null: the root. */
export const spaceName: string | null =
  decodeURIComponent(/^\/spaces\/([^/]+)\//.exec(base.pathname)?.[1] ?? '') || null

const KEY = 'standin-token'

/** The access token, where the server requires one: kept for this tab only, sent in a header only. */
const token = signal(sessionStorage.getItem(KEY))

/** True while the server requires a token that this page does not have. */
export const needsToken = signal(false)

/** Rises when a token is entered, so that what failed without one is asked again. */
export const session = signal(0)

/** Keeps the token that a person entered. */
export function enterToken(text: string): void {
  token.value = text
  sessionStorage.setItem(KEY, text)
  retrySession()
}

/** Asks everything again. */
export function retrySession(): void {
  needsToken.value = false
  session.value++
}

/** True if the server refused the token that was entered. */
export const isTokenWrong = (): boolean => needsToken.value && token.value !== null

/** True if this page sends a token. */
export const hasToken = (): boolean => token.value !== null

/** Headers of a request: the token, where there is one. */
export const authorization = (): Record<string, string> =>
  token.value === null ? {} : { authorization: `Bearer ${token.value}` }

/** Query parameters; undefined and empty ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The URL of a path of the control API such as `/deliveries`. */
export function apiUrl(path: string, query: Query = {}): URL {
  const url = new URL(`_standin${path}`, base)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value))
  return url
}

/** What is sent: `body` as JSON, or `text` as it is. */
interface Sent {
  query?: Query
  body?: unknown
  text?: string
  contentType?: string
  signal?: AbortSignal
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body = JSON.parse(text)
    return new ApiError(body, body)
  } catch {
    return new ApiError({
      detail: `The server answered ${response.status}.`,
      status: response.status,
      code: 'internal',
    })
  }
}

/** The error of a response other than 2xx; where the server wants a token, the page asks for it. */
export async function refused(response: Response): Promise<ApiError> {
  if (response.status === 401) needsToken.value = true
  return problemOf(response)
}

/** Asks the control API; throws an `ApiError`. */
export async function request(method: string, path: string, { query, ...sent }: Sent = {}): Promise<Response> {
  return requestAt(method, apiUrl(path, query), sent)
}

/** Asks the server itself, not the space that this page shows; `path` is below its root. Throws an `ApiError`. */
export async function serverRequest(method: string, path: string, sent: Omit<Sent, 'query'> = {}): Promise<Response> {
  return requestAt(method, new URL(path, location.origin), sent)
}

async function requestAt(
  method: string,
  url: URL,
  { body, text, contentType = 'application/json', signal }: Omit<Sent, 'query'>,
): Promise<Response> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body))
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: { ...authorization(), ...(sent === undefined ? {} : { 'content-type': contentType }) },
      ...(sent === undefined ? {} : { body: sent }),
      ...(signal ? { signal } : {}),
      cache: 'no-store',
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError({
      detail: 'The server does not answer.',
      status: 0,
      code: 'unreachable',
      hint: 'It may have been stopped: start it again with standin serve.',
    })
  }
  if (response.ok) return response
  throw await refused(response)
}

/** Gets JSON. */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await request('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) })
  return response.json()
}

/** Sends JSON and gets JSON; undefined where the answer has no body. */
export async function send<T = undefined>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await request(method, path, body === undefined ? {} : { body })
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** A path segment: ids may have any character. */
export const segment = (id: string): string => encodeURIComponent(id)
