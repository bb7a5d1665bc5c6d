// Finds the route of a request among routes that are data, with templates such as `/deliveries/{id}`: those of the control API and of the providers' APIs.

/** What the router reads of a route. */
interface Templated {
  method: string
  /** Parameters are whole segments in braces: `/deliveries/{id}`. */
  path: string
}

/** The route of a request with its decoded parameters; or the methods of a path that has none for this one. */
export type Found<R> = { route: R; params: Record<string, string> } | { allowed: string[] }

/**
 * Finds by method and path, which is still percent-encoded; undefined where no route has this path, or it cannot be decoded. HEAD comes
 * to the route of GET.
 */
export type Router<R> = (method: string, path: string) => Found<R> | undefined

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

const PARAMETER = '{}'

/** The parameters of a path by their places in a template; undefined where the path does not fit it. */
function valuesIn(template: readonly string[], path: readonly string[]): string[] | undefined {
  if (template.length !== path.length) return undefined
  const values: string[] = []
  for (const [i, segment] of template.entries()) {
    const given = path[i] ?? ''
    if (segment === PARAMETER && given !== '') values.push(decodeURIComponent(given))
    else if (segment !== given) return undefined
  }
  return values
}

/** The router of these routes. A literal segment goes before a parameter. */
export function routerOf<R extends Templated>(routes: readonly R[]): Router<R> {
  const groups = new Map<string, Map<string, R>>()
  for (const route of routes) {
    const template = route.path.replace(/\{[^}]+\}/g, PARAMETER)
    const group = groups.get(template) ?? new Map<string, R>()
    groups.set(template, group.set(route.method, group.get(route.method) ?? route))
  }
  const literals = new Map([...groups].filter(([template]) => !template.includes(PARAMETER)))
  // `{` sorts behind letters and digits.
  const templates = [...groups]
    .filter(([template]) => template.includes(PARAMETER))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([template, group]) => ({ segments: template.split('/'), group }))

  const within = (group: Map<string, R>, method: string, values: readonly string[]): Found<R> => {
    const route = group.get(method === 'HEAD' ? 'GET' : method)
    if (route === undefined) return { allowed: [...group.keys()] }
    const params: Record<string, string> = {}
    if (values.length > 0) for (const [i, name] of parameterNames(route.path).entries()) params[name] = values[i] ?? ''
    return { route, params }
  }

  return (method, path) => {
    if (path.includes('%') && !canBeDecoded(path)) return undefined
    const literal = literals.get(path || '/')
    if (literal) return within(literal, method, [])
    const segments = path.split('/')
    for (const template of templates) {
      const values = valuesIn(template.segments, segments)
      if (values) return within(template.group, method, values)
    }
    return undefined
  }
}
