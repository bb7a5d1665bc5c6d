// Rillis's settings: those of each channel's subscriptions and those of the provider as a whole.
import * as z from 'zod'
import { basePath } from '../../provider/base-path.js'
import { headerValue } from '../../provider/header-value.js'
import { retryAfterSetting } from '../../provider/retry-after.js'
import { screeningSettings } from './screening-settings.js'

/** 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h: seven delays, so eight attempts. */
const RETRY_DELAYS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000]

/** A week; a longer delay is most likely a mistake in the unit. */
const LONGEST_DELAY_MS = 604_800_000

const shared = {
  signatureEncoding: z
    .enum(['hex', 'base64'])
    .default('hex')
    .meta({ title: 'Signature encoding', group: 'Signature' })
    .describe('Encoding of x-signature; hex is lower case.'),
  signaturePrefix: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'only visible ASCII characters')
    .default('')
    .meta({ title: 'Signature prefix', group: 'Signature' })
    .describe('Text in front of the signature, e.g. sha256=.'),
  canonicalSpacing: z
    .enum(['compact', 'indent2'])
    .default('compact')
    .meta({ title: 'Spacing of the signed JSON', group: 'Signature' })
    .describe('Whitespace of the signed JSON: none, or an indent of two spaces.'),
  sortInsideArrays: z
    .boolean()
    .default(true)
    .meta({ title: 'Sort inside arrays', group: 'Signature' })
    .describe('Whether keys of objects inside arrays are sorted too before signing.'),
  bodyFormat: z
    .enum(['compact', 'pretty', 'sorted'])
    .default('compact')
    .meta({ title: 'Body format', group: 'Body' })
    .describe('The body as sent: compact in documented key order, indented, or compact with sorted keys.'),
  contentType: headerValue()
    .default('application/json')
    .meta({ title: 'Content-Type', group: 'Request' })
    .describe('Content-Type of every request.'),
  successStatus: z
    .enum(['200', '2xx'])
    .default('200')
    .meta({ title: 'Accepted status', group: 'Retries' })
    .describe('The status that settles a delivery: exactly 200, or any from 200 to 299.'),
  retryDelays: z
    .array(z.int().min(0).max(LONGEST_DELAY_MS))
    .min(1)
    .default(RETRY_DELAYS_MS)
    .meta({ title: 'Retry delays', group: 'Retries' })
    .describe('Milliseconds from the end of each failed attempt to the next; the last repeats while attempts remain.'),
  maxAttempts: z
    .union([z.int().min(1), z.literal('unlimited')])
    .default(8)
    .meta({ title: 'Attempts', group: 'Retries' })
    .describe('Attempts in all, or "unlimited": the last delay repeats until the accepted answer.'),
  responseTimeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(10_000)
    .meta({ title: 'Response timeout', group: 'Request' })
    .describe('Real milliseconds from connecting to the last byte of the response.'),
  ...retryAfterSetting,
  concurrency: z
    .int()
    .min(1)
    .max(500)
    .default(10)
    .meta({ title: 'Concurrency', group: 'Request' })
    .describe('Deliveries of this subscription in flight at once.'),
  strictHttps: z
    .boolean()
    .default(false)
    .meta({ title: 'Require https', group: 'Request' })
    .describe('true: https is required for every URL; false: http is accepted for loopback and private hosts.'),
}

/** Settings of a subscription to the flow webhooks. */
export const flowSettings = z.strictObject({
  class: z
    .enum(['both', 'general', 'step'])
    .default('both')
    .meta({ title: 'Class', group: 'Flow' })
    .describe(
      "What the URL is configured as: the flow's general webhook (FLOW_*), its step webhook (the other types), or both.",
    ),
  flow: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ title: 'Flow', group: 'Flow' })
    .describe(
      'The flow it belongs to. Subscriptions of one flow share its webhook key; with a flow id of 24 hex characters it gets only events of that flow.',
    ),
  signedPart: z
    .enum(['body', 'data'])
    .default('body')
    .meta({ title: 'Signed part', group: 'Signature' })
    .describe('What is signed: the whole body or its data alone.'),
  dataUrl: z
    .enum(['subscription', 'reference'])
    .default('subscription')
    .meta({ title: 'URL in the body', group: 'Body' })
    .describe("data.url: the subscription's own URL, or a reference URL in Rillis's app."),
  ...shared,
})
/** A flow subscription's complete settings. */
export type FlowSettings = z.infer<typeof flowSettings>

/** Settings of a subscription to the transaction webhook. */
export const transactionSettings = z.strictObject({
  transactionSigning: z
    .enum(['none', 'flow'])
    .default('none')
    .meta({ title: 'Signing', group: 'Signature' })
    .describe("Unsigned, or signed with the subscription's key in the flow webhooks' scheme."),
  ...shared,
})
/** A transaction subscription's complete settings. */
export type TransactionSettings = z.infer<typeof transactionSettings>

/** The settings that subscriptions of both channels have. */
export type SharedSettings = Omit<TransactionSettings, 'transactionSigning'>

/** Provider-wide settings besides those of the channels. */
export const providerSettings = z.strictObject({
  apiAuth: z
    .enum(['bearer', 'off'])
    .default('bearer')
    .meta({ title: 'API authentication', group: 'API' })
    .describe('Whether the client API requires a token issued by /api/v1/auth/token.'),
  clientApiBasePath: basePath('/api/v1/client-api')
    .meta({ title: 'Path of the client API', group: 'Paths of the API' })
    .describe(
      'Base path of the routes of the Flow API whose paths are not documented: lists, identities, files, entities.',
    ),
  transactionBasePath: basePath('/api/v1/verification')
    .meta({ title: 'Path of remitters and beneficiaries', group: 'Paths of the API' })
    .describe('Base path of the registration of remitters and beneficiaries, which is not documented.'),
  resourcesBasePath: basePath('/api/v1/resources/validation')
    .meta({ title: 'Path of resources', group: 'Paths of the API' })
    .describe('Base path of the list of cryptocurrencies, which is not documented.'),
  webhookOnStatusChange: z
    .enum(['byStatus', 'none'])
    .default('byStatus')
    .meta({ title: 'Webhook of a status update', group: 'API' })
    .describe('Whether an Update Status call sends the event of the new status.'),
  analysisDelayMs: z
    .int()
    .min(0)
    .max(LONGEST_DELAY_MS)
    .default(5_000)
    .meta({ title: 'Duration of an analysis', group: 'Transactions' })
    .describe('Emulator milliseconds from the submission of a transaction to the end of its analysis.'),
  analysisOutcome: z
    .enum(['COMPLETED', 'REJECTED', 'EVALUATION'])
    .default('COMPLETED')
    .meta({ title: 'Outcome of an analysis', group: 'Transactions' })
    .describe('The state in which the analysis of a submitted transaction ends.'),
  ...screeningSettings,
})
/** Rillis's provider-wide settings, complete. */
export type ProviderSettings = z.infer<typeof providerSettings>
