// The shapes of the control API's answers, by name; views.ts makes values of them, the OpenAPI document describes them.
import * as z from 'zod'
import { DELIVERY_STATUSES } from '../../core/delivery.js'
import { durationMs } from '../../core/duration.js'
import type { Json } from '../../core/json.js'
import { OUTCOME_KINDS } from '../../core/outcome.js'

/** Any JSON value. */
export const json = z.custom<Json>(value => value !== undefined)

/** Any JSON object. */
export const jsonObject = z.record(z.string(), json)

/** An instant, RFC 3339 in UTC with milliseconds. */
export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })

/** A duration as people write it; its output is milliseconds. */
export const duration = z
  .union([z.string(), z.number()])
  .transform((given, context) => {
    const ms = durationMs(given)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: `"${given}" is not a duration: write 90s, 5m, 2h, 1d or milliseconds` })
    return z.NEVER
  })
  .meta({ description: 'A duration such as 90s, 5m, 2h, 1d, or milliseconds.', examples: ['90s'] })

/** Query parameters of every list. */
export const page = {
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'Entries at the most.' }),
  before: z.string().optional().meta({ description: '`next` of the page before: entries older than that.' }),
}

/** A page of a list, newest first. `id` names it in the document. */
export const pageOf = <S extends z.ZodType>(id: string, item: S) =>
  z
    .object({
      items: z.array(item),
      next: z.string().nullable().meta({ description: 'Give it as `before` for the next page; null on the last.' }),
    })
    .meta({ id })

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
    createdAt: time,
  })
  .meta({ id: 'Event', description: 'One thing that happened at a provider.' })

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

const headers = z.array(z.object({ name: z.string(), value: z.string() }).meta({ id: 'Header' }))

const outcome = z
  .object({
    kind: z.enum(OUTCOME_KINDS),
    status: z.int().optional(),
    code: z.string().optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'Outcome', description: 'What an attempt met.' })

const attemptCore = {
  number: z.int().min(1),
  cause: z.enum(['scheduled', 'resend', 'replay']),
  startedAt: time,
  dueAt: time,
  dueReason: z.string(),
  faults: z.array(z.string()),
  outcome: outcome.nullable().meta({ description: 'Null while it is in flight.' }),
  accepted: z.boolean().meta({ description: "Whether the provider's rule of success accepted it." }),
  durationMs: z.number().nullable(),
}

export const attempt = z
  .object({
    deliveryId: z.string(),
    ...attemptCore,
    stampedAt: time.meta({ description: 'What the signature was stamped with.' }),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers,
      body: z.string().meta({ description: 'As text.' }),
      bodyBase64: z.string().nullable().meta({ description: 'The exact bytes, where a fault bent them.' }),
    }),
    response: z
      .object({
        status: z.int(),
        headers,
        body: z.string().meta({ description: 'Its beginning.' }),
        bodyBytes: z.int().meta({ description: 'Its whole length.' }),
      })
      .nullable(),
  })
  .meta({ id: 'Attempt', description: 'One request made for a delivery; credentials are masked, signatures are not.' })

export const attemptSummary = z
  .object({ deliveryId: z.string(), ...attemptCore, method: z.string(), url: z.string() })
  .meta({ id: 'AttemptSummary', description: 'An attempt without its bytes.' })

export const deliveryDetail = delivery
  .extend({ url: z.string().nullable(), body: z.string(), attempts: z.array(attempt) })
  .meta({ id: 'DeliveryDetail', description: 'A delivery with its attempts; `body` is what each of them sends.' })

export const subscription = z
  .object({
    id: z.string(),
    provider: z.string(),
    channel: z.string(),
    url: z.string(),
    eventTypes: z.array(z.string()),
    active: z.boolean(),
    secret: z.string().nullable().meta({ description: 'Masked, but for the answer that makes it.' }),
    previousSecretUntil: time.nullable().meta({ description: 'Until then the secret before is signed with too.' }),
    settings: jsonObject.meta({ description: 'As given; secret ones masked.' }),
    notes: jsonObject,
    account: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Subscription' })

export const subject = z
  .object({
    id: z.string(),
    provider: z.string(),
    kind: z.string(),
    story: z.string(),
    state: z.string(),
    data: jsonObject,
    account: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Subject', description: 'What events are about, as the provider knows it now.' })

export const why = z
  .object({ subscriptionId: z.string(), why: z.string(), status: z.enum(DELIVERY_STATUSES).optional() })
  .meta({ id: 'Why', description: 'Why a subscription did or did not get an event.' })

export const counts = z
  .object({
    now: time,
    delivered: z.int(),
    waiting: z.int(),
    exhausted: z.int(),
    cancelled: z.int(),
    attempts: z.int(),
  })
  .meta({ id: 'Counts', description: 'At rest: nothing in flight, nothing due.' })

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string().optional(),
    where: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'An error, RFC 9457. `code` is stable.' })
