// KYC Genie's settings: those of a subscription and those of the whole provider. Their defaults are assumptions; see assumptions.ts.
import * as z from 'zod'
import { durationMs } from '../../core/duration.js'
import type { Settings } from '../../provider/channel.js'
import { isSecret, SECRET_PROBLEM } from './secret.js'

const duration = z
  .union([z.number().min(0), z.string()])
  .refine(value => durationMs(value) !== undefined, 'must be a duration such as "5m", or a number of milliseconds')

/** What a subscription holds; every key may also be set for the whole provider, as the default of its subscriptions. */
export const subscriptionSettings = z.strictObject({
  typeKey: z
    .enum(['event_type', 'type'])
    .default('event_type')
    .describe('Name of the envelope key that holds the event type.'),
  signatureScheme: z
    .enum(['standard', 'hex-body', 'stripe'])
    .default('standard')
    .describe(
      'standard: webhook-id, webhook-timestamp and webhook-signature; hex-body and stripe: X-Webhook-Signature.',
    ),
  contentType: z
    .string()
    .min(1)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
    .default('application/json')
    .describe('Content-Type header of a delivery.'),
  bodyFormat: z
    .enum(['compact', 'python'])
    .default('compact')
    .describe('compact: no spaces, UTF-8 as it is; python: a space after separators, everything beyond ASCII escaped.'),
  successStatus: z
    .union([z.literal(200), z.literal('2xx')])
    .default(200)
    .describe('Answers that settle a delivery: exactly 200, or any 2xx.'),
  retryDelays: z
    .array(duration)
    .default(['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h'])
    .describe('Waits before attempts 2, 3 and so on, each from the end of the attempt before; the last one repeats.'),
  maxAttempts: z
    .union([z.number().int().min(1), z.literal('unlimited')])
    .default(10)
    .describe('Attempts at one delivery, the first included, or "unlimited".'),
  responseTimeoutMs: z
    .number()
    .int()
    .min(1)
    .default(15_000)
    .describe('Milliseconds for one attempt, from connecting to the last byte of the answer.'),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(10)
    .describe('Deliveries of one subscription in flight at once.'),
  strictHttps: z
    .boolean()
    .default(false)
    .describe('true: webhook URLs must be https on every host; false: http is accepted to loopback and private hosts.'),
})
export type SubscriptionSettings = z.infer<typeof subscriptionSettings>

/** What holds for the provider as a whole. */
export const providerSettings = z.strictObject({
  extraEventTypes: z
    .array(z.string().regex(/^response\.[a-z][a-z_]*$/, 'must be a name such as response.something_new'))
    .default([])
    .describe('Further response events, which the newer documents hint at without a name.'),
  keyEnvironment: z
    .enum(['test', 'live'])
    .default('test')
    .describe('Environment of all API keys; with test keys an autoflag result is simulated and its counts are empty.'),
  apiKeys: z
    .array(z.string().min(1))
    .default([])
    .describe('API keys that are accepted; with none given every non-empty key is, each as an account of its own.')
    .meta({ secret: true }),
  trailingSlash: z
    .enum(['strict', 'lenient'])
    .default('strict')
    .describe(
      'Paths without their last slash: GET is redirected and the rest not found, or taken as if it were there.',
    ),
  statsUnit: z
    .enum(['deliveries', 'attempts'])
    .default('deliveries')
    .describe('What the stats of a webhook count: settled deliveries or single attempts.'),
  testSigningSecret: z
    .string()
    .refine(isSecret, SECRET_PROBLEM)
    .default('whsec_T0E1S2T3W4E5B6H7O8O9K0S1E2C3R4E5T6F7O8R9S0T1A2N3D4I5')
    .describe('Signs test events to URLs for which the API key has no active webhook.'),
  objectGeneration: z
    .enum(['new', 'old'])
    .default('new')
    .describe('Generation of response and verification session objects.'),
})
export type ProviderSettings = z.infer<typeof providerSettings>

/** A subscription's complete settings, typed. */
export function asSubscriptionSettings(settings: Settings): SubscriptionSettings {
  return settings as SubscriptionSettings
}

/** Provider-wide settings, complete and typed; the subscriptions' defaults are among them. */
export function asProviderSettings(settings: Settings): ProviderSettings & SubscriptionSettings {
  return settings as ProviderSettings & SubscriptionSettings
}
