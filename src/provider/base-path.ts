// Base paths of routes whose path a provider's documents do not name: settings, so that the real path can take their place.
import * as z from 'zod'
import type { Settings } from './channel.js'
import type { Route, RouteSet } from './routes.js'

const SEGMENTS = /^(\/[A-Za-z0-9._~-]+)*$/

/** Setting of a base path, such as `/api/v1/orders`; empty: the routes are right below the provider's own base. */
export const basePath = (standard: string) =>
  z
    .string()
    .max(200)
    .regex(SEGMENTS, 'must be a path such as /api/v1/orders, without a slash at the end')
    .default(standard)

/** The values of the settings that a set's paths depend on. */
export function basesOf({ routes }: RouteSet, settings: Settings): Readonly<Record<string, string>> {
  const named = new Set(routes.flatMap(({ base }) => base ?? []))
  return Object.fromEntries([...named].map(base => [base, String(settings[base] ?? '')]))
}

/** The routes of a set with their whole paths under these complete provider-wide settings. */
export function placedRoutes(set: RouteSet, settings: Settings): readonly Route[] {
  const bases = basesOf(set, settings)
  return set.routes.map(route =>
    route.base === undefined ? route : { ...route, path: `${bases[route.base]}${route.path}` },
  )
}
