// A delivery handle: a delivery whose fields are always current.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Emulator } from '../emulator/contract.js'
import { type Duration, maybeMs } from './durations.js'
import { rethrowWithHint } from './rethrow.js'

/**
 * A delivery whose every field is current: after a `drain` it shows the result, and after `stop` how it ended.
 * @example
 * const { deliveries } = await standin.trigger('standard', 'invoice.paid')
 * await standin.drain()
 * expect(deliveries[0]?.status).toBe('delivered')
 */
export interface DeliveryHandle extends Readonly<Delivery> {
  /** Its attempts so far, oldest first. */
  readonly history: readonly Attempt[]
  /** Waits until it is settled (default) or delivered, at most `timeout` of real time (default 10s); whether it is. Rejects with `conflict` on a reset or stop. */
  wait(options?: { until?: 'delivered' | 'settled'; timeout?: Duration }): Promise<boolean>
  /** Makes one more attempt now; `original` repeats the first attempt's request byte for byte. */
  resend(options?: { original?: boolean }): Promise<Attempt>
  /** Cancels it. Rejects with `conflict` when it is settled. */
  cancel(): Promise<void>
}

/** What a handle shows. */
export interface DeliveryState {
  delivery: Delivery
  history: Attempt[]
}

/** A handle whose fields are read by `read` whenever one of them is looked at. */
export function handleOf(
  delivery: Delivery,
  read: () => DeliveryState,
  acts: Pick<DeliveryHandle, 'wait' | 'resend' | 'cancel'>,
): DeliveryHandle {
  const fields: PropertyDescriptorMap = { history: { enumerable: true, get: () => read().history } }
  for (const key of Object.keys(delivery) as (keyof Delivery)[])
    fields[key] = { enumerable: true, get: () => read().delivery[key] }
  return Object.defineProperties({ ...acts }, fields) as DeliveryHandle
}

/** Makes handles, and keeps their last state once the ledger is closed. */
export interface Handles {
  handle(delivery: Delivery): DeliveryHandle
  /** From now on the handles show their last state, updated from the journal only. */
  freeze(): void
}

/** The handles of one emulator. */
export function createHandles(emulator: Emulator): Handles {
  const last = new Map<string, DeliveryState>()
  let frozen = false

  const read = (id: string): DeliveryState => {
    const kept = last.get(id) as DeliveryState
    if (frozen) return kept
    const delivery = emulator.ledger.delivery(id)
    // A delivery that the ledger no longer has (a reset, an old settled one) keeps its last state.
    if (delivery === undefined) return kept
    const state = { delivery, history: emulator.ledger.attempts(id) }
    last.set(id, state)
    return state
  }

  return {
    handle(delivery) {
      const { id } = delivery
      if (!last.has(id)) last.set(id, { delivery, history: [] })
      return handleOf(delivery, () => read(id), {
        wait: async ({ until, timeout }: Parameters<DeliveryHandle['wait']>[0] = {}) => {
          const timeoutMs = maybeMs(timeout, 'timeout')
          const options = { ...(until && { until }), ...(timeoutMs !== undefined && { timeoutMs }) }
          return (await rethrowWithHint(() => emulator.wait(id, options))).met
        },
        resend: async options => rethrowWithHint(() => emulator.resend(id, options)),
        cancel: async () => void (await rethrowWithHint(() => emulator.cancel(id))),
      })
    },
    freeze() {
      for (const id of last.keys()) read(id)
      frozen = true
      emulator.journal.listen(entry => {
        if (!('delivery' in entry)) return
        const kept = last.get(entry.delivery.id)
        if (!kept) return
        kept.delivery = entry.delivery
        if ('attempt' in entry)
          kept.history = [...kept.history.filter(({ number }) => number !== entry.attempt.number), entry.attempt]
      })
    },
  }
}
