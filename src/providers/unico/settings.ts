// Unico's settings: those of each webhook (source: Setup, fields of the webhook) and those of its own API.
import * as z from 'zod'
import { retryAfterSetting } from '../../provider/retry-after.js'
import { BY_CLIENT_RESULTS } from './by-client.js'
import { apiKeyProblem, basicProblem } from './credentials.js'
import { TOKEN_ERROR_CODES } from './enums.js'
import { BY_CLIENT_CODES } from './routes/by-client-errors.js'

/** A text that the given check accepts; the check returns what is wrong. */
const checked = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, ctx) => {
    const message = problem(text)
    if (message !== undefined) ctx.addIssue({ code: 'custom', message })
  })

/** Marks a setting that is masked on reads. */
const secret = { secret: true }

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('basic'),
    credentials: checked(basicProblem)
      .optional()
      .meta(secret)
      .meta({ title: 'User and password' })
      .describe('user:pass; if left out, the secret of the subscription is used'),
  }),
  z.strictObject({
    type: z.literal('apiKey'),
    value: checked(apiKeyProblem)
      .optional()
      .meta(secret)
      .meta({ title: 'Key' })
      .describe(
        'header:value, or a value alone for Authorization; if left out, the secret of the subscription is used',
      ),
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    url: z
      .url({ protocol: /^https?$/ })
      .meta({ title: 'Token URL' })
      .describe('where tokens are requested'),
    clientId: z.string().min(1).meta({ title: 'Client id' }).describe('as the token endpoint knows it'),
    clientSecret: z
      .string()
      .min(1)
      .optional()
      .meta(secret)
      .meta({ title: 'Client secret' })
      .describe('if left out, the secret of the subscription is used'),
    scope: z.string().min(1).optional().meta({ title: 'Scope' }).describe('sent only when given'),
    audience: z.string().min(1).optional().meta({ title: 'Audience' }).describe('sent only when given'),
  }),
])

/** Credentials towards the receiver. Source: Setup, authentication; the names of the types are assumed. */
export type Auth = z.output<typeof auth>

/** Settings of one webhook. */
export const subscriptionSettings = z.strictObject({
  auth: auth
    .default({ type: 'none' })
    .meta({ title: 'Authentication', group: 'Authentication' })
    .describe('Credentials towards the receiver: none, basic, apiKey or oauth2.'),
  oauthClientAuth: z
    .enum(['basic', 'body'])
    .default('basic')
    .meta({ title: 'Client authentication (OAuth 2)', group: 'Authentication' })
    .describe('Where the token request carries client id and secret: HTTP Basic, or the form itself.'),
  maxAttempts: z
    .union([z.int().min(1).max(100), z.literal('unlimited')])
    .default(5)
    .meta({ title: 'Attempts', group: 'Retries' })
    .describe('Attempts per delivery, the first included.'),
  intervalSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(10)
    .meta({ title: 'Interval', group: 'Retries' })
    .describe('Seconds from the end of the first failed attempt to the second.'),
  backoff: z
    .enum(['exponential', 'fixed'])
    .default('exponential')
    .meta({ title: 'Backoff', group: 'Retries' })
    .describe('exponential doubles the interval after every failed attempt, up to an hour; fixed keeps it.'),
  timeoutSeconds: z
    .number()
    .min(0.01)
    .max(60)
    .default(10)
    .meta({ title: 'Timeout', group: 'Request' })
    .describe('Maximum wait for the response, seconds.'),
  ...retryAfterSetting,
  concurrency: z
    .int()
    .min(1)
    .max(500)
    .default(10)
    .meta({ title: 'Concurrency', group: 'Request' })
    .describe('Deliveries in flight at once.'),
  errorThrottle: z
    .boolean()
    .default(false)
    .meta({ title: 'Throttle on errors', group: 'Request' })
    .describe(
      'Halve the concurrency while more than half of the last 20 attempts failed; double it after 20 successes.',
    ),
  includeResult: z
    .boolean()
    .default(true)
    .meta({ title: 'Result in the payload', group: 'Body' })
    .describe('false omits the key result from the payload, as in older documents.'),
  contentType: z
    .enum(['application/json', 'application/json; charset=utf-8'])
    .default('application/json')
    .meta({ title: 'Content-Type', group: 'Request' })
    .describe('Content-Type of the webhook.'),
  strictHttps: z
    .boolean()
    .default(false)
    .meta({ title: 'Require https', group: 'Request' })
    .describe('true: https is required for every URL; false: http is accepted for loopback and private hosts.'),
})

