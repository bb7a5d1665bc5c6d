// Paths without their trailing slash: redirected or not found as Django does it, or served if `trailingSlash` is lenient.
import { plainIssues } from '../../../core/issues.js'
import { parseJson } from '../../../core/json.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { asProviderSettings } from '../settings.js'
import { authenticate } from './authentication.js'
import { errorEnvelope, errorResponse, malformed, methodNotAllowed, notFound } from './errors.js'
import { invalid } from './invalid.js'

function redirect(call: RouteCall): RouteAnswer {
  const [path = '', query] = call.path.split('?', 2)
  const search = query === undefined ? '' : `?${query}`
  return { status: 301, headers: { location: `${call.base}${path}/${search}` } }
}

/** 404 that names the path with its slash; Django does so on its debug page only. */
function slashMissing(call: RouteCall): RouteAnswer {
  const [path = ''] = call.path.split('?', 1)
  return errorResponse(call, 404, 'not_found', `Not found. The path ends with a slash: ${path}/`)
}

/** The response of the route with the slash, including authentication and the check of the body. */
async function served(route: Route, call: RouteCall): Promise<RouteAnswer> {
  const caller = authenticate(call)
  if ('status' in caller) return caller
  const known = { ...call, account: caller.account }
  if (!route.body) return route.handler(known)
  let body: unknown
  try {
    body = call.rawBody.trim() === '' ? {} : parseJson(call.rawBody)
  } catch {
    return malformed(call)
  }
  const parsed = route.body.schema.safeParse(body)
  if (parsed.success) return route.handler({ ...known, body: parsed.data })
  return invalid(plainIssues(parsed.error), call)
}

const strict = (call: RouteCall): boolean => asProviderSettings(call.port.settings()).trailingSlash === 'strict'

/** Response to a method that a path does not have: 405, or 404 if the path lacks its trailing slash. */
export function wrongMethod(call: RouteCall, allowed: string[]): RouteAnswer {
  const slashless = !(call.path.split('?', 1)[0] ?? '').endsWith('/')
  return slashless && strict(call) ? notFound(call) : methodNotAllowed(call, allowed)
}

/** The redirect of a path that has no GET: Django checks the path only. */
export function redirectOnly(route: Route): Route {
  return {
    method: 'GET',
    path: route.path.replace(/\/$/, ''),
    summary: `${route.summary} (redirect to the path with its trailing slash)`,
    documented: false,
    assumption: 'trailingSlash',
    open: true,
    answers: {
      301: { description: 'To the same path with the slash.', assumption: 'trailingSlash' },
      405: { description: 'The path has no GET.', schema: errorEnvelope, assumption: 'methodNotAllowedBody' },
    },
    handler: call => (strict(call) ? redirect(call) : methodNotAllowed(call, [route.method])),
  }
}

/** The same route without the trailing slash. It is open, because a redirect needs no API key. */
export function withoutSlash(route: Route): Route {
  const answers: Route['answers'] = {
    ...route.answers,
    404: { description: 'Not found: only a GET is redirected.', schema: errorEnvelope, assumption: 'trailingSlash' },
  }
  if (route.method === 'GET')
    answers[301] = { description: 'To the same path with the slash.', assumption: 'trailingSlash' }
  return {
    method: route.method,
    path: route.path.replace(/\/$/, ''),
    ...(route.base === undefined ? {} : { base: route.base }),
    summary: `${route.summary} (path without its trailing slash)`,
    documented: false,
    assumption: 'trailingSlash',
    open: true,
    answers,
    handler(call) {
      if (!strict(call)) return served(route, call)
      return route.method === 'GET' ? redirect(call) : slashMissing(call)
    },
  }
}
