// How the events of a load run are sent: over the ledger with the provider's retries, or without rows, one request each.
import { isJsonObject, type Json } from '../core/json.js'
import type { Headers } from '../core/message.js'
import { parsed } from '../core/mutate/payload.js'
import type { Outcome } from '../core/outcome.js'
import type { Emulator, EventPreview } from '../emulator/contract.js'
import type { ChannelTraits } from '../provider/channel.js'
import { keyHeaderOf, keyOf } from '../provider/idempotency-key.js'

/** One event to send. */
export interface LoadEvent {
  /** On the wire too, where the provider's payload has no id of its own. */
  id: string
  type: string
  /** When it happens, emulator ms. */
  at: number
}

/** What is reported of one event. */
export interface EventCallbacks {
  /** Its first request is about to leave. */
  started(): void
  /** Its first request has ended. */
  first(ended: { outcome: Outcome; accepted: boolean; serviceMs: number }): void
  /** A later request has ended. */
  retried(outcome: Outcome): void
  /** Nothing more is sent. `key` is its idempotency key, where keys are asked for and it was accepted. */
  settled(accepted: boolean, key: string | undefined): void
  /** It could not be made. */
  failed(error: unknown): void
}

/** Sends the events of a run. */
export interface Dispatcher<R> {
  /** Makes an event ahead of its time. */
  prepare(event: LoadEvent): R
  send(event: LoadEvent, ready: R, callbacks: EventCallbacks): void
}

/** Where events go. */
export interface DispatchTarget {
  emulator: Emulator
  provider: string
  channel: string
  subscriptionId: string
  traits: ChannelTraits
  /** Whether idempotency keys are asked for. */
  needsKeys: boolean
}

const inputOf = (event: LoadEvent, channel: string) => ({ id: event.id, at: event.at, channel, subject: event.id })

/** Over the ordinary path: each event is stored, and retried as the provider's plan says. */
function durableDispatcher(target: DispatchTarget): Dispatcher<undefined> {
  const { emulator, provider, channel, subscriptionId, traits, needsKeys } = target
  const open = new Map<string, { callbacks: EventCallbacks; key: string | undefined }>()
  const fromBody = needsKeys && keyHeaderOf(traits) === undefined
  const keyIn = (headers: Headers, value: Json) => keyOf(traits, headers, value)
  emulator.journal.listen(entry => {
    if (entry.kind === 'event.triggered') {
      const one = fromBody ? open.get(entry.event.id) : undefined
      const body = entry.deliveries[0]?.body
      if (one) one.key = keyIn([], typeof body === 'string' ? (parsed(body) ?? null) : entry.event.payload)
      return
    }
    if (entry.kind !== 'attempt.started' && entry.kind !== 'attempt.completed' && entry.kind !== 'delivery.settled')
      return
    const { delivery } = entry
    const one = open.get(delivery.eventId)
    if (one === undefined) return
    const { callbacks } = one
    if (entry.kind === 'delivery.settled') {
      open.delete(delivery.eventId)
      callbacks.settled(delivery.status === 'delivered', one.key)
      return
    }
    const { number, outcome, accepted, durationMs, headers } = entry.attempt
    if (entry.kind === 'attempt.started') {
      if (number === 1) callbacks.started()
    } else if (outcome !== null) {
      if (needsKeys && !fromBody && accepted) one.key = keyIn(headers, null)
      if (number === 1) callbacks.first({ outcome, accepted, serviceMs: durationMs ?? 0 })
      else callbacks.retried(outcome)
    }
  })
  return {
    prepare: () => undefined,
    send(event, _, callbacks) {
      open.set(event.id, { callbacks, key: undefined })
      emulator
        .trigger(provider, event.type, { ...inputOf(event, channel), only: [subscriptionId] })
        .catch(callbacks.failed)
    },
  }
}

/** Without the ledger: one signed request for each event, made as the ordinary path makes it. */
function directDispatcher(target: DispatchTarget): Dispatcher<Promise<EventPreview>> {
  const { emulator, provider, channel, subscriptionId, traits, needsKeys } = target

  async function transmit(ready: Promise<EventPreview>, { started, first, settled }: EventCallbacks): Promise<void> {
    const preview = await ready
    const { outcome, accepted, durationMs, headers } = await emulator.attemptOnce(preview, started)
    first({ outcome: outcome ?? { kind: 'interrupted' }, accepted, serviceMs: durationMs ?? 0 })
    const value = needsKeys && accepted ? parsed(preview.prepared.body) : undefined
    settled(accepted, needsKeys && accepted ? keyOf(traits, headers, isJsonObject(value) ? value : null) : undefined)
  }

  return {
    prepare(event) {
      const made = emulator.previewEvent(provider, event.type, subscriptionId, inputOf(event, channel))
      made.catch(() => {})
      return made
    },
    send: (_, ready, callbacks) => void transmit(ready, callbacks).catch(callbacks.failed),
  }
}

/** The dispatcher of a run: over the ledger, or without. What it makes ahead is its own matter. */
export const dispatcherOf = (target: DispatchTarget, isDurable: boolean): Dispatcher<unknown> =>
  isDurable ? durableDispatcher(target) : directDispatcher(target)
