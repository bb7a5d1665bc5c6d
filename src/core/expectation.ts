// What a scenario or a test waits for, by identity.
import type { Attempt, Delivery } from './delivery.js'
import type { Json } from './json.js'

export const EXPECTED_OUTCOMES = ['delivered', 'rejected', 'settled', 'exhausted'] as const
export type ExpectedOutcome = (typeof EXPECTED_OUTCOMES)[number]

/** Which deliveries are meant: every given field must fit. */
export interface DeliveryMatch {
  provider?: string | undefined
  type?: string | undefined
  /** Event id. */
  event?: string | undefined
  /** Subject id. */
  subject?: string | undefined
  subscription?: string | undefined
  /** Substring of the URL. */
  url?: string | undefined
  /** Payload path to expected value, compared deeply. */
  where?: Record<string, Json> | undefined
}

export interface Expectation extends DeliveryMatch {
  /** `rejected`: an attempt got an answer that is not accepted. */
  outcome: ExpectedOutcome
  /** Emulator ms from the event's creation to the outcome. */
  withinMs?: number | undefined
  /** Met when the outcome does not come within this, emulator ms from now. */
  neverWithinMs?: number | undefined
  /** Exact number of attempts made. */
  attempts?: number | undefined
  /** Status of the last answer. */
  status?: number | undefined
  /** Real ms to wait at the most. */
  timeoutMs?: number | undefined
}

/** One delivery as evidence, with what was attempted for it. */
export interface Evidence {
  delivery: Delivery
  attempts: Attempt[]
}

export interface ExpectationResult {
  met: boolean
  /** One sentence: what was seen. */
  seen: string
  /** Deliveries that met it, or the nearest miss. */
  evidence: Evidence[]
}
