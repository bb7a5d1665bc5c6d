// The Flow API's tokens: issued for any credentials, good for an hour on the emulator's clock.
import * as z from 'zod'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import type { ProviderSettings } from '../settings.js'
import { errors, filled, must, refusal } from './answers.js'

const LIFETIME_S = 3600

const credentials = z.looseObject({ client_id: filled, client_secret: filled }, must('an object'))

/** `POST /api/v1/auth/token`; the path is documented, request and answer are ours. */
export const tokenRoute: Route = {
  method: 'POST',
  path: '/api/v1/auth/token',
  summary: 'Authentication token',
  documented: true,
  open: true,
  body: { type: 'json', schema: credentials },
  answers: {
    200: {
      description: 'An access token',
      schema: z.strictObject({
        access_token: z.string(),
        token_type: z.literal('Bearer'),
        expires_in: z.int().describe('Seconds.'),
      }),
    },
    ...errors(400),
  },
  handler: async ({ port }) => {
    const access_token = port.random('access token', await port.count('access tokens')).hex(64)
    port.memory.set(`token ${access_token}`, port.now() + LIFETIME_S * 1000)
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_S } }
  },
}

/** Lets a call of the client API pass that carries a token issued here, unless `apiAuth` is off. */
export function authenticated({ headers, port }: RouteCall): { account: null } | RouteAnswer {
  if ((port.settings() as ProviderSettings).apiAuth === 'off') return { account: null }
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return refusal(401, 'A bearer token is required.')
  const until = port.memory.get(`token ${token}`)
  if (typeof until !== 'number') return refusal(401, 'The token is not known.')
  if (until > port.now()) return { account: null }
  port.memory.delete(`token ${token}`)
  return refusal(401, 'The token has expired.')
}
