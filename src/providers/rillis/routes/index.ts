// Rillis's own API: the Flow API's client routes and the Transaction Screening API.
import type { RouteSet } from '../../../provider/routes.js'
import { refusal } from './answers.js'
import { clientApiRoutes } from './client-api.js'
import { documentTypesRoute } from './document-types.js'
import { authenticated, tokenRoute } from './token.js'
import { transactionRoutes } from './transactions.js'

/** Every route that Standin serves for Rillis. */
export const routes: RouteSet = {
  routes: [tokenRoute, ...clientApiRoutes, ...transactionRoutes, documentTypesRoute],
  bearer: 'A token of POST /api/v1/auth/token; none is asked for with apiAuth off.',
  before: authenticated,
  invalid: issues =>
    refusal(400, issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')),
  malformed: () => refusal(400, 'The body is not valid JSON.'),
  notFound: ({ path }) => refusal(404, `There is nothing at ${path.split('?')[0]}.`),
  methodNotAllowed: ({ path }, allowed) =>
    refusal(404, `There is nothing at ${path.split('?')[0]} for this method; it takes ${allowed.join(', ')}.`),
}
