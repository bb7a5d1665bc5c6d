// One thing that happened at a provider; it never changes.
import type { JsonObject } from './json.js'

/**
 * An event at a provider.
 * @example const { event } = await emulator.trigger('standard', 'invoice.paid')
 */
export interface EmulatorEvent {
  /** Standin's own id (`ev_1`, or the caller's idempotency id); not the id on the wire. */
  id: string
  provider: string
  channel: string
  type: string
  variant: string | null
  /** Id of the subject it is about. */
  subject: string | null
  /** The provider account it belongs to; only that account's subscriptions get it. Null: all subscriptions do. */
  account: string | null
  /** Before it is wrapped for a subscription; key order is part of it. */
  payload: JsonObject
  /** The payload as a text that is sent byte for byte; absent where the payload was not given as text. */
  raw?: string | undefined
  /** Emulator time, ms since 1970. */
  createdAt: number
  /** What was unusual about it when it was triggered; absent where nothing was. */
  warnings?: readonly string[]
  /** True where it was sent whatever the state of its subject: on request, or with a warning about that state. */
  anyState?: boolean
}

/** What sending needs of an event besides its payload's text. */
export type SentEvent = Pick<EmulatorEvent, 'id' | 'type' | 'createdAt' | 'payload'>

/** The payload as it is sent where no subscription changes it: the text that was given, or compact JSON. */
export function payloadText({ raw, payload }: Pick<EmulatorEvent, 'raw' | 'payload'>): string {
  return raw ?? JSON.stringify(payload)
}

/** An event with its payload as compact JSON, or as the text that was given. */
export interface EventToSend {
  event: SentEvent
  text: string
}

interface LazyEvent extends SentEvent {
  text: string
  parsed: JsonObject | undefined
}

/** A getter in a literal makes each of its objects slow in V8, which also keeps what they refer to until its next full garbage collection. */
const LAZY_PAYLOAD = Object.defineProperty({}, 'payload', {
  get(this: LazyEvent): JsonObject {
    this.parsed ??= JSON.parse(this.text) as JsonObject
    return this.parsed
  },
})

/** An event by its payload's text, which is parsed when the payload is first read; a copy of `event` has no payload. */
export function eventToSend(
  id: string,
  { type, createdAt }: Pick<SentEvent, 'type' | 'createdAt'>,
  text: string,
): EventToSend {
  const event: LazyEvent = Object.create(LAZY_PAYLOAD)
  event.id = id
  event.type = type
  event.createdAt = createdAt
  event.text = text
  event.parsed = undefined
  return { event, text }
}
