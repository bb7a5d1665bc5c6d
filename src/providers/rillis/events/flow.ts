// FLOW_COMPLETED and FLOW_REJECTED: one structure, documented whole.
import * as z from 'zod'
import { isJsonObject } from '../../../core/json.js'
import type { EventDefinition } from '../../../provider/channel.js'
import { isoInstant } from '../identifiers.js'
import { FLOW_STATES, stateOf } from '../subjects.js'
import { flowInstance } from './changes.js'
import { envelope, enveloped, factsOf, owner, ownerOf, referenceUrl } from './envelope.js'

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
      return enveloped(fake, context, {
        ...ownerOf(facts),
        status,
        completed_at: isoInstant(context.now),
        url: referenceUrl('flow-instances', facts.flow_instance_id),
      })
    },
    subjects: (payload, context) => {
      const told = isJsonObject(payload.data) ? payload.data : {}
      return [flowInstance(payload, factsOf(context), stateOf(FLOW_STATES, told.status, status), told)]
    },
  } satisfies EventDefinition
}

/** The general flow webhooks' events. */
export const flowEvents = {
  FLOW_COMPLETED: definition('FLOW_COMPLETED', 'COMPLETED'),
  FLOW_REJECTED: definition('FLOW_REJECTED', 'REJECTED'),
}
