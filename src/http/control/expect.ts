// Expectations: a question that is answered when the awaited outcome has come, or cannot or will not come in time.
import * as z from 'zod'
import { EmulatorError } from '../../core/errors.js'
import { EXPECTED_OUTCOMES } from '../../core/expectation.js'
import { problemResponse } from '../problem.js'
import { controlRoute, type Family } from './route.js'
import { deliveryDetail, duration, json, problem } from './schemas.js'
import { deliveryDetailView } from './views.js'

const expectation = z
  .strictObject({
    outcome: z
      .enum(EXPECTED_OUTCOMES)
      .meta({ description: 'rejected: an attempt got an answer that is not accepted.' }),
    provider: z.string().optional(),
    type: z.string().optional(),
    event: z.string().optional(),
    subject: z.string().optional(),
    subscription: z.string().optional(),
    url: z.string().optional().meta({ description: "Part of the subscription's URL." }),
    where: z.record(z.string(), json).optional().meta({ description: 'Payload path to expected value.' }),
    within: duration.optional().meta({ description: "On the emulator's clock." }),
    neverWithin: duration
      .optional()
      .meta({ description: "Met when it does not happen for so long on the emulator's clock." }),
    attempts: z.int().min(0).optional(),
    status: z.int().optional().meta({ description: 'Of the last answer.' }),
    timeout: duration.optional().meta({ description: 'Real time to wait at the most; 10 s when left out.' }),
  })
  .meta({ id: 'Expectation' })

const result = z
  .object({
    met: z.boolean(),
    seen: z.string().meta({ description: 'What was seen, one sentence.' }),
    evidence: z.array(deliveryDetail).meta({ description: 'The deliveries that met it, or the nearest miss.' }),
  })
  .meta({ id: 'ExpectationResult' })
const unmet = problem
  .extend(result.shape)
  .meta({ id: 'Unmet', description: 'It was not met; the nearest miss is given.' })

export const expectFamily: Family = {
  name: 'expect',
  about: 'Waiting for outcomes by identity.',
  routes: [
    controlRoute({
      id: 'expectOutcome',
      method: 'POST',
      path: '/_standin/expect',
      summary: 'Waits for an outcome.',
      body: expectation,
      answers: {
        200: { description: 'It is met.', schema: result },
        408: { description: 'It is not met.', schema: unmet },
      },
      handler: async ({ emulator, body: { within, neverWithin, timeout, ...rest } }) => {
        const { met, seen, evidence } = await emulator.expect({
          ...rest,
          withinMs: within,
          neverWithinMs: neverWithin,
          timeoutMs: timeout,
        })
        const body: z.output<typeof result> = {
          met,
          seen,
          evidence: await Promise.all(
            evidence.map(({ delivery }) => deliveryDetailView(emulator, emulator.view(delivery.id))),
          ),
        }
        if (met) return { status: 200, body }
        return problemResponse(new EmulatorError(`The expectation was not met: ${seen}.`, { code: 'timed_out' }), {
          more: body,
        })
      },
    }),
  ],
}
