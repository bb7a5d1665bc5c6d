// Settings of Standard Webhooks: those of a subscription and those of the provider as a whole.
import * as z from 'zod'
import { writtenDuration } from '../../api/duration.js'
import { inputIssues, toIssue } from '../../core/issues.js'
import type { Json, JsonObject } from '../../core/json.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterSetting } from '../../provider/retry-after.js'
import { DELAYS_TITLE, deliverySettings, EXAMPLE_DELAYS } from '../../provider/standard-webhooks.js'
import { type DeclaredType, defaultTypes } from './catalog.js'
import { MOST_WORK, tooMuchWork, workCounter } from './checking-work.js'
import { declaredSchema, preparedSchema } from './declared-schema.js'

/** Settings of a subscription; each can also be set provider-wide, as the default of all subscriptions. */
export const subscriptionSettings = z.strictObject({
  retryDelays: z
    .array(writtenDuration())
    .min(1)
    .default(EXAMPLE_DELAYS)
    .meta({ title: 'Retry delays', group: 'Retries' })
    .describe(DELAYS_TITLE),
  ...deliverySettings,
  ...retryAfterSetting,
  gone: z
    .enum(['deactivate', 'retry'])
    .default('deactivate')
    .meta({ title: 'After a 410 response', group: 'Retries' })
    .describe('After a 410 response: the subscription is deactivated, or the delivery is retried like any other.'),
  afterLast: z
    .enum(['keep', 'deactivate'])
    .default('keep')
    .meta({ title: 'After the last attempt', group: 'Retries' })
    .describe('What happens to a subscription when the last attempt of a delivery has failed.'),
  signatureScheme: z
    .enum(['v1', 'v1a'])
    .default('v1')
    .meta({ title: 'Generated secrets', group: 'Signature' })
    .describe(
      'What a generated secret is: v1 a shared secret (whsec_), v1a a key pair (whsk_). A message is signed as its secret asks for.',
    ),
  rotationOverlap: writtenDuration()
    .default('24h')
    .meta({ title: 'Overlap of a rotation', group: 'Signature' })
    .describe('How long after a rotation messages are also signed with the old secret.'),
})
/** A subscription's complete settings. */
export type SubscriptionSettings = z.infer<typeof subscriptionSettings>

const json = z.json() as z.ZodType<Json>

const variant = z
  .strictObject({
    name: z.string().min(1),
    title: z.string().optional(),
    set: z.record(z.string(), json).optional().describe('Path in the data to its value in this variant.'),
    sample: json.optional().describe('The data of this variant, as it is sent.'),
  })
  .describe('A variant of the type; the first is the default.')

const declaredType = z
  .strictObject({
    name: z.string().regex(/^[!-)+-~]{1,128}$/, 'must be 1 to 128 characters without spaces or "*"'),
    title: z.string().optional(),
    schema: z.record(z.string(), json).optional().describe('JSON Schema of the data.'),
    sample: json.optional().describe('The data as it is sent; without it, data is generated from the schema.'),
    variants: z.array(variant).optional(),
  })
  .superRefine(({ schema, sample, variants = [] }, context) => {
    unique(variants, context, ['variants'])
    if (schema === undefined) return
    const validator = validatorOf(schema, context)
    if (!validator) return
    const workOf = workCounter(preparedSchema(schema))
    let work = 0
    const check = (value: Json | undefined, path: (string | number)[]) => {
      if (value === undefined || work > MOST_WORK) return
      work += workOf(value)
      if (work > MOST_WORK) return context.addIssue({ code: 'custom', path, message: tooMuchWork })
      const { error } = validator.safeParse(value)
      for (const issue of error ? inputIssues(error, validator, value) : [])
        context.addIssue({ code: 'custom', path: [...path, ...issue.path], message: toIssue(issue).message })
    }
    check(sample, ['sample'])
    variants.forEach((one, i) => {
      check(one.sample, ['variants', i, 'sample'])
    })
  })

function validatorOf(schema: JsonObject, context: z.core.$RefinementCtx): z.ZodType | undefined {
  try {
    return declaredSchema(schema)
  } catch (error) {
    const message = `cannot be used: ${error instanceof Error ? error.message : String(error)}`
    context.addIssue({ code: 'custom', path: ['schema'], message })
    return undefined
  }
}

function unique(named: readonly { name: string }[], context: z.core.$RefinementCtx, path: (string | number)[]): void {
  const seen = new Set<string>()
  named.forEach(({ name }, i) => {
    if (seen.has(name))
      context.addIssue({ code: 'custom', path: [...path, i, 'name'], message: `"${name}" is declared twice` })
    seen.add(name)
  })
}

const eventTypes: z.ZodType<DeclaredType[]> = z
  .array(declaredType)
  .min(1)
  .superRefine((types, context) => unique(types, context, []))

/** Provider-wide settings. */
export const providerSettings = z.strictObject({
  eventTypes: eventTypes
    .default(defaultTypes)
    .meta({ title: 'Event types', group: 'Events' })
    .describe('The event types: name, and optionally title, JSON Schema of the data, a sample, variants.'),
  envelope: z
    .enum(['standard', 'none'])
    .default('standard')
    .meta({ title: 'Envelope', group: 'Events' })
    .describe('standard: type, timestamp and data; none: the declared data is the whole body.'),
  timestampDigits: z
    .union([z.literal(0), z.literal(3), z.literal(6)])
    .default(6)
    .meta({ title: 'Digits of the timestamp', group: 'Events' })
    .describe('Fractional digits of the timestamp of the envelope.'),
})
/** Provider-wide settings, complete. */
export type ProviderSettings = z.infer<typeof providerSettings>

/** A subscription's complete settings, typed. */
export function asSubscriptionSettings(settings: Settings): SubscriptionSettings {
  return settings as SubscriptionSettings
}

/** Provider-wide settings, complete and typed. */
export function asProviderSettings(settings: Settings): ProviderSettings {
  return settings as ProviderSettings
}
