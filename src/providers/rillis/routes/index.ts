// Rillis's own API: the Flow API's client routes, the Transaction Screening API and the Screening API.
import type { RouteSet } from '../../../provider/routes.js'
import { blacklistRoutes } from './blacklist.js'
import { clientApiRoutes } from './client-api.js'
import { cryptocurrenciesRoute } from './cryptocurrencies.js'
import { documentTypesRoute } from './document-types.js'
import { entityRoutes } from './entities.js'
import { errorResponse } from './errors.js'
import { fileRoutes } from './files.js'
import { partyRoutes } from './parties.js'
import { screeningRoutes } from './screening.js'
import { walletRoute } from './screening-wallet.js'
import { authenticate, tokenRoute } from './token.js'
import { transactionRoutes } from './transactions.js'

/** All routes served for Rillis. */
export const routes: RouteSet = {
  routes: [
    tokenRoute,
    ...clientApiRoutes,
    ...fileRoutes,
    ...entityRoutes,
    ...transactionRoutes,
    ...partyRoutes,
    documentTypesRoute,
    cryptocurrenciesRoute,
    ...screeningRoutes,
    walletRoute,
    ...blacklistRoutes,
  ],
  bearer: 'A token of POST /api/v1/auth/token; none is needed with apiAuth off.',
  before: authenticate,
  invalid: issues =>
    errorResponse(400, issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')),
  malformed: () => errorResponse(400, 'The body is not valid JSON.'),
  notFound: ({ path }) => errorResponse(404, `There is nothing at ${path.split('?')[0]}.`),
  methodNotAllowed: ({ path }, allowed) =>
    errorResponse(404, `There is nothing at ${path.split('?')[0]} for this method; it takes ${allowed.join(', ')}.`),
}
