// A provider as load runs send for it: its own retry plan, but no wait is long, and the run's limit of requests in flight stands for its own.
import type { RetryPlan } from '../core/retry.js'
import type { ChannelBehaviour } from '../provider/channel.js'
import type { Provider } from '../provider/provider.js'

/** What a load run sets. */
export interface Pace {
  /** The longest wait before a retry, ms: shorter ones of the provider stay. */
  retryWaitMs: number
  /** The most deliveries in flight. */
  inFlight: number
  /** Longest wait for one answer, real ms; default the provider's. */
  timeoutMs: number | undefined
}

function pacedPlan(plan: RetryPlan, { retryWaitMs, inFlight, timeoutMs = plan.timeoutMs }: Pace): RetryPlan {
  const { dismissedBy: _, ...kept } = plan
  return {
    ...kept,
    timeoutMs,
    concurrency: inFlight,
    // A subscription that is switched off would end the run.
    onExhausted: 'keep',
    retryAfterUpToMs: Math.min(plan.retryAfterUpToMs ?? 0, retryWaitMs),
    policy(attempt, outcome) {
      const decision = plan.policy(attempt, outcome)
      return decision.again ? { ...decision, afterMs: Math.min(decision.afterMs, retryWaitMs) } : decision
    },
  }
}

function pacedChannel({ limit: _, ...behaviour }: ChannelBehaviour, pace: Pace): ChannelBehaviour {
  return { ...behaviour, retry: settings => pacedPlan(behaviour.retry(settings), pace) }
}

/** The provider at the pace of a load run. */
export const pacedProvider = (provider: Provider, pace: Pace): Provider => ({
  ...provider,
  channels: provider.channels.map(channel => ({
    ...channel,
    load: async () => pacedChannel(await channel.load(), pace),
  })),
})
