// What came of waiting for an expectation; apart from it, since scenario files need no shapes of deliveries.
import * as z from 'zod'
import { deliveryDetail } from './delivery.js'
import { problem } from './problem.js'

/** Schema of `ExpectationResult`. */
export const expectationResult = z
  .object({
    met: z.boolean(),
    seen: z.string().meta({ description: 'What was seen, one sentence.' }),
    evidence: z.array(deliveryDetail).meta({ description: 'The deliveries that met it, or the closest ones.' }),
  })
  .meta({ id: 'ExpectationResult' })
/** Whether an expectation was met, and what was seen. */
export type ExpectationResult = z.output<typeof expectationResult>

/** The problem when an expectation was not met. */
export const expectationUnmet = problem
  .extend(expectationResult.shape)
  .meta({ id: 'Unmet', description: 'It was not met; `evidence` has the closest deliveries.' })
