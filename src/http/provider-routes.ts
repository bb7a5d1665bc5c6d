// Serves each provider's own API from its route set, in its own dialect; a provider is loaded by the first call to it.
import type { ServerResponse } from 'node:http'
import { MOST_ENTRIES } from '../api/values.js'
import { EmulatorError } from '../core/errors.js'
import { plainIssues } from '../core/issues.js'
import { parseJson } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import { basesOf, placedRoutes } from '../provider/base-path.js'
import type { Settings } from '../provider/channel.js'
import type { Route, RouteAnswer, RouteCall, RouteSet } from '../provider/routes.js'
import type { CallHooks } from './call-hooks.js'
import { directly, readBody, type ServerRequest, textResponse, WITHOUT_TEXT } from './exchange.js'
import { type Router, routerOf } from './router.js'

/** A call on its way to a provider. */
export interface ProviderRequest {
  emulator: Emulator
  provider: string
  request: ServerRequest
  /** Where this provider is served: `http://127.0.0.1:4010/acme`, no slash at the end. */
  base: string
  /** Path below the base, still percent-encoded, and the query with its question mark. */
  path: string
  search: string
  /** Runs once the answer was sent. */
  afterwards(work: () => Promise<void>): void
}

/** An answer, and the call as far as it was parsed. */
interface Answered {
  answer: RouteAnswer
  call: RouteCall
}

/** A body by its route's declared type; `malformed` where it is not of that type, or beyond what Standin takes in. */
function parsedBody(type: 'json' | 'form', raw: string): { value: unknown } | 'malformed' {
  if (type === 'form')
    return raw.split('&', MOST_ENTRIES + 1).length > MOST_ENTRIES
      ? 'malformed'
      : { value: Object.fromEntries(new URLSearchParams(raw)) }
  if (raw.trim() === '') return { value: {} }
  try {
    return { value: parseJson(raw) }
  } catch {
    return 'malformed'
  }
}

/** From a call to its answer: authentication, body and query checked, handler; everything that is wrong in the set's dialect. */
async function answerOf(set: RouteSet, route: Route, call: RouteCall): Promise<Answered> {
  let known = call
  if (set.before && !route.open) {
    const admitted = await set.before(known)
    if ('status' in admitted) return { answer: admitted, call: known }
    known = { ...known, account: admitted.account }
  }
  if (route.query) {
    const query = await route.query.safeParseAsync(known.query)
    if (!query.success) return { answer: await set.invalid(plainIssues(query.error), known), call: known }
  }
  if (route.body) {
    const read = parsedBody(route.body.type, known.rawBody)
    if (read === 'malformed') return { answer: set.malformed(known), call: known }
    const body = await route.body.schema.safeParseAsync(read.value)
    if (!body.success) return { answer: await set.invalid(plainIssues(body.error), known), call: known }
    known = { ...known, body: body.data }
  }
  return { answer: await route.handler(known), call: known }
}

/** A text that its route gives another content type than JSON goes out as it is; everything else as JSON. */
function responseOf({ status, body, headers }: RouteAnswer, outgoing: ServerResponse | undefined): Response {
  // Not left to Response: one that a server of the same process has put in its place refuses a status only when it is read.
  if (status < 200 || status > 599 || (body !== undefined && WITHOUT_TEXT.includes(status)))
    throw new RangeError(
      `The route answers ${status}, which no response with${body === undefined ? 'out' : ''} a body can have.`,
    )
  if (body !== undefined && !headers && outgoing) {
    const json: string | undefined = JSON.stringify(body)
    if (json !== undefined) return textResponse(json, { status, type: 'application/json', outgoing })
  }
  const given = new Headers(headers)
  if (body === undefined) return new Response(null, { status, headers: given })
  const type = given.get('content-type')
  if (type === null) given.set('content-type', 'application/json')
  const text = typeof body === 'string' && type !== null && !type.includes('json') ? body : JSON.stringify(body)
  return new Response(text, { status, headers: given })
}

async function callOf({ emulator, provider, request, base, path, search }: ProviderRequest): Promise<RouteCall> {
  return {
    params: {},
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(request.headers()),
    body: undefined,
    rawBody: await readBody(request),
    base,
    path: `${path}${search}`,
    port: await emulator.port(provider),
    account: null,
  }
}

/** Routers of one provider kept at once: spaces may have base paths of their own. */
const MAX_ROUTERS = 20

/** The server of all providers' APIs; `hooks` get every call. */
export function createProviderServer(hooks: CallHooks): (incoming: ProviderRequest) => Promise<Response> {
  /** Reads the call, has it answered, and runs the hooks around the answer. */
  const serve = async (
    incoming: ProviderRequest,
    route: string | null,
    answered: (call: RouteCall) => Answered | Promise<Answered>,
  ): Promise<Response> => {
    const { emulator, provider, request, path, afterwards } = incoming
    const { method } = request
    const { answer, call } = await answered(await callOf(incoming))
    const observed = { emulator, provider, method, route, path, call, answer }
    await hooks.before(observed)
    emulator.journal.record({ kind: 'call.received', provider, method, path, status: answer.status })
    afterwards(async () => {
      await answer.after?.()
      await hooks.after(observed)
    })
    return responseOf(answer, directly(request))
  }
  const routers = new WeakMap<RouteSet, Map<string, Router<Route>>>()
  /** One router for each combination of base paths; the oldest goes when there are too many. */
  const routerFor = (set: RouteSet, settings: Settings): Router<Route> => {
    const known = routers.get(set) ?? new Map<string, Router<Route>>()
    routers.set(set, known)
    const bases = JSON.stringify(basesOf(set, settings))
    const found = known.get(bases)
    if (found) return found
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size >= MAX_ROUTERS) known.delete(oldest)
    const made = routerOf(placedRoutes(set, settings))
    known.set(bases, made)
    return made
  }
  return async incoming => {
    const { emulator, provider, request, path } = incoming
    const { routes: set } = (await emulator.load(provider)).behaviour
    if (!set)
      throw new EmulatorError(`${provider} has no API of its own.`, {
        code: 'not_found',
        hint: 'Its subscriptions are made with POST /_standin/subscriptions.',
      })
    const { settings } = await emulator.port(provider)
    const found = routerFor(set, settings())(request.method, path)
    if (found === undefined) return serve(incoming, null, call => ({ answer: set.notFound(call), call }))
    if ('allowed' in found)
      return serve(incoming, null, call => ({ answer: set.methodNotAllowed(call, found.allowed), call }))
    const { route, params } = found
    return serve(incoming, route.path, call => answerOf(set, route, { ...call, params }))
  }
}