/** Settings of one webhook of Magic Link. Source: Magic Link webhook V2, parameters; the other fields are those of the webhook above. */
export const magicLinkSettings = subscriptionSettings.omit({ includeResult: true, errorThrottle: true }).extend({
  webhookVersion: z
    .enum(['v2', 'v1'])
    .default('v2')
    .meta({ title: 'Version', group: 'Webhook' })
    .describe('v2: every event, for links without a webhook of their own; v1: the URL is that of links.'),
})

/** A Magic Link webhook's complete settings. */
export type MagicLinkSettings = z.output<typeof magicLinkSettings>

/** A webhook's complete settings. */
export type SubscriptionSettings = z.output<typeof subscriptionSettings>

/** What the API can be set to refuse, besides the token errors. */
const REFUSALS = ['process', 'selfie', 'evidenceset', 'apikeys', 'internal'] as const

/** Settings of Unico's own API. */
export const providerSettings = z.strictObject({
  assertionCheck: z
    .union([
      z.enum(['claims', 'off']),
      z.strictObject({
        publicKey: z
          .string()
          .regex(/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/, 'a public key in PEM form')
          .meta({ title: 'Public key' })
          .describe('In PEM form.'),
      }),
    ])
    .default('claims')
    .meta({ title: 'Check of assertions', group: 'Access' })
    .describe(
      'How the token endpoint checks an assertion: its claims, expiry and single use; these and its RS256 signature with a public key; or not at all.',
    ),
  apiAuth: z
    .enum(['token', 'off'])
    .default('token')
    .meta({ title: 'API authentication', group: 'Access' })
    .describe('Whether the process routes require an access token that was issued here and has not expired.'),
  errorShape: z
    .enum(['status', 'errorCode', 'errorMessage'])
    .default('status')
    .meta({ title: 'Form of errors', group: 'Errors' })
    .describe(
      'Error bodies: {code,message,details} with a bare string for 401; {error:{code,description}}; {error:{code,message}}.',
    ),
  apiRateLimitPerSecond: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .meta({ title: 'Rate limit', group: 'Errors' })
    .describe('Requests per second and tenant to the process routes; 10 is the documented default, 0 is no limit.'),
  refusals: z
    .array(z.enum([...REFUSALS, ...TOKEN_ERROR_CODES, ...BY_CLIENT_CODES]))
    .default([])
    .meta({ title: 'Refusals', group: 'Errors' })
    .describe(
      'What the API refuses: an error code of the token endpoint or the by-client API; process, selfie or evidenceset (403); apikeys (a missing key at creation); internal (500).',
    ),
  retention: z
    .enum(['unlimited', 'documented'])
    .default('unlimited')
    .meta({ title: 'Retention', group: 'Processes' })
    .describe('How long selfie and evidence set are there: without limit, or 8 and 2 hours, then 410.'),
  unfinishedStatus: z
    .union([z.literal(404), z.literal(409)])
    .default(404)
    .meta({ title: 'Status while unfinished', group: 'Processes' })
    .describe('Status of the evidence set of a process that has not finished.'),
  apiKeys: z
    .array(z.string().min(1))
    .default([])
    .meta({ title: 'API keys', group: 'Access' })
    .describe('API keys that the by-client API (APIKEY) and Magic Link (x-api-key) accept; any when empty.'),
  byClientResult: z
    .enum(BY_CLIENT_RESULTS)
    .default('yes')
    .meta({ title: 'Result of by-client processes', group: 'Processes' })
    .describe('How processes of the by-client API end.'),
  imageCheck: z
    .enum(['base64', 'full'])
    .default('base64')
    .meta({ title: 'Check of selfies', group: 'Processes' })
    .describe('How the by-client API checks a selfie: any base64 up to 800 KB, or its format and resolution too.'),
})

/** Unico's provider-wide settings, complete. */
export type ProviderSettings = z.output<typeof providerSettings>
