// Rillis's success rule and retries: exactly 200, otherwise the subscription's schedule.
import { type RetryPlan, scheduled } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterPlan } from '../../provider/retry-after.js'
import type { SharedSettings } from './settings.js'

/** The retry plan of both channels; schedule and end are assumed. Source: Webhooks Overview, "How Webhooks Work" (200; retried several times). */
export function retryPlan(settings: Settings): RetryPlan {
  const { retryDelays, maxAttempts, successStatus, responseTimeoutMs, concurrency } = settings as SharedSettings
  return {
    policy: scheduled(retryDelays, maxAttempts),
    accepts: status => (successStatus === '200' ? status === 200 : status >= 200 && status <= 299),
    timeoutMs: responseTimeoutMs,
    concurrency,
    ...retryAfterPlan(settings),
    onExhausted: 'keep',
  }
}
