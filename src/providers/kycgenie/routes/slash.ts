// Paths without their last slash: redirected or not found as Django does it, or served when `trailingSlash` is lenient.
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { asProviderSettings } from '../settings.js'
import { authenticate } from './account.js'
import { errorAnswer, errorEnvelope, invalid, malformed, methodNotAllowed, notFound } from './errors.js'

function redirect(call: RouteCall): RouteAnswer {
  const [path = '', query] = call.path.split('?', 2)
  const search = query === undefined ? '' : `?${query}`
  return { status: 301, headers: { location: `${call.base}${path}/${search}` } }
}

/** Django says on its debug page alone what is wrong with such a path; here every caller is told. */
function slashMissing(call: RouteCall): RouteAnswer {
  const [path = ''] = call.path.split('?', 1)
  return errorAnswer(call, 404, 'not_found', `Not found. The path ends with a slash: ${path}/`)
}

/** The slashed route's own answer, its guard and its body's schema included. */
async function served(route: Route, call: RouteCall): Promise<RouteAnswer> {
  const caller = authenticate(call)
  if ('status' in caller) return caller
  const known = { ...call, account: caller.account }
  if (!route.body) return route.handler(known)
  let body: unknown
  try {
    body = call.rawBody.trim() === '' ? {} : JSON.parse(call.rawBody)
  } catch {
    return malformed(call)
  }
  const parsed = route.body.schema.safeParse(body)
  if (parsed.success) return route.handler({ ...known, body: parsed.data })
  return invalid(
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    call,
  )
}

const strict = (call: RouteCall): boolean => asProviderSettings(call.port.settings()).trailingSlash === 'strict'

/** A method that a path does not have: 405, or plainly not found where the path lacks its last slash. */
export function wrongMethod(call: RouteCall, allowed: string[]): RouteAnswer {
  const slashless = !(call.path.split('?', 1)[0] ?? '').endsWith('/')
  return slashless && strict(call) ? notFound(call) : methodNotAllowed(call, allowed)
}

/** The redirect of a path that takes no GET: Django looks at the path alone. */
export function redirectOnly(route: Route): Route {
  return {
    method: 'GET',
    path: route.path.replace(/\/$/, ''),
    summary: `${route.summary} (redirect to the path with its last slash)`,
    documented: false,
    open: true,
    answers: {
      301: { description: 'To the same path with the slash.' },
      405: { description: 'The path takes no GET.', schema: errorEnvelope },
    },
    handler: call => (strict(call) ? redirect(call) : methodNotAllowed(call, [route.method])),
  }
}

/** The twin of a route whose path has no last slash. It is open because a redirect asks for no key. */
export function withoutSlash(route: Route): Route {
  const answers: Route['answers'] = {
    ...route.answers,
    404: { description: 'Not found: only a GET is redirected.', schema: errorEnvelope },
  }
  if (route.method === 'GET') answers[301] = { description: 'To the same path with the slash.' }
  return {
    method: route.method,
    path: route.path.replace(/\/$/, ''),
    summary: `${route.summary} (path without its last slash)`,
    documented: false,
    open: true,
    answers,
    handler(call) {
      if (!strict(call)) return served(route, call)
      return route.method === 'GET' ? redirect(call) : slashMissing(call)
    },
  }
}
