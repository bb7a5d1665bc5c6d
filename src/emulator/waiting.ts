// Waiting for outcomes without polling: the journal says what changed, and each wait looks only at that.
import { type Delivery, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { ExpectationResult } from '../core/expectation.js'
import type { JournalEntry } from '../core/journal.js'
import type { EmulatorContext } from './context.js'
import type { Expectation } from './contract.js'
import { type DeliveryFacts, factsOfDelivery } from './delivery-facts.js'
import { isMeant, type Judgement, judge, metBy, resultOf, survey } from './judge.js'

/** Real time an expectation waits by default, ms. */
const DEFAULT_TIMEOUT_MS = 10_000

/** What one journal entry changed: deliveries, or all those of a subscription. */
type Change = { deliveries: readonly DeliveryFacts[] } | { subscription: string }

/** How one wait looks; both answer with what ends it, or undefined. */
interface Look<T> {
  /** At everything, once. */
  first(): T | undefined
  /** At what changed. */
  again(change: Change): T | undefined
}

interface WaitOptions {
  /** Real ms. */
  timeoutMs: number
  /** Also gives up when the emulator's clock has reached it. */
  emulatorAt?: number | undefined
  /** Gives up when it is aborted. */
  signal?: AbortSignal | undefined
}

/** One wait under way. */
interface Waiter {
  notice(change: Change): void
  fail(error: unknown): void
}

/** The waits of one emulator. */
export interface Waiting {
  /** Waits until a delivery is delivered or settled; `met: false` where that cannot happen any more or time is up. */
  waitFor(
    deliveryId: string,
    options?: { until?: 'delivered' | 'settled'; timeoutMs?: number; signal?: AbortSignal | undefined },
  ): Promise<{ met: boolean; delivery: Delivery }>
  /** Judges an expectation now and whenever something happens to it, until it is met, cannot be met any more, or time is up. */
  expectOutcome(expected: Expectation, options?: { signal?: AbortSignal | undefined }): Promise<ExpectationResult>
}

/** The waits of one emulator. All of them reject with `conflict` when it is reset or stops. */
export function createWaiting(context: EmulatorContext): Waiting {
  const { ledger, clock, journal, lifetime } = context
  const waiters = new Set<Waiter>()
  let stopListening = () => {}

  const changeOf = (entry: JournalEntry): Change | undefined => {
    switch (entry.kind) {
      case 'event.triggered':
        return { deliveries: entry.deliveries.map(delivery => factsOfDelivery(ledger, delivery, entry.event)) }
      case 'attempt.completed':
      case 'delivery.settled':
        return { deliveries: [factsOfDelivery(ledger, entry.delivery)] }
      case 'subscription.changed':
        // What is no longer sent is cancelled without an entry for each delivery.
        return { subscription: entry.subscriptionId }
      default:
        return undefined
    }
  }

  const add = (waiter: Waiter): (() => void) => {
    if (waiters.size === 0) {
      const signal = lifetime.signal()
      const failAll = () => {
        for (const one of [...waiters]) one.fail(signal.reason)
      }
      const stopHearing = journal.listen(entry => {
        const change = changeOf(entry)
        if (change !== undefined) for (const one of [...waiters]) one.notice(change)
      })
      signal.addEventListener('abort', failAll, { once: true })
      stopListening = () => {
        stopHearing()
        signal.removeEventListener('abort', failAll)
      }
    }
    waiters.add(waiter)
    return () => {
      if (waiters.delete(waiter) && waiters.size === 0) stopListening()
    }
  }

  /** Looks until there is an answer or time is up; undefined then. */
  const until = async <T>(look: Look<T>, options: WaitOptions): Promise<T | undefined> => {
    const { timeoutMs, emulatorAt, signal } = options
    lifetime.signal().throwIfAborted()
    const first = look.first()
    if (first !== undefined || signal?.aborted) return first
    return new Promise((resolve, reject) => {
      const over = new AbortController()
      const end = (settle: () => void) => {
        if (over.signal.aborted) return
        over.abort()
        remove()
        cancelAlarm()
        signal?.removeEventListener('abort', giveUp)
        settle()
      }
      const giveUp = () => end(() => resolve(undefined))
      const fail = (error: unknown) => end(() => reject(error))
      const notice = (change: Change) => {
        try {
          const answer = look.again(change)
          if (answer !== undefined) end(() => resolve(answer))
        } catch (error) {
          fail(error)
        }
      }
      const remove = add({ notice, fail })
      const cancelAlarm = clock.alarm(timeoutMs, giveUp)
      signal?.addEventListener('abort', giveUp, { once: true })
      if (emulatorAt !== undefined) clock.sleepUntil(emulatorAt, over.signal).then(giveUp, fail)
    })
  }

  const deliveryNamed = (id: string): Delivery => {
    const delivery = ledger.delivery(id)
    if (delivery) return delivery
    throw new EmulatorError(`There is no delivery ${id}.`, {
      code: 'not_found',
      hint: 'The list of deliveries shows the ids.',
    })
  }

  /** Judges whole at first, then only what changes: `isDecided` says which judgements end the wait. */
  const judging = (expected: Expectation, isDecided: (judgement: Judgement) => boolean): Look<Judgement> => {
    /** Deliveries that are meant and can still meet it, with their subscription. */
    const possible = new Map<string, string>()
    let someImpossible = false
    const weigh = (facts: DeliveryFacts): Judgement | undefined => {
      if (!isMeant(facts, expected)) return undefined
      const { at, impossible } = resultOf(facts, expected)
      if (at !== undefined) return metBy([facts])
      if (impossible) {
        someImpossible = true
        possible.delete(facts.delivery.id)
      } else possible.set(facts.delivery.id, facts.delivery.subscriptionId)
      return undefined
    }
    const changed = (change: Change): readonly DeliveryFacts[] => {
      if ('deliveries' in change) return change.deliveries
      return [...possible].flatMap(([id, subscription]) => {
        if (subscription !== change.subscription) return []
        const delivery = ledger.delivery(id)
        return delivery ? [factsOfDelivery(ledger, delivery)] : []
      })
    }
    return {
      first() {
        const { judgement, meant } = survey(ledger, expected)
        for (const { facts, impossible } of meant)
          if (!impossible) possible.set(facts.delivery.id, facts.delivery.subscriptionId)
        return isDecided(judgement) ? judgement : undefined
      },
      again(change) {
        someImpossible = false
        for (const facts of changed(change)) {
          const judgement = weigh(facts)
          if (judgement !== undefined) return judgement
        }
        if (!someImpossible || possible.size > 0) return undefined
        const judgement = judge(ledger, expected)
        return isDecided(judgement) ? judgement : undefined
      },
    }
  }

  return {
    async waitFor(deliveryId, { until: wanted = 'settled', timeoutMs = DEFAULT_TIMEOUT_MS, signal } = {}) {
      const settled = (delivery: Delivery) => (isSettled(delivery.status) ? delivery : undefined)
      const subscription = deliveryNamed(deliveryId).subscriptionId
      const done = await until(
        {
          first: () => settled(deliveryNamed(deliveryId)),
          again: change => {
            if ('subscription' in change)
              return change.subscription === subscription ? settled(deliveryNamed(deliveryId)) : undefined
            const ours = change.deliveries.find(({ delivery }) => delivery.id === deliveryId)
            return ours && settled(ours.delivery)
          },
        },
        { timeoutMs, signal },
      )
      const delivery = done ?? deliveryNamed(deliveryId)
      return { met: wanted === 'delivered' ? delivery.status === 'delivered' : isSettled(delivery.status), delivery }
    },
    async expectOutcome(expected, { signal } = {}) {
      const { neverWithinMs: never, withinMs, timeoutMs = DEFAULT_TIMEOUT_MS } = expected
      const span = never ?? withinMs
      const end = span === undefined ? undefined : clock.now() + span
      const isDecided = ({ met, impossible }: Judgement) => met || (never === undefined && impossible)
      const decided = await until(judging(expected, isDecided), { timeoutMs, emulatorAt: end, signal })
      const { met, seen, evidence } = decided ?? judge(ledger, expected)
      if (never === undefined) return { met, seen, evidence }
      const written = formatDuration(never)
      if (met) return { met: false, seen: `expected never within ${written}, but ${seen}`, evidence }
      if (end !== undefined && clock.now() >= end)
        return { met: true, seen: `not ${expected.outcome} within ${written}`, evidence: [] }
      return { met: false, seen: `timed out before ${written} of emulator time had passed`, evidence: [] }
    },
  }
}
