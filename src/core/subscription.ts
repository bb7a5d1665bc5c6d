// A subscription: which events are sent to a receiver, where, and how they are signed.
import type { JsonObject } from './json.js'

/**
 * Which events of a provider are sent to a URL, with the secret they are signed with.
 * @example const subscription = await emulator.subscribe('standard', { url: 'http://127.0.0.1:3000/webhooks' })
 */
export interface Subscription {
  id: string
  provider: string
  channel: string
  url: string
  /** Names in the provider's spelling, or `['*']`. */
  eventTypes: string[]
  active: boolean
  secret: string | null
  /** After a rotation: the old secret, which also signs until then (emulator ms). */
  previousSecret: { secret: string; until: number } | null
  /** Only what was given; provider-wide settings and the schema's defaults complete them at each use. */
  settings: JsonObject
  /** Shown by the provider's API, without effect (a description, filters). */
  notes: JsonObject
  /** Provider account that owns it; null: none, it gets events of every account. */
  account: string | null
  /** Emulator ms. */
  createdAt: number
  /** Emulator ms. */
  updatedAt: number
}

/** Settled deliveries and attempts of one subscription. */
export interface SubscriptionStats {
  delivered: number
  exhausted: number
  attempts: number
  acceptedAttempts: number
  /** When the newest attempt started, emulator ms; null: none was made. */
  lastAttemptAt: number | null
}
