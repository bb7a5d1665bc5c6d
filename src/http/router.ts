// A Hono app made of routes that are data, with templates such as `/deliveries/{id}`: it serves the control API and the providers' APIs.
import { type Context, Hono } from 'hono'

/** What the router reads of a route. */
interface Templated {
  method: string
  /** Parameters are whole segments in braces: `/deliveries/{id}`. */
  path: string
}

/** What answers a request; `B` is what the server knows of it besides the request itself, Hono's bindings. */
interface Answers<B extends object, R> {
  /** `params` are decoded. HEAD comes to the route of GET, and its response loses the body. */
  route(context: Context<{ Bindings: B }>, route: R, params: Record<string, string>): Promise<Response>
  /** The path has no route for this method. */
  notAllowed(context: Context<{ Bindings: B }>, allowed: string[]): Response | Promise<Response>
  /** No route has this path, or it cannot be decoded. */
  notFound(context: Context<{ Bindings: B }>): Response | Promise<Response>
}

/** Names of the parameters of a template, in order. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** The app of these routes. `bindings.path` is what is routed, still percent-encoded; what a handler throws is thrown on. */
export function routerOf<B extends { path: string }, R extends Templated>(
  routes: readonly R[],
  { route: answer, notAllowed, notFound }: Answers<B, R>,
): Hono<{ Bindings: B }> {
  const app = new Hono<{ Bindings: B }>({
    getPath: (_, { env } = {}) => (env && canBeDecoded(env.path) ? env.path || '/' : ''),
  })
  const groups = new Map<string, Map<string, R>>()
  for (const route of routes) {
    const template = route.path.replace(/\{[^}]+\}/g, '{}')
    const group = groups.get(template) ?? new Map<string, R>()
    groups.set(template, group.set(route.method, group.get(route.method) ?? route))
  }
  // Hono takes the first path that fits. `{` sorts behind letters and digits, so a literal segment goes before a parameter. One handler
  // a path, and parameters named by their place, are what its faster ways need.
  for (const [template, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let place = 0
    const path = template.replaceAll('{}', () => `:p${place++}`)
    const allowed = [...group.keys()]
    app.all(path, context => {
      const { method } = context.req
      const route = group.get(method === 'HEAD' ? 'GET' : method)
      if (route === undefined) return notAllowed(context, allowed)
      const names = place === 0 ? [] : parameterNames(route.path)
      const params = names.map((name, i) => [name, context.req.param(`p${i}`) ?? ''] as const)
      return answer(context, route, Object.fromEntries(params))
    })
  }
  app.notFound(notFound)
  app.onError(error => {
    throw error
  })
  return app
}
