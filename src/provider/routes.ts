// A provider's own API as data: the server's routes and the OpenAPI document are both made from it.
import type { ZodType } from 'zod'
import type { Json } from '../core/json.js'
import type { ProviderPort } from './port.js'

export interface RouteCall {
  /** Path parameters, decoded. */
  params: Record<string, string>
  /** Query parameters; the last value of a repeated one. */
  query: Record<string, string>
  /** Lower-case names. */
  headers: Record<string, string>
  /** The parsed body after the route's schema; undefined where the route has none. */
  body: unknown
  rawBody: string
  /** `http://127.0.0.1:4010/<provider>`: the base this provider is served under, without a trailing slash. */
  base: string
  /** Path and query below the base. */
  path: string
  port: ProviderPort
  /** Put there by `before`. */
  account: string | null
}

export interface RouteAnswer {
  status: number
  /** Sent as JSON; a string is sent as JSON text too. Undefined: no body. */
  body?: Json | undefined
  headers?: Record<string, string>
  /** Runs after the answer was sent, e.g. to trigger what follows from the call. */
  after?: () => Promise<void>
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Documented path below the provider's base, parameters in braces: `/api/v1/webhooks/{webhook_id}/`. */
  path: string
  summary: string
  /** False where the path is ours by analogy. */
  documented: boolean
  query?: ZodType
  body?: { type: 'json' | 'form'; schema: ZodType }
  answers: Record<number, { description: string; schema?: ZodType; contentType?: string }>
  /** `before` is skipped (a token endpoint). */
  open?: boolean
  handler(call: RouteCall): RouteAnswer | Promise<RouteAnswer>
}

export interface RouteSet {
  routes: readonly Route[]
  /** What the bearer token is that routes ask for which are not `open`, in words; absent where none is asked for. */
  bearer?: string
  /** Authentication and rate limit: the account, or the refusal. Default: account null. */
  before?(call: RouteCall): { account: string | null } | RouteAnswer | Promise<{ account: string | null } | RouteAnswer>
  /** The provider's dialect for bodies and queries that fail their schema. */
  invalid(issues: { path: string; message: string }[], call: RouteCall): RouteAnswer
  /** …for a body that is not JSON (or not a form). */
  malformed(call: RouteCall): RouteAnswer
  notFound(call: RouteCall): RouteAnswer
  methodNotAllowed(call: RouteCall, allowed: string[]): RouteAnswer
}
