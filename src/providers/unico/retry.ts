// Unico's success rule, retries and throttle: any 2xx is success, the interval grows with each failure, a failing endpoint can be slowed down.
import { exponential, type RetryPlan, scheduled } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import { retryAfterPlan } from '../../provider/retry-after.js'
import type { SubscriptionSettings } from './settings.js'

/** Maximum of a growing interval, ms; assumed. */
const LONGEST_MS = 3_600_000

/** The retry plan of a webhook. Source: Setup, fields of the webhook (attempts, interval, timeout, concurrency; exponential backoff); Security, success and failure (200 to 299). */
export function retryPlan(settings: Settings): RetryPlan {
  const { intervalSeconds, backoff, maxAttempts, timeoutSeconds, concurrency } = settings as SubscriptionSettings
  const firstMs = intervalSeconds * 1000
  return {
    policy:
      backoff === 'fixed'
        ? scheduled([firstMs], maxAttempts)
        : exponential({ firstMs, factor: 2, maxMs: Math.max(LONGEST_MS, firstMs) }, maxAttempts),
    accepts: status => status >= 200 && status <= 299,
    timeoutMs: timeoutSeconds * 1000,
    concurrency,
    ...retryAfterPlan(settings),
    onExhausted: 'keep',
  }
}

/** How many of the newest attempts the throttle looks at; assumed. */
const WINDOW = 20

/** The present concurrency, reduced for an endpoint with many errors. Source: Security, throughput of a failing endpoint; the numbers are assumed. */
export function limit(recentAccepted: readonly boolean[], present: number, settings: Settings): number {
  const { concurrency, errorThrottle } = settings as SubscriptionSettings
  if (!errorThrottle) return concurrency
  const recent = recentAccepted.slice(0, WINDOW)
  if (recent.length < WINDOW) return Math.min(present, concurrency)
  const failed = recent.filter(accepted => !accepted).length
  if (failed > WINDOW / 2) return Math.max(1, Math.floor(present / 2))
  if (failed === 0) return Math.min(concurrency, present * 2)
  return Math.min(present, concurrency)
}
