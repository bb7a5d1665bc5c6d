// A subscription: a receiver's standing request for events; how one is made, changed and shown.
import * as z from 'zod'
import { attempt } from './attempt.js'
import { pageOf, pageQuery } from './page.js'
import { jsonObject, listIn, text, time } from './values.js'

/** What a subscription is created with besides its provider, URL and id; scenarios have the same fields. */
export const subscriptionFields = {
  channel: text.optional().meta({ description: "Default: the provider's first." }),
  eventTypes: listIn(text).optional().meta({ description: 'Names, or ["*"] for all; default: all.' }),
  secret: z.string().nullable().optional().meta({ description: 'Default: one is made, where the channel has one.' }),
  active: z.boolean().optional(),
  settings: jsonObject.optional().meta({ description: "The provider's own settings of a subscription." }),
  account: text.nullable().optional().meta({ description: 'The account at the provider that owns it.' }),
  notes: jsonObject
    .optional()
    .meta({ description: 'Kept and returned; providers keep here what their API says of it.' }),
}

/** What a subscription is created with. */
export const subscriptionInput = z
  .strictObject({ provider: text, url: z.string(), ...subscriptionFields, id: text.optional() })
  .meta({ id: 'NewSubscription' })
/** What a subscription is created with. */
export type SubscriptionInput = z.input<typeof subscriptionInput>

const { eventTypes, secret, active, settings } = subscriptionFields

/** What of a subscription may be changed. */
export const subscriptionChange = z
  .strictObject({ url: z.string().optional(), eventTypes, secret, active, settings })
  .meta({ id: 'SubscriptionChange' })
/** What of a subscription may be changed. */
export type SubscriptionChange = z.input<typeof subscriptionChange>

/** Schema of `Subscription`. */
export const subscription = z
  .object({
    id: z.string(),
    provider: z.string(),
    channel: z.string(),
    url: z.string(),
    eventTypes: z.array(z.string()),
    active: z.boolean(),
    secret: z.string().nullable().meta({ description: 'Masked, except in the answer that makes it.' }),
    previousSecretUntil: time
      .nullable()
      .meta({ description: 'Until then requests are signed with the previous secret too.' }),
    secretGroup: z.string().nullable().meta({
      description: 'Subscriptions of a channel with the same group share their secret; null: it has its own.',
    }),
    settings: jsonObject.meta({ description: 'As given; secret ones masked.' }),
    notes: jsonObject,
    account: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Subscription' })
/** A receiver's standing request, its secrets masked. */
export type Subscription = z.output<typeof subscription>

/** A page of subscriptions. */
export const subscriptionPage = pageOf('SubscriptionPage', subscription)

/** Which subscriptions are listed. */
export const subscriptionQuery = z.strictObject({
  provider: z.string().optional(),
  channel: z.string().optional(),
  ...pageQuery,
})

/** How a secret is rotated. */
export const rotateSecretInput = z.strictObject({ secret: z.string().optional() }).meta({ id: 'NewSecret' })

/** Schema of `RotatedSecret`. */
export const rotatedSecret = z
  .object({
    secret: z.string().nullable(),
    oldValidUntil: time.nullable().meta({ description: 'Null: the old secret is void at once.' }),
    subscription,
  })
  .meta({ id: 'RotatedSecret' })
/** A new secret, shown this once, and how long the old one stays valid. */
export type RotatedSecret = z.output<typeof rotatedSecret>

const { outcome, accepted, durationMs, request, response } = attempt.shape

/** Schema of `TestCall`. */
export const testCall = z
  .object({ outcome, accepted, durationMs, request: request.omit({ body: true, bodyBase64: true }), response })
  .meta({ id: 'TestCall', description: 'One request that only tries a receiver, and its answer; nothing is stored.' })
/** One request that only tries a receiver, and its answer. */
export type TestCall = z.output<typeof testCall>
