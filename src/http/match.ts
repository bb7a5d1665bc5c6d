// Finds the route of a method and path among templates such as `/deliveries/{id}`; one matcher serves the control API and the providers'.

/** What a matcher needs to know of a route. */
export interface Templated {
  method: string
  /** Parameters in braces; one never spans a slash. */
  path: string
}

/** A route with its decoded parameters, or the methods that the path does take. */
export type Match<R> = { route: R; params: Record<string, string> } | { allowed: string[] }

interface Group<R> {
  pattern: RegExp
  weight: string
  routes: R[]
}

/** Names of the parameters of a template, in order. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')
}

const blank = (path: string) => path.replace(/\{[^}]+\}/g, '{}')

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Literal segments weigh more than parameters, from left to right: `/webhooks/test/` goes before `/webhooks/{id}/`. */
const weightOf = (path: string) =>
  path
    .split('/')
    .map(segment => (segment.includes('{}') ? '0' : '1'))
    .join('')

function decoded(values: readonly string[]): string[] | undefined {
  try {
    return values.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** A matcher over these routes; answers undefined for a path that no template fits. HEAD is taken as GET. */
export function pathMatcher<R extends Templated>(
  routes: readonly R[],
): (method: string, path: string) => Match<R> | undefined {
  const groups = new Map<string, Group<R>>()
  for (const route of routes) {
    const key = blank(route.path)
    const group = groups.get(key)
    if (group) group.routes.push(route)
    else
      groups.set(key, {
        pattern: new RegExp(`^${key.split('{}').map(escaped).join('([^/]+)')}$`),
        weight: weightOf(key),
        routes: [route],
      })
  }
  const ordered = [...groups.values()].sort((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0))
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method
    for (const group of ordered) {
      const found = group.pattern.exec(path)
      if (!found) continue
      const values = decoded(found.slice(1))
      if (!values) return undefined
      const route = group.routes.find(candidate => candidate.method === wanted)
      if (!route) return { allowed: [...new Set(group.routes.map(candidate => candidate.method))] }
      const params = Object.fromEntries(parameterNames(route.path).map((name, i) => [name, values[i] ?? '']))
      return { route, params }
    }
    return undefined
  }
}
