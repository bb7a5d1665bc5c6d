// An event: one thing that happened at a provider, and why each subscription did or did not get it.
import * as z from 'zod'
import { DELIVERY_STATUSES } from '../core/delivery.js'
import { delivery } from './delivery.js'
import { pageOf, pageQuery } from './page.js'
import { jsonObject, time } from './values.js'

/** Schema of `Event`. */
export const event = z
  .object({
    id: z.string(),
    provider: z.string(),
    channel: z.string(),
    type: z.string(),
    variant: z.string().nullable(),
    subject: z.string().nullable(),
    account: z.string().nullable(),
    payload: jsonObject,
    raw: z.string().optional().meta({ description: 'The payload as text, where it was given as text.' }),
    createdAt: time,
  })
  .meta({ id: 'Event', description: 'One thing that happened at a provider.' })
/** One thing that happened at a provider. */
export type Event = z.output<typeof event>

const why = z
  .object({ subscriptionId: z.string(), why: z.string(), status: z.enum(DELIVERY_STATUSES).optional() })
  .meta({ id: 'Why', description: 'Why a subscription did or did not get an event.' })

/** Schema of `EventDetail`. */
export const eventDetail = event
  .extend({
    deliveries: z.array(delivery),
    why: z.array(why),
    warnings: z
      .array(z.string())
      .readonly()
      .meta({ description: 'What was unusual about it when it was triggered, as the answer said.' }),
  })
  .meta({ id: 'EventDetail', description: 'An event, its deliveries, and the reason for each subscription.' })
/** An event, its deliveries, and the reason for each subscription. */
export type EventDetail = z.output<typeof eventDetail>

/** A page of events. */
export const eventPage = pageOf('EventPage', event)

/** Which events are listed. */
export const eventQuery = z.strictObject({
  provider: z.string().optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
  story: z.string().optional().meta({ description: 'About any subject of this story.' }),
  ...pageQuery,
})
