// A delivery: one event owed to one subscription, alone or with its attempts.
import * as z from 'zod'
import { DELIVERY_STATUSES } from '../core/delivery.js'
import { attempt, outcome } from './attempt.js'
import { duration } from './duration.js'
import { pageOf, pageQuery } from './page.js'
import { problem } from './problem.js'
import { time } from './values.js'

/** Schema of `Delivery`. */
export const delivery = z
  .object({
    id: z.string(),
    eventId: z.string(),
    subscriptionId: z.string(),
    provider: z.string(),
    channel: z.string(),
    type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attemptCount: z.int().meta({ description: 'Attempts made so far.' }),
    dueAt: time.nullable().meta({ description: 'When the next attempt is due; null when settled.' }),
    dueReason: z.string().nullable(),
    createdAt: time,
    settledAt: time.nullable(),
  })
  .meta({ id: 'Delivery', description: 'One event owed to one subscription.' })
/** One event owed to one subscription. */
export type Delivery = z.output<typeof delivery>

/** Schema of `DeliveryDetail`. */
export const deliveryDetail = delivery
  .extend({ url: z.string().nullable(), body: z.string(), attempts: z.array(attempt) })
  .meta({ id: 'DeliveryDetail', description: 'A delivery with its attempts; `body` is what each of them sends.' })
/** A delivery with its attempts. */
export type DeliveryDetail = z.output<typeof deliveryDetail>

/** Schema of `ListedDelivery`. */
export const listedDelivery = delivery
  .extend({
    subject: z.string().nullable().meta({ description: 'Subject of its event.' }),
    url: z.string().meta({ description: 'URL of its subscription, which may be removed since.' }),
    lastOutcome: outcome.nullable().meta({
      description: 'Outcome of the last attempt; null before the first has ended, and while another is in flight.',
    }),
  })
  .meta({ id: 'ListedDelivery', description: 'A delivery as a list shows it.' })
/** A delivery as a list shows it. */
export type ListedDelivery = z.output<typeof listedDelivery>

/** A page of deliveries. */
export const deliveryPage = pageOf('DeliveryPage', listedDelivery)

/** Which deliveries are listed. */
export const deliveryQuery = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  provider: z.string().optional(),
  type: z.string().optional(),
  subscription: z.string().optional(),
  event: z.string().optional(),
  url: z.string().optional().meta({ description: "Part of the subscription's URL." }),
  subject: z.string().optional().meta({ description: 'Subject of the event.' }),
  text: z.string().min(1).max(500).optional().meta({
    description:
      'Part of an id, the provider, type, subject, URL or payload. A page then looks at 10,000 deliveries at most: it may have few items, or none, and still a next page.',
  }),
  ...pageQuery,
})

/** How a delivery is sent again. */
export const resendInput = z
  .strictObject({
    original: z
      .boolean()
      .optional()
      .meta({ description: "Send the first attempt's bytes and signature again: a stale replay." }),
  })
  .meta({ id: 'Resend' })

/** What of a delivery is waited for, and for how long. */
export const waitQuery = z.strictObject({
  until: z.enum(['delivered', 'settled']).default('delivered'),
  timeout: duration.optional().meta({ description: 'Maximum real time to wait; default 10 s.' }),
})

/** Schema of `WaitResult`. */
export const waitResult = z.object({ met: z.boolean(), delivery }).meta({ id: 'Waited' })
/** A delivery, and whether it became what was waited for. */
export type WaitResult = z.output<typeof waitResult>

/** The problem when a wait timed out. */
export const waitTimedOut = problem
  .extend(waitResult.shape)
  .meta({ id: 'NotYet', description: 'The wait timed out; `delivery` is its present state.' })
