// The life of a delivery: its attempts and waits with their reasons, what comes next, and what can be done with it by hand.
import * as z from 'zod'
import { WAIT_CAUSES } from '../core/delivery.js'
import { attempt, attemptSummary } from './attempt.js'
import { delivery } from './delivery.js'
import { clockKind, time } from './values.js'

const waitCause = z.enum(WAIT_CAUSES).meta({
  description:
    'first: the event happened. schedule: by the retry policy. fault: a fault held it back. queue: it was due, but not its turn. restart: the attempt before was cut off. failure: an error of this machine or of the provider.',
})

/** Schema of `DeliveryWait`. */
export const deliveryWait = z
  .object({
    before: z.int().min(1).meta({ description: 'Number of the attempt that it ends with.' }),
    from: time,
    to: time,
    cause: waitCause,
    reason: z.string(),
  })
  .meta({ id: 'DeliveryWait', description: "A time between two attempts, on the emulator's clock, and why." })
/** A time between two attempts, and why. */
export type DeliveryWait = z.output<typeof deliveryWait>

/** Schema of `AttemptInLife`. */
export const attemptInLife = attemptSummary
  .extend({
    endedAt: time.nullable().meta({ description: "On the emulator's clock; null while it is in flight." }),
    firedFaults: z
      .array(z.object({ name: z.string(), about: z.string() }))
      .meta({ description: 'The faults that changed or delayed it, and what each does.' }),
    retryAfter: z.string().nullable().meta({
      description:
        'The Retry-After header of the response. The schedule follows it up to the setting `retryAfterUpTo`.',
    }),
    counted: z.boolean().meta({ description: 'Whether the retry policy counts it.' }),
  })
  .meta({ id: 'AttemptInLife' })
/** An attempt without its bytes, with what bent it. */
export type AttemptInLife = z.output<typeof attemptInLife>

/** Schema of `AttemptDetail`. */
export const attemptDetail = attempt
  .extend({
    ownBody: z
      .string()
      .nullable()
      .meta({ description: "The delivery's own body where a fault changed what was sent; else null." }),
  })
  .meta({ id: 'AttemptDetail', description: 'An attempt, and what it would have sent without a fault.' })
/** An attempt, and what it would have sent without a fault. */
export type AttemptDetail = z.output<typeof attemptDetail>

const action = z.string().nullable().meta({ description: 'Why it cannot be done now; null: it can.' })

/** Schema of `DeliveryLife`. */
export const deliveryLife = delivery
  .extend({
    url: z.string().nullable().meta({ description: 'Of the subscription; null where that was removed.' }),
    subject: z.string().nullable(),
    variant: z.string().nullable(),
    now: time.meta({ description: "The emulator's time of this answer." }),
    clock: clockKind,
    waits: z.array(deliveryWait).meta({ description: 'In order; the last may still be going on.' }),
    attempts: z.array(attemptInLife),
    next: z
      .object({ number: z.int().min(1), dueAt: time, cause: waitCause, reason: z.string() })
      .nullable()
      .meta({ description: 'The next attempt; null while one is in flight and when the delivery is settled.' }),
    actions: z
      .object({ resend: action, replay: action, cancel: action })
      .meta({ description: "What can be done by hand. `replay` sends the first attempt's bytes again." }),
  })
  .meta({ id: 'DeliveryLife', description: 'A delivery from its event until now, without bytes.' })
/** A delivery from its event until now. */
export type DeliveryLife = z.output<typeof deliveryLife>

/** Which form of a request is asked for. */
export const requestTextQuery = z.strictObject({ as: z.enum(['curl', 'http', 'test']) })

/** Schema of `RequestText`. */
export const requestText = z
  .object({
    as: z.enum(['curl', 'http', 'test']),
    text: z.string(),
    masked: z
      .array(z.string())
      .meta({ description: 'What is masked in it: names of headers, `url`, `secret`, paths of settings.' }),
    exact: z
      .boolean()
      .meta({ description: 'False where the bytes are not text, so that the text is not all of them.' }),
  })
  .meta({ id: 'RequestText', description: 'A request as text to copy.' })
/** A request as text to copy. */
export type RequestText = z.output<typeof requestText>
