// The Flow API's tokens: issued for any credentials, good for an hour on the emulator's clock, across a restart too.
import * as z from 'zod'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { hmacSha256 } from '../../../provider/signing.js'
import type { ProviderSettings } from '../settings.js'
import { errors, filled, must, refusal } from './answers.js'

const LIFETIME_S = 3600
/** Hex characters of a token's parts: when it ends (ms), its number, the proof that it was issued here. */
const PARTS = { until: 12, ordinal: 8, proof: 44 } as const

const credentials = z.looseObject({ client_id: filled, client_secret: filled }, must('an object'))

const proof = (told: string, port: ProviderPort) =>
  hmacSha256(port.random('token key').hex(64), told, 'hex').slice(0, PARTS.proof)

function issued(until: number, ordinal: number, port: ProviderPort): string {
  const told = until.toString(16).padStart(PARTS.until, '0') + ordinal.toString(16).padStart(PARTS.ordinal, '0')
  return told + proof(told, port)
}

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
    const access_token = issued(port.now() + LIFETIME_S * 1000, await port.count('access tokens'), port)
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_S } }
  },
}

/** When a token ends that was issued here (ms); undefined for any other text. The seed proves it, which the ledger keeps. */
function endOf(token: string, port: ProviderPort): number | undefined {
  const told = token.slice(0, PARTS.until + PARTS.ordinal)
  return /^[0-9a-f]{64}$/.test(token) && told + proof(told, port) === token
    ? Number.parseInt(told.slice(0, PARTS.until), 16)
    : undefined
}

/** Lets a call of the client API pass that carries a token issued here, unless `apiAuth` is off. */
export function authenticated({ headers, port }: RouteCall): { account: null } | RouteAnswer {
  if ((port.settings() as ProviderSettings).apiAuth === 'off') return { account: null }
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return refusal(401, 'A bearer token is required.')
  const until = endOf(token, port)
  if (until === undefined) return refusal(401, 'The token is not known.')
  return until > port.now() ? { account: null } : refusal(401, 'The token has expired.')
}
