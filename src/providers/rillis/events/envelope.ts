// The envelope of every flow webhook: id, type, timestamp, data, in the order of the documented examples.
import type { Faker } from '@faker-js/faker'
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { idAt } from '../identifiers.js'

/** Base of the reference URLs that stand in `data.url` until a subscription's own URL replaces them. */
const APP = 'https://app.rillis.io'

/** Reference URL of a thing in Rillis's app; the path is ours. */
export function referenceUrl(kind: 'flow-instances' | 'identities' | 'onboardings', id: string): string {
  return `${APP}/${kind}/${id}`
}

/** True for a URL that referenceUrl made. */
export function isReferenceUrl(url: unknown): boolean {
  return typeof url === 'string' && url.startsWith(`${APP}/`)
}

/** Schema of a type's envelope around its data. The documents give `id` as a text and `timestamp` as Unix milliseconds. */
export function envelope<const Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({
    id: z.string().min(1),
    type: z.literal(type),
    timestamp: z.int().min(0),
    data,
  })
}

/** An envelope made now; the id's first characters are the seconds of `timestamp`. */
export function enveloped(fake: Faker, { type, now }: MakeContext, data: JsonObject): JsonObject {
  return { id: idAt(fake, now), type, timestamp: now, data }
}

/** The story's facts, which facts.ts made. */
export function factsOf(context: MakeContext): Facts {
  return context.facts as Facts
}

/** The keys that tell whose event it is; documented for every event of the Flow API. */
export const owner = {
  flow_instance_id: z.string(),
  flow_id: z.string(),
  user_id: z.string(),
}

/** The same keys' values. */
export function ownerOf({ flow_instance_id, flow_id, user_id }: Facts) {
  return { flow_instance_id, flow_id, user_id }
}

/** A document or picture that was uploaded; the documents name `name`, `path` and `type` and leave the rest open. */
export const fileReference = z.looseObject({ name: z.string(), path: z.string(), type: z.string() })
