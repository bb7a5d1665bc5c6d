// POST /oauth2/token: an access token for a signed assertion. Source: Authentication API, request and response.
import * as z from 'zod'
import type { Route, RouteAnswer } from '../../../provider/routes.js'
import type { TokenError } from '../enums.js'
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from './access-token.js'
import { checkAssertion, JWT_BEARER } from './assertion.js'

const form = z.looseObject({
  grant_type: z.string().optional().describe(JWT_BEARER),
  assertion: z.string().optional().describe('A compact JWS (RS256) with exactly iss, aud, scope, iat and exp.'),
})

/** A 401 of the token endpoint. Source: Authentication errors, sample. */
export function tokenError(code: TokenError): RouteAnswer {
  return { status: 401, body: { error: 'server_error', error_description: `Falha na autenticação ${code}` } }
}

/** The token endpoint. */
export const token: Route = {
  method: 'POST',
  path: '/oauth2/token',
  summary: 'Get an access token for a signed assertion',
  documented: true,
  open: true,
  body: { type: 'form', schema: form },
  answers: {
    200: {
      description: 'An access token',
      schema: z.object({ access_token: z.string(), expires_in: z.int(), token_type: z.string() }),
    },
    401: {
      description: 'The assertion was refused; the description ends with the error code',
      schema: z.object({ error: z.string(), error_description: z.string() }),
    },
  },
  async handler(call) {
    const account = checkAssertion((call.body ?? {}) as z.output<typeof form>, call)
    if (typeof account === 'string') return tokenError(account)
    const iat = Math.floor(call.port.now() / 1000)
    const access_token = issueAccessToken(call.port, {
      iss: call.base,
      sub: account.name,
      tenant: account.tenant,
      scope: '*',
      jti: call.port.random('access token', await call.port.count('access token')).uuid(),
      iat,
      exp: iat + ACCESS_TOKEN_SECONDS,
    })
    return { status: 200, body: { access_token, expires_in: ACCESS_TOKEN_SECONDS, token_type: 'Bearer' } }
  },
}
