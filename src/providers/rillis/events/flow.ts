// FLOW_COMPLETED and FLOW_REJECTED: one structure, fully documented. Source: Flow, "Webhook Payload Schema".
import * as z from 'zod'
import { isoInstant } from '../../../core/instant-text.js'
import { isJsonObject } from '../../../core/json.js'
import type { EventDefinition } from '../../../provider/channel.js'
import { FLOW_STATES, stateOf } from '../subjects.js'
import { flowInstance } from './changes.js'
import { envelope, factsOf, owner, referenceUrl, withEnvelope } from './envelope.js'

function definition<const Type extends string, const Status extends 'COMPLETED' | 'REJECTED'>(
  type: Type,
  status: Status,
) {
  return {
    schema: envelope(
      type,
      z.strictObject({
        ...owner,
        status: z.enum([status]),
        completed_at: z.iso.datetime(),
        url: z.string(),
      }),
    ),
    make: (fake, context) => {
      const facts = factsOf(context)
      const { flow_instance_id, flow_id, user_id } = facts
      return withEnvelope(fake, context, {
        flow_instance_id,
        flow_id,
        user_id,
        status,
        completed_at: isoInstant(context.now),
        url: referenceUrl('flow-instances', flow_instance_id),
      })
    },
    subjects: (payload, context) => {
      const data = isJsonObject(payload.data) ? payload.data : {}
      const state = stateOf(FLOW_STATES, data.status, status)
      const change = flowInstance(payload, factsOf(context), state, data)
      // A flow ends once.
      change.after = ['IN_PROGRESS']
      return [change]
    },
  } satisfies EventDefinition
}

/** The events of general flow webhooks. */
export const flowEvents = {
  FLOW_COMPLETED: definition('FLOW_COMPLETED', 'COMPLETED'),
  FLOW_REJECTED: definition('FLOW_REJECTED', 'REJECTED'),
}
