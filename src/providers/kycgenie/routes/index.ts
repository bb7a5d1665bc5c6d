// KYC Genie's own API: webhooks, the test endpoint and what can be read back, in its error dialect.
import type { RouteSet } from '../../../provider/routes.js'
import { authenticate } from './account.js'
import { invalid, malformed, notFound } from './errors.js'
import { readRoutes } from './read.js'
import { redirectOnly, withoutSlash, wrongMethod } from './slash.js'
import { testRoute } from './test.js'
import { webhookRoutes } from './webhooks.js'

/** Documented paths; the test path stands before the one with an id. */
const slashed = [testRoute, ...webhookRoutes, ...readRoutes]

/** Every route, each with its twin that lacks the last slash. */
export const routes: RouteSet = {
  routes: [...slashed, ...slashed.map(withoutSlash), redirectOnly(testRoute)],
  bearer: 'An API key; any text is one, and an account of its own, unless apiKeys lists those that are.',
  before: authenticate,
  invalid,
  malformed,
  notFound,
  methodNotAllowed: wrongMethod,
}
