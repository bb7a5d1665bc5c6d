// Success rule and retries of Standard Webhooks: any 2xx, else the example schedule; 410 ends it.
// Source: Standard Webhooks, "Delivery success and failure" and "Deliverability and reliability".
import type { RetryPlan } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterPlan } from '../../provider/retry-after.js'
import { retryPolicy } from '../../provider/standard-webhooks.js'
import { asSubscriptionSettings } from './settings.js'

/** The status of a receiver that wants no more webhooks. Source: Standard Webhooks, "Delivery success and failure". */
const GONE = 410

/** The retry plan of a subscription. */
export function retryPlan(settings: Settings): RetryPlan {
  const own = asSubscriptionSettings(settings)
  const scheduled = retryPolicy(own)
  const ends = (status: number | undefined) => status === GONE && own.gone === 'deactivate'
  return {
    policy: (attempt, outcome) =>
      ends(outcome.status)
        ? { again: false, reason: `${GONE}; the receiver wants no more webhooks` }
        : scheduled(attempt, outcome),
    accepts: status => status >= 200 && status < 300,
    timeoutMs: own.responseTimeoutMs,
    concurrency: own.concurrency,
    ...retryAfterPlan(settings),
    onExhausted: own.afterLast,
    dismissedBy: ends,
  }
}
