// A delivery in the hands of a test: it always knows its present state.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Emulator } from '../emulator/contract.js'
import { type Duration, maybeMs } from './durations.js'
import { told } from './told.js'

/** A delivery whose every field is read anew: after a `drain` it tells what has come of it. After `stop` it tells how it ended. */
export interface DeliveryHandle extends Readonly<Delivery> {
  /** Its attempts so far, oldest first. */
  readonly history: readonly Attempt[]
  /** Waits, at most `timeout` of real time (default 10s), until it is settled or delivered; answers whether it is. */
  wait(options?: { until?: 'delivered' | 'settled'; timeout?: Duration }): Promise<boolean>
  /** One more attempt now; `original` repeats the first attempt's message byte for byte. */
  resend(options?: { original?: boolean }): Promise<Attempt>
  cancel(): Promise<void>
}

interface State {
  delivery: Delivery
  history: Attempt[]
}

/** Makes handles, and keeps what they last knew once the ledger is closed. */
export interface Handles {
  handle(delivery: Delivery): DeliveryHandle
  /** From now on the handles live on what they know and what the journal still says. */
  freeze(): void
}

/** The handles of one emulator. */
export function createHandles(emulator: Emulator): Handles {
  const last = new Map<string, State>()
  let frozen = false

  const read = (id: string): State => {
    const kept = last.get(id) as State
    if (frozen) return kept
    const delivery = emulator.ledger.delivery(id)
    // What the ledger has forgotten (a reset, an old settled delivery) stays as it was last seen.
    if (delivery === undefined) return kept
    const state = { delivery, history: emulator.ledger.attempts(id) }
    last.set(id, state)
    return state
  }

  return {
    handle(delivery) {
      const { id } = delivery
      if (!last.has(id)) last.set(id, { delivery, history: [] })
      const acts = {
        wait: async ({ until, timeout }: Parameters<DeliveryHandle['wait']>[0] = {}) => {
          const timeoutMs = maybeMs(timeout, 'timeout')
          const options = { ...(until && { until }), ...(timeoutMs !== undefined && { timeoutMs }) }
          return (await emulator.wait(id, options)).met
        },
        resend: async (options?: { original?: boolean }) => told(() => emulator.resend(id, options)),
        cancel: async () => void (await told(() => emulator.cancel(id))),
      }
      const fields: PropertyDescriptorMap = { history: { enumerable: true, get: () => read(id).history } }
      for (const key of Object.keys(delivery) as (keyof Delivery)[])
        fields[key] = { enumerable: true, get: () => read(id).delivery[key] }
      return Object.defineProperties(acts, fields) as typeof acts & DeliveryHandle
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
