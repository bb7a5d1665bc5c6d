// The Flow API's tokens: issued for any credentials, valid for an hour on the emulator's clock, also across a restart.
import * as z from 'zod'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { hmacSha256 } from '../../../provider/signing.js'
import type { ProviderSettings } from '../settings.js'
import { errorResponse, errors, must, nonEmpty } from './errors.js'

const LIFETIME_S = 3600
/** Hex characters of a token's parts: expiry (ms), ordinal number, MAC. */
const PARTS = { expiry: 12, ordinal: 8, mac: 44 } as const

const credentials = z
  .looseObject({ client_id: nonEmpty, client_secret: nonEmpty }, must('an object'))
  .meta({ assumption: 'authTokenRequest' })

const macOf = (claims: string, port: ProviderPort) =>
  hmacSha256(port.random('token key').hex(64), claims, 'hex').slice(0, PARTS.mac)

function issueToken(expiresAt: number, ordinal: number, port: ProviderPort): string {
  const claims = expiresAt.toString(16).padStart(PARTS.expiry, '0') + ordinal.toString(16).padStart(PARTS.ordinal, '0')
  return claims + macOf(claims, port)
}

/** `POST /api/v1/auth/token`; request and response are assumed. Source: Authentication token, path. */
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
      assumption: 'authTokenRequest',
      schema: z.strictObject({
        access_token: z.string(),
        token_type: z.literal('Bearer'),
        expires_in: z.int().describe('Seconds.'),
      }),
    },
    ...errors(400),
  },
  handler: async ({ port }) => {
    const access_token = issueToken(port.now() + LIFETIME_S * 1000, await port.count('access tokens'), port)
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_S } }
  },
}

/** Expiry (ms) of a token issued here; undefined for any other text. The MAC's key comes from the seed, which the ledger keeps. */
function expiryOf(token: string, port: ProviderPort): number | undefined {
  const claims = token.slice(0, PARTS.expiry + PARTS.ordinal)
  return /^[0-9a-f]{64}$/.test(token) && claims + macOf(claims, port) === token
    ? Number.parseInt(claims.slice(0, PARTS.expiry), 16)
    : undefined
}

/** Accepts a call with a valid token issued here, or any call if `apiAuth` is off; otherwise 401. */
export function authenticate({ headers, port }: RouteCall): { account: null } | RouteAnswer {
  if ((port.settings() as ProviderSettings).apiAuth === 'off') return { account: null }
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return errorResponse(401, 'A bearer token is required.')
  const expiresAt = expiryOf(token, port)
  if (expiresAt === undefined) return errorResponse(401, 'The token is not known.')
  return expiresAt > port.now() ? { account: null } : errorResponse(401, 'The token has expired.')
}
