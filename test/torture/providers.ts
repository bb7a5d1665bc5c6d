// What a run needs to know of each provider: an event to trigger, and settings with which its retries take no time.
import type { JsonObject } from '../../src/core/json.js'

/** How a provider is driven. */
export interface Driven {
  eventType: string
  /** Settings of a subscription: the delays (ms) between attempts, and how many there are at most. */
  settings(delays: readonly number[], maxAttempts: number): JsonObject
}

const TIMEOUT_MS = 500
const CONCURRENCY = 12

const inMs = (delays: readonly number[], maxAttempts: number) => ({
  retryDelays: [...delays],
  maxAttempts,
  responseTimeoutMs: TIMEOUT_MS,
  concurrency: CONCURRENCY,
})

/** The providers that a run can use. */
export const DRIVEN: Readonly<Record<string, Driven>> = {
  standard: { eventType: 'invoice.paid', settings: inMs },
  rillis: { eventType: 'FLOW_COMPLETED', settings: inMs },
  kycgenie: { eventType: 'screening.completed', settings: inMs },
  // It has one interval, of a second at least: the last delay.
  unico: {
    eventType: 'process.finished.ok',
    settings: (delays, maxAttempts) => ({
      intervalSeconds: Math.max(1, Math.ceil((delays.at(-1) ?? 0) / 1000)),
      backoff: 'fixed',
      maxAttempts,
      timeoutSeconds: TIMEOUT_MS / 1000,
      concurrency: CONCURRENCY,
    }),
  },
}
