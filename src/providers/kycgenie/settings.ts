// KYC Genie's settings: those of a subscription and those of the provider as a whole. All defaults are assumptions, see assumptions.ts.
import * as z from 'zod'
import { writtenDuration } from '../../api/duration.js'
import { basePath } from '../../provider/base-path.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterSetting } from '../../provider/retry-after.js'
import { DELAYS_TITLE, deliverySettings, EXAMPLE_DELAYS, isSecret } from '../../provider/standard-webhooks.js'

/** What is wrong with a secret that is not `whsec_` and base64, as the end of a sentence. */
export const SECRET_PROBLEM = 'it must be "whsec_" followed by base64 with its padding'

/** Settings of a subscription; each can also be set provider-wide, as the default of all subscriptions. */
export const subscriptionSettings = z.strictObject({
  typeKey: z
    .enum(['event_type', 'type'])
    .default('event_type')
    .meta({ title: 'Key of the event type', group: 'Body' })
    .describe('Name of the envelope key that holds the event type.'),
  signatureScheme: z
    .enum(['standard', 'hex-body', 'stripe'])
    .default('standard')
    .meta({ title: 'Signature scheme', group: 'Signature' })
    .describe(
      'standard: webhook-id, webhook-timestamp and webhook-signature; hex-body and stripe: X-Webhook-Signature.',
    ),
  bodyFormat: z
    .enum(['compact', 'python'])
    .default('compact')
    .meta({ title: 'Body format', group: 'Body' })
    .describe('compact: no spaces, UTF-8 as it is; python: a space after separators, everything beyond ASCII escaped.'),
  successStatus: z
    .union([z.literal(200), z.literal('2xx')])
    .default(200)
    .meta({ title: 'Accepted status', group: 'Retries' })
    .describe('Status that settles a delivery: exactly 200, or any 2xx.'),
  retryDelays: z
    .array(writtenDuration())
    .default(EXAMPLE_DELAYS)
    .meta({ title: 'Retry delays', group: 'Retries' })
    .describe(DELAYS_TITLE),
  ...deliverySettings,
  ...retryAfterSetting,
  strictHttps: z
    .boolean()
    .default(false)
    .meta({ title: 'Require https', group: 'Request' })
    .describe('true: webhook URLs must be https on every host; false: http is accepted to loopback and private hosts.'),
})
/** A subscription's complete settings. */
export type SubscriptionSettings = z.infer<typeof subscriptionSettings>

/** Provider-wide settings. */
export const providerSettings = z.strictObject({
  extraEventTypes: z
    .array(z.string().regex(/^response\.[a-z][a-z_]*$/, 'must be a name such as response.something_new'))
    .default([])
    .meta({ title: 'Further event types', group: 'Events' })
    .describe('Names of further response events; the newer page of event types has at least one more.'),
  keyEnvironment: z
    .enum(['test', 'live'])
    .default('test')
    .meta({ title: 'Environment of the API keys', group: 'API' })
    .describe('Environment of all API keys; with test keys an autoflag result is simulated and its counts are empty.'),
  apiKeys: z
    .array(z.string().min(1))
    .default([])
    .meta({ title: 'API keys', group: 'API' })
    .describe('API keys that are accepted; if empty, any non-empty key is. Each key is an account of its own.')
    .meta({ secret: true }),
  trailingSlash: z
    .enum(['strict', 'lenient'])
    .default('strict')
    .meta({ title: 'Trailing slash', group: 'API' })
    .describe('Paths without the trailing slash: strict redirects GET and answers 404 otherwise; lenient serves them.'),
  statsUnit: z
    .enum(['deliveries', 'attempts'])
    .default('deliveries')
    .meta({ title: 'What the stats count', group: 'API' })
    .describe('What the stats of a webhook count: settled deliveries or single attempts.'),
  testSigningSecret: z
    .string()
    .refine(isSecret, SECRET_PROBLEM)
    .default('whsec_T0E1S2T3W4E5B6H7O8O9K0S1E2C3R4E5T6F7O8R9S0T1A2N3D4I5')
    .meta({ title: 'Secret of test events', group: 'Events' })
    .describe('Secret of test events to URLs for which the API key has no active webhook.'),
  objectGeneration: z
    .enum(['new', 'old'])
    .default('new')
    .meta({ title: 'Generation of objects', group: 'API' })
    .describe('Generation of response and verification session objects, and of the responses of workflow calls.'),
  monitoringEnabled: z
    .boolean()
    .default(true)
    .meta({ title: 'Ongoing monitoring', group: 'Screenings and onboardings' })
    .describe("The tenant's setting of ongoing monitoring, for screenings that do not name it."),
  screeningWebhookUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .nullable()
    .default(null)
    .meta({ title: 'Default URL of screenings', group: 'Screenings and onboardings' })
    .describe("The tenant's default URL for finished screenings; a screening's own webhook_url takes its place."),
  screeningDelay: writtenDuration()
    .default('2s')
    .meta({ title: 'Duration of a screening', group: 'Screenings and onboardings' })
    .describe('How long a screening that was asked for over the API takes, on the clock of the emulator.'),
  checkDelay: z
    .union([writtenDuration(), z.literal('never')])
    .default('2s')
    .meta({ title: 'Duration of a non-document check', group: 'Screenings and onboardings' })
    .describe('How long a non-document check that was begun over the API takes; never: you end it by hand.'),
  submissionDelay: z
    .union([writtenDuration(), z.literal('never')])
    .default('10s')
    .meta({ title: 'Duration of an onboarding step', group: 'Screenings and onboardings' })
    .describe(
      'How long an entity takes for each step of an onboarding that was sent over the API; never: the link expires unless you go on by hand.',
    ),
  acceptSessionAuth: z
    .boolean()
    .default(false)
    .meta({ title: 'Test endpoint takes a session', group: 'API' })
    .describe('true: the test endpoint accepts a request with a sessionid cookie and no API key.'),
  screeningBase: basePath('/api/v1/screening')
    .meta({ title: 'Path of screenings', group: 'Paths of the API' })
    .describe('Base path of the route that shows a screening.'),
  nonDocumentBase: basePath('/api/v1')
    .meta({ title: 'Path of non-document checks', group: 'Paths of the API' })
    .describe('Base path of non-document checks.'),
  questionnaireBase: basePath('/api/v1/questionnaires')
    .meta({ title: 'Path of questionnaires', group: 'Paths of the API' })
    .describe('Base path of the route that shows a questionnaire.'),
  templateBase: basePath('/api/v2/questionnaire-templates')
    .meta({ title: 'Path of questionnaire templates', group: 'Paths of the API' })
    .describe('Base path of the route that shows a questionnaire template in version 2.'),
  resourceBase: basePath('/api/v1')
    .meta({ title: 'Path of other resources', group: 'Paths of the API' })
    .describe('Base path of entities, responses and workflows, whose pages name no version.'),
})
/** KYC Genie's provider-wide settings, complete. */
export type ProviderSettings = z.infer<typeof providerSettings>

/** A subscription's complete settings, typed. */
export function asSubscriptionSettings(settings: Settings): SubscriptionSettings {
  return settings as SubscriptionSettings
}

/** Provider-wide settings, complete and typed; the subscriptions' defaults are among them. */
export function asProviderSettings(settings: Settings): ProviderSettings & SubscriptionSettings {
  return settings as ProviderSettings & SubscriptionSettings
}
