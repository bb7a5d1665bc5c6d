// KYC Genie's own API: webhooks, the test endpoint, entities, questionnaires, workflows, responses, screenings, risk profiles and non-document checks.
import type { RouteSet } from '../../../provider/routes.js'
import { authenticate } from './authentication.js'
import { entityRoutes } from './entities.js'
import { malformed, notFound } from './errors.js'
import { invalid } from './invalid.js'
import { nonDocumentRoutes } from './non-document.js'
import { questionnaireRoutes } from './questionnaires.js'
import { responseRoutes } from './responses.js'
import { riskProfileRoutes } from './risk-profiles.js'
import { screeningRoutes } from './screening.js'
import { redirectOnly, withoutSlash, wrongMethod } from './slash.js'
import { testRoute } from './test.js'
import { webhookRoutes } from './webhooks.js'
import { workflowRoutes } from './workflows.js'

/** Paths with their slash; the test path comes before the one with an id. */
const slashed = [
  testRoute,
  ...webhookRoutes,
  ...entityRoutes,
  ...questionnaireRoutes,
  ...workflowRoutes,
  ...responseRoutes,
  ...screeningRoutes,
  ...riskProfileRoutes,
  ...nonDocumentRoutes,
]

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
