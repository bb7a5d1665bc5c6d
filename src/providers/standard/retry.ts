// When Standard Webhooks are tried again: the specification's example schedule, any 2xx as success, 410 as the end.
import { parseDuration } from '../../core/duration.js'
import { type RetryPlan, scheduled } from '../../core/retry.js'
import type { SubscriptionSettings } from './settings.js'

/** The status by which a receiver says that it wants nothing more. */
const GONE = 410

/** The plan of a subscription. */
export function retry(settings: SubscriptionSettings): RetryPlan {
  const table = scheduled(
    settings.retryDelays.map(delay => parseDuration(delay, 'retryDelays')),
    settings.maxAttempts,
  )
  const ends = (status: number | undefined) => status === GONE && settings.gone === 'deactivate'
  return {
    policy: (attempt, outcome) =>
      ends(outcome.status)
        ? { again: false, reason: `${GONE}; the receiver wants nothing more` }
        : table(attempt, outcome),
    accepts: status => status >= 200 && status < 300,
    timeoutMs: settings.responseTimeoutMs,
    concurrency: settings.concurrency,
    onExhausted: settings.afterLast,
    dismissedBy: ends,
  }
}
