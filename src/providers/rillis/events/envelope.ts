// The envelope of every flow webhook: id, type, timestamp, data. Source: Flow, "Webhook Payload Schema" and "Example Webhook Payloads".
import type { Faker } from '@faker-js/faker'
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { idAt } from '../ids.js'
import { completeFacts } from '../older-facts.js'

/** Base of the reference URLs in `data.url`, before a subscription's own URL replaces them. */
const APP = 'https://app.rillis.io'

/** Reference URL of an object in Rillis's app; the path is ours. */
export function referenceUrl(kind: 'flow-instances' | 'identities' | 'onboardings', id: string): string {
  return `${APP}/${kind}/${id}`
}

/** True for a URL made by referenceUrl. */
export function isReferenceUrl(url: unknown): boolean {
  return typeof url === 'string' && url.startsWith(`${APP}/`)
}

/** Schema of a type's envelope around its data; `timestamp` is Unix time in ms. Source: Flow, "Webhook Payload Schema". */
export function envelope<const Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({
    id: z.string().min(1),
    type: z.literal(type),
    timestamp: z.int().min(0),
    data,
  })
}

/** An envelope around `data`, stamped with the event's time (ms); the id starts with its seconds in hex. */
export function withEnvelope(fake: Faker, { type, now }: MakeContext, data: JsonObject): JsonObject {
  return { id: idAt(fake, now), type, timestamp: now, data }
}

/** The story's facts, typed. */
export function factsOf(context: MakeContext): Facts {
  return completeFacts(context.facts)
}

/** Keys that identify flow instance, flow and user, in every event of the Flow API. Source: Flow, "Webhook Payload Schema". */
export const owner = {
  flow_instance_id: z.string(),
  flow_id: z.string(),
  user_id: z.string(),
}

/** The values of those keys. */
export function ownerOf({ flow_instance_id, flow_id, user_id }: Facts) {
  return { flow_instance_id, flow_id, user_id }
}

/** An uploaded file; further keys are not documented. Source: Onboarding Organizations, description of data.onboarding. */
export const fileReference = z.looseObject({ name: z.string(), path: z.string(), type: z.string() })
