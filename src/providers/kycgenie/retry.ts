// When and how KYC Genie's deliveries are tried again. All of it is assumed: Standard Webhooks' example schedule.
import { parseDuration } from '../../core/duration.js'
import { type RetryPlan, scheduled } from '../../core/retry.js'
import type { SubscriptionSettings } from './settings.js'

/** The plan of a subscription: a table of delays, success by exactly 200 unless set otherwise. */
export function retry(settings: SubscriptionSettings): RetryPlan {
  return {
    policy: scheduled(
      settings.retryDelays.map(delay => parseDuration(delay, 'retryDelays')),
      settings.maxAttempts,
    ),
    accepts: settings.successStatus === 200 ? status => status === 200 : status => status >= 200 && status < 300,
    timeoutMs: settings.responseTimeoutMs,
    concurrency: settings.concurrency,
  }
}
