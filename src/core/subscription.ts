// A receiver's standing request for events.
import type { JsonObject } from './json.js'

export interface Subscription {
  id: string
  provider: string
  channel: string
  url: string
  /** Names in the provider's spelling, or `['*']`. */
  eventTypes: string[]
  active: boolean
  secret: string | null
  /** After a rotation: the old secret, signed with too until then (ms). */
  previousSecret: { secret: string; until: number } | null
  /** Only what was given; the provider's schema and provider-wide settings fill in the rest at each use. */
  settings: JsonObject
  /** Shown back by the provider's API, of no effect here (a description, filters). */
  notes: JsonObject
  /** Provider account that owns it; null: everybody's. */
  account: string | null
  createdAt: number
  updatedAt: number
}

/** Settled deliveries and attempts of one subscription. */
export interface SubscriptionStats {
  delivered: number
  exhausted: number
  attempts: number
  acceptedAttempts: number
  lastAttemptAt: number | null
}
