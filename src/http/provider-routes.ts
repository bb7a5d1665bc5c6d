// Serves each provider's own API from its route set, in its own dialect; a provider is loaded by the first call to it.
import { EmulatorError } from '../core/errors.js'
import type { Emulator } from '../emulator/contract.js'
import type { Route, RouteAnswer, RouteCall, RouteSet } from '../provider/routes.js'
import type { CallHooks } from './call-hooks.js'
import { readBody } from './guard.js'
import { pathMatcher } from './match.js'

/** A call on its way to a provider. */
export interface ProviderRequest {
  emulator: Emulator
  provider: string
  request: Request
  /** Where this provider is served: `http://127.0.0.1:4010/acme`, no slash at the end. */
  base: string
  /** Path below the base, still percent-encoded, and the query with its question mark. */
  path: string
  search: string
  /** Runs once the answer has left. */
  afterwards(work: () => Promise<void>): void
}

type Find = ReturnType<typeof pathMatcher<Route>>

/** A body by its route's declared type; `malformed` where it is not of that type. */
function parsedBody(type: 'json' | 'form', raw: string): { value: unknown } | 'malformed' {
  if (type === 'form') return { value: Object.fromEntries(new URLSearchParams(raw)) }
  if (raw.trim() === '') return { value: {} }
  try {
    return { value: JSON.parse(raw) as unknown }
  } catch {
    return 'malformed'
  }
}

const issuesOf = (issues: readonly { path: PropertyKey[]; message: string }[]) =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))

/** From a call to its answer: authentication, body and query checked, handler; everything that is wrong in the set's dialect. */
async function answerOf(
  set: RouteSet,
  found: ReturnType<Find>,
  call: RouteCall,
): Promise<{ answer: RouteAnswer; call: RouteCall }> {
  if (!found) return { answer: set.notFound(call), call }
  if ('allowed' in found) return { answer: set.methodNotAllowed(call, found.allowed), call }
  const { route, params } = found
  let known: RouteCall = { ...call, params }
  if (set.before && !route.open) {
    const admitted = await set.before(known)
    if ('status' in admitted) return { answer: admitted, call: known }
    known = { ...known, account: admitted.account }
  }
  if (route.query) {
    const query = await route.query.safeParseAsync(known.query)
    if (!query.success) return { answer: set.invalid(issuesOf(query.error.issues), known), call: known }
  }
  if (route.body) {
    const read = parsedBody(route.body.type, known.rawBody)
    if (read === 'malformed') return { answer: set.malformed(known), call: known }
    const body = await route.body.schema.safeParseAsync(read.value)
    if (!body.success) return { answer: set.invalid(issuesOf(body.error.issues), known), call: known }
    known = { ...known, body: body.data }
  }
  return { answer: await route.handler(known), call: known }
}

/** A text that its route gives another content type than JSON goes out as it is; everything else as JSON. */
function responseOf({ status, body, headers = {} }: RouteAnswer, bodyless: boolean): Response {
  const given = new Headers(headers)
  if (body === undefined) return new Response(null, { status, headers: given })
  const type = given.get('content-type')
  if (type === null) given.set('content-type', 'application/json')
  const text = typeof body === 'string' && type !== null && !type.includes('json') ? body : JSON.stringify(body)
  return new Response(bodyless ? null : text, { status, headers: given })
}

/** The server of all providers' APIs; `hooks` hear every call. */
export function createProviderServer(hooks: CallHooks): (incoming: ProviderRequest) => Promise<Response> {
  const matchers = new WeakMap<RouteSet, Find>()
  const matcherOf = (set: RouteSet): Find => {
    const known = matchers.get(set)
    if (known) return known
    const find = pathMatcher(set.routes)
    matchers.set(set, find)
    return find
  }
  return async ({ emulator, provider, request, base, path, search, afterwards }) => {
    const { behaviour } = await emulator.load(provider)
    const set = behaviour.routes
    if (!set)
      throw new EmulatorError(`${provider} has no API of its own.`, {
        code: 'not_found',
        hint: 'Its subscriptions are made with POST /_standin/subscriptions.',
      })
    const found = matcherOf(set)(request.method, path === '' ? '/' : path)
    const first: RouteCall = {
      params: {},
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: Object.fromEntries(request.headers),
      body: undefined,
      rawBody: await readBody(request),
      base,
      path: `${path}${search}`,
      port: await emulator.port(provider),
      account: null,
    }
    const { answer, call } = await answerOf(set, found, first)
    const route = found && 'route' in found ? found.route.path : null
    const heard = { emulator, provider, method: request.method, route, path, call, answer }
    await hooks.before(heard)
    emulator.journal.record({
      kind: 'call.received',
      provider,
      method: request.method,
      path,
      status: answer.status,
    })
    afterwards(async () => {
      await answer.after?.()
      await hooks.after(heard)
    })
    return responseOf(answer, request.method === 'HEAD')
  }
}
