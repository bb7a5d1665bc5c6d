// Settings of Standard Webhooks: those of a subscription, and the event types of the provider as a whole.
import * as z from 'zod'
import { durationMs } from '../../core/duration.js'
import type { Json, JsonObject } from '../../core/json.js'
import type { Settings } from '../../provider/channel.js'
import { type DeclaredType, defaultTypes } from './declared.js'
import { completed, zodOf } from './json-schema.js'

const duration = z
  .union([z.number().min(0), z.string()])
  .refine(value => durationMs(value) !== undefined, 'must be a duration such as "5m", or a number of milliseconds')

/** What a subscription holds; every key may also be set for the whole provider, as the default of its subscriptions. */
export const subscriptionSettings = z.strictObject({
  retryDelays: z
    .array(duration)
    .min(1)
    .default(['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h'])
    .describe('Waits before attempts 2, 3 and so on, each from the end of the attempt before; the last one repeats.'),
  maxAttempts: z
    .union([z.number().int().min(1), z.literal('unlimited')])
    .default(10)
    .describe('Attempts at one delivery, the first included, or "unlimited".'),
  gone: z
    .enum(['deactivate', 'retry'])
    .default('deactivate')
    .describe('After an answer 410: the subscription is deactivated, or the delivery is tried again like any other.'),
  afterLast: z
    .enum(['keep', 'deactivate'])
    .default('keep')
    .describe('What becomes of a subscription when the last attempt at a delivery has failed.'),
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
  rotationOverlap: duration
    .default('24h')
    .describe('How long after a rotation messages are signed with the old secret too.'),
  contentType: z
    .string()
    .min(1)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
    .default('application/json')
    .describe('Content-Type header of a delivery.'),
})
export type SubscriptionSettings = z.infer<typeof subscriptionSettings>

const json = z.json() as z.ZodType<Json>

const variant = z
  .strictObject({
    name: z.string().min(1),
    title: z.string().optional(),
    set: z.record(z.string(), json).optional().describe('Path below the data to its value in this form.'),
    sample: json.optional().describe('The data of this form as they are sent.'),
  })
  .describe('A named form of the type; the first is the default.')

const declaredType = z
  .strictObject({
    name: z.string().regex(/^[!-)+-~]{1,128}$/, 'must be 1 to 128 characters without spaces or "*"'),
    title: z.string().optional(),
    schema: z.record(z.string(), json).optional().describe('JSON Schema of the data.'),
    sample: json.optional().describe('The data as they are sent; without it they are made up from the schema.'),
    variants: z.array(variant).optional(),
  })
  .superRefine(({ schema, sample, variants = [] }, context) => {
    unique(variants, context, ['variants'])
    if (schema === undefined) return
    const fits = convertible(schema, context)
    if (!fits) return
    const check = (value: Json | undefined, path: (string | number)[]) => {
      if (value === undefined) return
      for (const issue of fits.safeParse(value).error?.issues ?? [])
        context.addIssue({ code: 'custom', path: [...path, ...issue.path.map(String)], message: issue.message })
    }
    check(sample, ['sample'])
    variants.forEach((one, i) => {
      check(one.sample, ['variants', i, 'sample'])
    })
  })

function convertible(schema: JsonObject, context: z.core.$RefinementCtx): z.ZodType | undefined {
  try {
    return zodOf(completed(schema))
  } catch (error) {
    const message = `cannot be used: ${error instanceof Error ? error.message : String(error)}`
    context.addIssue({ code: 'custom', path: ['schema'], message })
    return undefined
  }
}

function unique(named: readonly { name: string }[], context: z.core.$RefinementCtx, path: (string | number)[]): void {
  named.forEach(({ name }, i) => {
    if (named.findIndex(other => other.name === name) < i)
      context.addIssue({ code: 'custom', path: [...path, i, 'name'], message: `"${name}" is declared twice` })
  })
}

const eventTypes: z.ZodType<DeclaredType[]> = z
  .array(declaredType)
  .min(1)
  .superRefine((types, context) => unique(types, context, []))

/** What holds for the provider as a whole. */
export const providerSettings = z.strictObject({
  eventTypes: eventTypes
    .default(defaultTypes)
    .describe('The event types there are: name, and optionally title, JSON Schema of the data, a sample, variants.'),
  envelope: z
    .enum(['standard', 'none'])
    .default('standard')
    .describe('standard: type, timestamp and data; none: the declared data are the whole body.'),
  timestampDigits: z
    .union([z.literal(0), z.literal(3), z.literal(6)])
    .default(6)
    .describe('Digits of the second in the timestamp of the envelope.'),
})
export type ProviderSettings = z.infer<typeof providerSettings>

/** A subscription's complete settings, typed. */
export function asSubscriptionSettings(settings: Settings): SubscriptionSettings {
  return settings as SubscriptionSettings
}

/** Provider-wide settings, complete and typed. */
export function asProviderSettings(settings: Settings): ProviderSettings {
  return settings as ProviderSettings
}
