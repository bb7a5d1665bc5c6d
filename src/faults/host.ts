// What the faults need of the emulator they belong to.
import type { Clock } from '../core/clock.js'
import type { Journal } from '../core/journal.js'
import type { Ledger } from '../core/ledger.js'
import type { Subscription } from '../core/subscription.js'
import type { Settings } from '../provider/channel.js'
import type { Registry } from '../provider/registry.js'

export interface FaultHost {
  readonly seed: number
  readonly clock: Pick<Clock, 'now' | 'wall'>
  readonly ledger: Pick<Ledger, 'meta' | 'delivery' | 'write' | 'settled'>
  readonly journal: Pick<Journal, 'record'>
  readonly registry: Pick<Registry, 'providers' | 'load' | 'loaded'>
  readonly settings: {
    /** Complete settings of a subscription. */
    ofSubscription(subscription: Subscription): Settings
    /** Complete provider-wide settings. */
    ofProvider(provider: string): Settings
  }
  findSubscription(id: string): Subscription | undefined
  /** Tells the deliveries that something may be due for this subscription. */
  poke(subscriptionId: string): void
  /** True for URLs of receivers in this process. */
  isInProcess(url: string): boolean
}
