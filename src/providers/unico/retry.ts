// Unico's reliability rules: any 2xx is success, the interval grows with every failure, an erring endpoint can be slowed down.
import { exponential, type RetryPlan, scheduled } from '../../core/retry.js'
import type { Settings } from '../../provider/channel.js'
import type { SubscriptionSettings } from './settings.js'

/** Where growing intervals end, ms (ours). */
const LONGEST_MS = 3_600_000

/** The retry plan of a webhook: attempts, interval, timeout and concurrency are settings of each (page "Setup"). */
export function retry(settings: Settings): RetryPlan {
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
    onExhausted: 'keep',
  }
}

/** How many newest attempts the throttle judges by (ours). */
const WINDOW = 20

/** Concurrency now: Unico reduces the throughput of an endpoint that errs at scale (page "Security"; the numbers are ours). */
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
