// What Unico's token service has besides the token endpoint: its keys, what a token holds, and where all this is.
// Source: OpenID configuration, jwks_uri, introspection_endpoint.
import * as z from 'zod'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { accessKey, claimsOf } from './access-token.js'
import { JWT_BEARER } from './assertion.js'

const text = z.string()

const jwksAnswer = z.object({
  keys: z.array(z.object({ kty: text, use: text, alg: text, kid: text, n: text, e: text })),
})

/** The public key of access tokens as a JWK set (RFC 7517). */
const jwks: Route = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary: 'Public keys of access tokens (JWKS)',
  documented: true,
  open: true,
  answers: {
    200: {
      description: 'The key that signs access tokens',
      schema: jwksAnswer.meta({ assumption: 'accessTokenForm' }),
    },
  },
  handler: ({ port }) => ({ status: 200, body: { keys: [accessKey(port).publicJwk] } }),
}

const configuration = z.object({
  issuer: text.meta({ assumption: 'accessTokenForm' }),
  token_endpoint: text,
  jwks_uri: text,
  response_types_supported: z.array(text),
  subject_types_supported: z.array(text),
  id_token_signing_alg_values_supported: z.array(text),
  grant_types_supported: z.array(text),
  introspection_endpoint: text,
})

/** Where the parts of the token service are; those that are served here. */
const discovery: Route = {
  method: 'GET',
  path: '/.well-known/openid-configuration',
  summary: 'Addresses of the token service',
  documented: true,
  open: true,
  answers: { 200: { description: 'The addresses below this base', schema: configuration } },
  handler: ({ base }) => ({
    status: 200,
    body: {
      issuer: base,
      token_endpoint: `${base}/oauth2/token`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      grant_types_supported: [JWT_BEARER],
      introspection_endpoint: `${base}/api/oauth2/tokeninfo`,
    },
  }),
}

const tokenInfo = z
  .object({
    active: z.boolean(),
    iss: text.optional(),
    sub: text.optional(),
    tenant: text.optional(),
    scope: text.optional(),
    jti: text.optional(),
    iat: z.int().optional(),
    exp: z.int().optional(),
    token_type: text.optional(),
  })
  .meta({ assumption: 'tokenInfo' })

function answerOf({ port }: RouteCall, token: string) {
  const claims = claimsOf(port, token)
  return { status: 200, body: claims ? { active: true, ...claims, token_type: 'Bearer' } : { active: false } }
}

const answers = { 200: { description: 'What the token holds, or that it is not active', schema: tokenInfo } }

/** Introspection by a form, as RFC 7662 has it. */
const introspection: Route = {
  method: 'POST',
  path: '/api/oauth2/tokeninfo',
  summary: 'What an access token holds (introspection)',
  documented: true,
  open: true,
  body: { type: 'form', schema: z.looseObject({ token: text.optional() }).meta({ assumption: 'tokenInfo' }) },
  answers,
  handler: call => {
    const { token } = (call.body ?? {}) as { token?: string }
    return answerOf(call, token ?? bearerOf(call))
  },
}

/** The same of the bearer token, or of the query. */
const introspectionByGet: Route = {
  method: 'GET',
  path: introspection.path,
  summary: introspection.summary,
  documented: true,
  open: true,
  answers,
  query: z.looseObject({ access_token: text.optional() }).meta({ assumption: 'tokenInfo' }),
  handler: call => answerOf(call, call.query.access_token ?? bearerOf(call)),
}

/** The bearer token of a call; '' without one. */
export function bearerOf({ headers }: RouteCall): string {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

/** The routes of the token service besides the token endpoint. */
export const tokenService: readonly Route[] = [jwks, discovery, introspection, introspectionByGet]
