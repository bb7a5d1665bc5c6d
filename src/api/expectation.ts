// An expectation: an outcome that is waited for by identity.
import * as z from 'zod'
import { EXPECTED_OUTCOMES } from '../core/expectation.js'
import { duration } from './duration.js'
import { text, valuesByPath } from './values.js'

/** An outcome of a delivery that can be expected. */
export const expectedOutcome = z
  .enum(EXPECTED_OUTCOMES)
  .meta({ description: 'rejected: an attempt got a response that is not accepted.' })

/** What may be expected of deliveries, however durations and whole numbers are written; scenarios use references in them. */
export const expectationFields = <D extends z.ZodType, N extends z.ZodType>({
  duration,
  wholeNumber,
}: {
  duration: D
  wholeNumber(least: number): N
}) => ({
  provider: text.optional(),
  type: text.optional(),
  subject: text.optional().meta({ description: 'Id of a subject.' }),
  where: valuesByPath.optional().meta({ description: 'Payload path to the value it must have, compared deeply.' }),
  within: duration.optional().meta({ description: "From the event to the outcome, on the emulator's clock." }),
  neverWithin: duration
    .optional()
    .meta({ description: "Met when the outcome does not come for this long, on the emulator's clock." }),
  attempts: wholeNumber(0).optional().meta({ description: 'Exact number of attempts made.' }),
  status: wholeNumber(100).optional().meta({ description: 'Status of the last response.' }),
  timeout: duration.optional().meta({ description: 'Maximum real time to wait; default 10 s.' }),
})

/** Schema of `Expectation`. */
export const expectation = z
  .strictObject({
    outcome: expectedOutcome,
    event: z.string().optional(),
    subscription: z.string().optional(),
    url: z.string().optional().meta({ description: "Part of the subscription's URL." }),
    ...expectationFields({ duration, wholeNumber: least => z.int().min(least) }),
  })
  .meta({ id: 'Expectation' })
/** An outcome that is waited for, with durations as people write them. */
export type Expectation = z.input<typeof expectation>
