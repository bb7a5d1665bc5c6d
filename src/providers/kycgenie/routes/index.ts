// KYC Genie's own API: webhooks, the test endpoint, and objects of events.
import type { RouteSet } from '../../../provider/routes.js'
import { authenticate } from './authentication.js'
import { invalid, malformed, notFound } from './errors.js'
import { readRoutes } from './read.js'
import { redirectOnly, withoutSlash, wrongMethod } from './slash.js'
import { testRoute } from './test.js'
import { webhookRoutes } from './webhooks.js'

/** Documented paths; the test path comes before the one with an id. */
const slashed = [testRoute, ...webhookRoutes, ...readRoutes]

/** All routes, each also without its trailing slash. */
export const routes: RouteSet = {
  routes: [...slashed, ...slashed.map(withoutSlash), redirectOnly(testRoute)],
  bearer: 'An API key. Any text is accepted and is an account of its own, unless apiKeys lists the keys.',
  before: authenticate,
  invalid,
  malformed,
  notFound,
  methodNotAllowed: wrongMethod,
}
