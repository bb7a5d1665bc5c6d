// What comes of a trigger; apart from it, since scenario files need no shape of events.
import * as z from 'zod'
import { event } from './event.js'

/** Schema of `TriggerResult`. */
export const triggerResult = z
  .object({
    event,
    deliveries: z.array(z.object({ id: z.string(), subscriptionId: z.string() })),
    notDelivered: z.array(z.object({ subscriptionId: z.string(), why: z.string() })),
    warnings: z.array(z.string()).meta({
      description:
        'What is unusual about it: an unknown value of an enum, a state of its subject that it cannot follow, or an id that is one of another kind of subject.',
    }),
  })
  .meta({ id: 'Triggered' })
/** The event that was stored, and what is owed of it. */
export type TriggerResult = z.output<typeof triggerResult>
