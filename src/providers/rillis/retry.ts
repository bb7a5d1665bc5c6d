// When Rillis is satisfied and when it tries again: exactly 200, else the schedule of the subscription.
import { type RetryPlan, scheduled } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import type { SharedSettings } from './settings.js'

/** The plan for both channels: "several times" is documented, the schedule and its end are ours. */
export function retryPlan(settings: Settings): RetryPlan {
  const { retryDelays, maxAttempts, successStatus, responseTimeoutMs, concurrency } = settings as SharedSettings
  return {
    policy: scheduled(retryDelays, maxAttempts),
    accepts: status => (successStatus === '200' ? status === 200 : status >= 200 && status <= 299),
    timeoutMs: responseTimeoutMs,
    concurrency,
    onExhausted: 'keep',
  }
}
