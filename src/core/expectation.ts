// An expectation: the outcome of deliveries that a scenario or a test waits for.
import type { Attempt, Delivery } from './delivery.js'

/** The outcomes that can be expected. `rejected`: an attempt got a response that is not accepted; `settled`: nothing more is sent. */
export const EXPECTED_OUTCOMES = ['delivered', 'rejected', 'settled', 'exhausted'] as const
/** An outcome that can be expected. */
export type ExpectedOutcome = (typeof EXPECTED_OUTCOMES)[number]

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
