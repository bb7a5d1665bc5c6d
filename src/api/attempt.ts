// An attempt: one request made for a delivery, and what came of it.
import * as z from 'zod'
import { OUTCOME_KINDS } from '../core/outcome.js'
import { time } from './values.js'

const headers = z.array(z.object({ name: z.string(), value: z.string() }).meta({ id: 'Header' }))

/** How an attempt ended. */
export const outcome = z
  .object({
    kind: z.enum(OUTCOME_KINDS),
    status: z.int().optional(),
    code: z.string().optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'Outcome', description: 'How an attempt ended.' })

const attemptCore = {
  deliveryId: z.string(),
  number: z.int().min(1),
  cause: z.enum(['scheduled', 'resend', 'replay']),
  startedAt: time,
  dueAt: time,
  dueReason: z.string(),
  faults: z.array(z.string()),
  outcome: outcome.nullable().meta({ description: 'Null while it is in flight.' }),
  accepted: z.boolean().meta({ description: 'Whether the provider counts the response as success.' }),
  durationMs: z.number().nullable(),
}

/** Schema of `Attempt`. */
export const attempt = z
  .object({
    ...attemptCore,
    stampedAt: time.meta({ description: 'The timestamp that was signed.' }),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers,
      body: z.string().meta({ description: 'As text.' }),
      bodyBase64: z.string().nullable().meta({ description: 'The exact bytes, where a fault changed them.' }),
    }),
    response: z
      .object({
        status: z.int(),
        headers,
        body: z.string().meta({ description: 'Its beginning.' }),
        bodyBytes: z.int().meta({ description: 'Its full length.' }),
      })
      .nullable(),
  })
  .meta({ id: 'Attempt', description: 'One request made for a delivery; credentials are masked, signatures are not.' })
/** One request made for a delivery; credentials are masked, signatures are not. */
export type Attempt = z.output<typeof attempt>

/** Schema of `AttemptSummary`. */
export const attemptSummary = z
  .object({ ...attemptCore, method: z.string(), url: z.string() })
  .meta({ id: 'AttemptSummary', description: 'An attempt without its bytes.' })
/** An attempt without its bytes. */
export type AttemptSummary = z.output<typeof attemptSummary>
