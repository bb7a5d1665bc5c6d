// An expectation: the outcome of deliveries that a scenario or a test waits for.
import type { Attempt, Delivery } from './delivery.js'
import type { Json } from './json.js'

/** The outcomes that can be expected. `rejected`: an attempt got a response that is not accepted; `settled`: nothing more is sent. */
export const EXPECTED_OUTCOMES = ['delivered', 'rejected', 'settled', 'exhausted'] as const
/** An outcome that can be expected. */
export type ExpectedOutcome = (typeof EXPECTED_OUTCOMES)[number]

/** Which deliveries are meant: every given field must match. */
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

/**
 * An outcome that is waited for, in milliseconds.
 * @example await emulator.expect({ type: 'invoice.paid', outcome: 'delivered', withinMs: 60_000 })
 */
export interface Expectation extends DeliveryMatch {
  /** `rejected`: an attempt got a response that is not accepted. */
  outcome: ExpectedOutcome
  /** Emulator ms from the event's creation to the outcome. */
  withinMs?: number | undefined
  /** Met when the outcome does not come within this, emulator ms from now. */
  neverWithinMs?: number | undefined
  /** Exact number of attempts made. */
  attempts?: number | undefined
  /** Status of the last response. */
  status?: number | undefined
  /** Maximum real ms to wait. */
  timeoutMs?: number | undefined
}

/**
 * A delivery with its attempts, oldest first.
 * @example const { delivery, attempts } = emulator.view('dl_1')
 */
export interface Evidence {
  delivery: Delivery
  attempts: Attempt[]
}

/**
 * Whether an expectation is met, and why.
 * @example const { met, seen } = await emulator.expect({ outcome: 'delivered' })
 */
export interface ExpectationResult {
  met: boolean
  /** One sentence: what was seen. */
  seen: string
  /** The deliveries that met it, or the nearest miss. */
  evidence: Evidence[]
}
