// The test endpoint: one event to one URL, sent while the caller waits.
import * as z from 'zod'
import type { Attempt } from '../../../core/delivery.js'
import type { Outcome } from '../../../core/outcome.js'
import type { Route } from '../../../provider/routes.js'
import { knownWebhook, secretFor } from '../screenings.js'
import { badRequest, unauthorized, validationError } from './errors.js'
import { rejectedUrlProblem, testBody, urlProblem } from './fields.js'
import { reasonPhrase } from './reason.js'

const outcomeSchema = z.object({
  success: z.boolean(),
  message: z.string(),
  log_id: z.number().int(),
  http_status_code: z.number().int().nullable(),
})

/** The first log id. Source: Webhooks API, "Test Webhook", example. */
const FIRST_LOG_ID = 4821

function failure(outcome: Outcome | null): string {
  if (outcome?.kind === 'answered' && outcome.status !== undefined)
    return `HTTP ${outcome.status}: ${reasonPhrase(outcome.status)}`
  if (outcome?.kind === 'timed_out') return 'Request timed out'
  return outcome?.kind === 'tls' ? 'TLS error' : 'Connection failed'
}

/** `POST /api/v1/webhooks/test/`. Source: Webhooks API, "Test Webhook". */
export const testRoute: Route = {
  method: 'POST',
  path: '/api/v1/webhooks/test/',
  summary: 'Send a test event now',
  documented: true,
  body: { type: 'json', schema: testBody },
  answers: {
    200: { description: 'The receiver accepted it.', schema: outcomeSchema },
    502: { description: 'The receiver did not accept it, or did not answer.', schema: outcomeSchema },
    ...badRequest,
    ...unauthorized,
  },
  async handler(call) {
    const { webhook_url: url } = call.body as z.infer<typeof testBody>
    const { port, account } = call
    const problem = await urlProblem(call, url)
    if (problem !== undefined) return validationError(call, { webhook_url: [problem] })
    const known = knownWebhook(port, url, account)
    let attempt: Attempt
    try {
      attempt = await port.sendOnce({
        channel: 'webhooks',
        type: 'test',
        url,
        secret: secretFor(port, url, account),
        settings: known?.settings ?? {},
      })
    } catch (error) {
      const message = rejectedUrlProblem(error, url)
      if (message === undefined) throw error
      return validationError(call, { webhook_url: [message] })
    }
    const logId = FIRST_LOG_ID - 1 + (await port.count('test-log'))
    return {
      status: attempt.accepted ? 200 : 502,
      body: {
        success: attempt.accepted,
        message: attempt.accepted
          ? 'Test webhook delivered successfully'
          : `Test webhook delivery failed: ${failure(attempt.outcome)}`,
        log_id: logId,
        http_status_code: attempt.outcome?.status ?? null,
      },
    }
  },
}
