// A provider's own API as data: the server's routes and the OpenAPI document are both made from it.
import type { ZodType } from 'zod'
import type { Json } from '../core/json.js'
import type { ProviderPort } from './port.js'

/**
 * One request to a provider's own API.
 * @example
 * const handler: Route['handler'] = ({ params, account, port }: RouteCall) => {
 *   const order = port.subject(params.id ?? '')
 *   return order?.account === account ? { status: 200, body: order?.data } : { status: 404 }
 * }
 */
export interface RouteCall {
  /** Path parameters, decoded. */
  params: Record<string, string>
  /** Query parameters; the last value of a repeated one. */
  query: Record<string, string>
  /** Lower-case names. */
  headers: Record<string, string>
  /** The parsed body after the route's schema; undefined where the route has none. */
  body: unknown
  /** The body as text, before it was parsed. */
  rawBody: string
  /** `http://127.0.0.1:4010/<provider>`: the base this provider is served under, without a trailing slash. */
  base: string
  /** Path and query below the base. */
  path: string
  /** What the handler may do in the emulator. */
  port: ProviderPort
  /** The account that `before` found; null where there is none. */
  account: string | null
}

/**
 * An answer of a provider's own API.
 *
 * @example
 * { status: 201, body: { id }, after: async () => void (await port.trigger('order.created', { subject: id })) }
 */
export interface RouteAnswer {
  status: number
  /** Sent as JSON, a string too. Undefined: no body. */
  body?: Json | undefined
  headers?: Record<string, string>
  /** Runs after the answer is sent, such as to trigger the events that follow from the call. */
  after?: () => Promise<void>
}

/**
 * One route of a provider's own API.
 *
 * @example
 * const getOrder: Route = {
 *   method: 'GET',
 *   path: '/api/orders/{id}',
 *   summary: 'Shows an order.',
 *   documented: true,
 *   answers: { 200: { description: 'The order.' }, 404: { description: 'There is no such order.' } },
 *   handler: ({ params, port }) => {
 *     const order = port.subject(params.id ?? '')
 *     return order ? { status: 200, body: order.data } : { status: 404 }
 *   },
 * }
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Documented path below the provider's base; a parameter is a whole segment in braces: `/api/v1/webhooks/{webhook_id}/`. */
  path: string
  /** Name of the provider-wide setting (see `basePath`) whose value goes in front of `path`, where the documents do not name the path. */
  base?: string
  /** One line for the OpenAPI document. */
  summary: string
  /** False where the provider's documents do not name the path. */
  documented: boolean
  /** Name of the assumption that the path is, where it is ours. Fields: `.meta({ assumption })` in the schemas. */
  assumption?: string
  /** Schema of the query; what fails it is answered by `invalid`. */
  query?: ZodType
  /** Form and schema of the body; what cannot be read is answered by `malformed`, what fails the schema by `invalid`. */
  body?: { type: 'json' | 'form'; schema: ZodType }
  /** By status; `assumption` names the one that an answer is, where its status or body is ours. */
  answers: Record<number, { description: string; schema?: ZodType; contentType?: string; assumption?: string }>
  /** `before` is skipped (a token endpoint). */
  open?: boolean
  /** Answers one request; its body and query have passed their schemas. */
  handler(call: RouteCall): RouteAnswer | Promise<RouteAnswer>
}

/**
 * A provider's own API, with its way of refusing requests.
 * @example
 * {
 *   routes,
 *   bearer: 'the API key "test"',
 *   before: ({ headers }) => (headers.authorization === 'Bearer test' ? { account: null } : { status: 401 }),
 *   invalid: issues => ({ status: 422, body: { errors: issues.map(({ path, message }) => `${path}: ${message}`) } }),
 *   malformed: () => ({ status: 400 }),
 *   notFound: () => ({ status: 404 }),
 *   methodNotAllowed: (_call, allowed) => ({ status: 405, headers: { allow: allowed.join(', ') } }),
 * }
 */
export interface RouteSet {
  routes: readonly Route[]
  /** What the bearer token of routes that are not `open` is, in words; absent where they need none. */
  bearer?: string
  /** Authentication and rate limit: the account, or the answer that refuses the request. Default: account null. */
  before?(call: RouteCall): { account: string | null } | RouteAnswer | Promise<{ account: string | null } | RouteAnswer>
  /** Answers a body or query that fails its schema, in the provider's own form. */
  invalid(issues: { path: string; message: string }[], call: RouteCall): RouteAnswer | Promise<RouteAnswer>
  /** Answers a body that is not JSON (or not a form). */
  malformed(call: RouteCall): RouteAnswer
  /** Answers a path that there is no route for. */
  notFound(call: RouteCall): RouteAnswer
  /** Answers a method that the path has no route for. */
  methodNotAllowed(call: RouteCall, allowed: string[]): RouteAnswer
}
