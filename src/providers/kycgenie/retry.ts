// KYC Genie's success rule and retries, all assumed: exactly 200, else the example schedule of Standard Webhooks.
import type { RetryPlan } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterPlan } from '../../provider/retry-after.js'
import { retryPolicy } from '../../provider/standard-webhooks.js'
import { asSubscriptionSettings } from './settings.js'

/** The retry plan of a subscription. */
export function retryPlan(settings: Settings): RetryPlan {
  const own = asSubscriptionSettings(settings)
  return {
    policy: retryPolicy(own),
    accepts: own.successStatus === 200 ? status => status === 200 : status => status >= 200 && status < 300,
    timeoutMs: own.responseTimeoutMs,
    concurrency: own.concurrency,
    ...retryAfterPlan(settings),
  }
}
