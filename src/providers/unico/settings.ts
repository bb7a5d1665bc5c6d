// Unico's settings: what each webhook holds (as its set-up page lists it), and what its own API goes by.
import * as z from 'zod'
import { apiKeyProblem, basicProblem } from './credentials.js'
import { TOKEN_ERROR_CODES } from './vocabulary.js'

/** Adds the sentence that a credential check answers with. */
const checked = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, ctx) => {
    const message = problem(text)
    if (message !== undefined) ctx.addIssue({ code: 'custom', message })
  })

/** Marks what is masked when settings are read. */
const secret = { secret: true }

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('basic'),
    credentials: checked(basicProblem)
      .optional()
      .meta(secret)
      .describe('user:pass; left out, the subscription secret is taken'),
  }),
  z.strictObject({
    type: z.literal('apiKey'),
    value: checked(apiKeyProblem)
      .optional()
      .meta(secret)
      .describe('header:value, or a value alone for Authorization; left out, the subscription secret is taken'),
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    url: z.url({ protocol: /^https?$/ }).describe('where tokens are asked for'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional().meta(secret).describe('left out, the subscription secret is taken'),
    scope: z.string().min(1).optional().describe('sent only when given'),
    audience: z.string().min(1).optional().describe('sent only when given'),
  }),
])

/** How Unico shows the receiver who it is. */
export type Auth = z.output<typeof auth>

/** Settings of one webhook. */
export const subscriptionSettings = z.strictObject({
  auth: auth.default({ type: 'none' }).describe('Credentials towards the receiver: none, basic, apiKey or oauth2.'),
  oauthClientAuth: z
    .enum(['basic', 'body'])
    .default('basic')
    .describe('Where the token request carries client id and secret: HTTP Basic, or the form itself.'),
  maxAttempts: z
    .union([z.int().min(1).max(100), z.literal('unlimited')])
    .default(5)
    .describe('Attempts per delivery, the first included.'),
  intervalSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(10)
    .describe('Seconds from the end of the first failed attempt to the second.'),
  backoff: z
    .enum(['exponential', 'fixed'])
    .default('exponential')
    .describe('exponential doubles the interval after every failed attempt, up to an hour; fixed keeps it.'),
  timeoutSeconds: z.number().min(0.01).max(60).default(10).describe('Longest wait for the answer, seconds.'),
  concurrency: z.int().min(1).max(500).default(10).describe('Deliveries in flight at once.'),
  errorThrottle: z
    .boolean()
    .default(false)
    .describe(
      'Halve the concurrency while more than half of the last 20 attempts failed; double it after 20 successes.',
    ),
  includeResult: z
    .boolean()
    .default(true)
    .describe('false leaves the key result out of the payload, as an older generation of the documents shows it.'),
  contentType: z
    .enum(['application/json', 'application/json; charset=utf-8'])
    .default('application/json')
    .describe('Content-Type of the webhook.'),
  strictHttps: z
    .boolean()
    .default(false)
    .describe('Demand https of every URL; otherwise loopback and private hosts may be called on http.'),
})

export type SubscriptionSettings = z.output<typeof subscriptionSettings>

/** What the API can be told to refuse, besides the token errors. */
const REFUSALS = ['process', 'selfie', 'evidenceset', 'apikeys', 'internal'] as const

/** Settings of Unico's own API. */
export const providerSettings = z.strictObject({
  assertionCheck: z
    .union([
      z.enum(['claims', 'off']),
      z.strictObject({
        publicKey: z
          .string()
          .regex(/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/, 'a public key in PEM form'),
      }),
    ])
    .default('claims')
    .describe(
      'How the token endpoint judges an assertion: its claims, expiry and single use; those and its RS256 signature by a public key; or not at all.',
    ),
  apiAuth: z
    .enum(['token', 'off'])
    .default('token')
    .describe('Whether the process routes demand an access token that was issued here and has not expired.'),
  errorShape: z
    .enum(['status', 'errorCode', 'errorMessage'])
    .default('status')
    .describe(
      'Error bodies: {code,message,details} with a bare string for 401; {error:{code,description}}; {error:{code,message}}.',
    ),
  apiRateLimitPerSecond: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe('Requests per second and tenant to the process routes; 10 is the documented default, 0 is no limit.'),
  refusals: z
    .array(z.enum([...REFUSALS, ...TOKEN_ERROR_CODES]))
    .default([])
    .describe(
      'What the API refuses: a token error code; process, selfie or evidenceset (403); apikeys (a missing key at creation); internal (500).',
    ),
})

export type ProviderSettings = z.output<typeof providerSettings>
