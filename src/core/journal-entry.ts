// What the journal tells: everything that can happen, as its entries.
import type { Attempt, Delivery } from './delivery.js'
import type { EmulatorEvent } from './event.js'
import type { EndedStep, RunState } from './run-progress.js'
import type { Subject } from './subject.js'
import type { StoredVerdict, StoredVerification } from './verification.js'

/** What can happen. `delivery` in an entry is the state after it. */
export type Happening =
  | { kind: 'event.triggered'; event: EmulatorEvent; deliveries: Delivery[]; warnings?: readonly string[] }
  | { kind: 'attempt.started'; delivery: Delivery; attempt: Attempt }
  | { kind: 'attempt.completed'; delivery: Delivery; attempt: Attempt }
  | { kind: 'delivery.settled'; delivery: Delivery }
  | { kind: 'subject.moved'; subject: Subject }
  | { kind: 'subscription.changed'; subscriptionId: string; change: 'created' | 'updated' | 'removed' }
  | { kind: 'call.received'; provider: string; method: string; path: string; status: number }
  | { kind: 'fault.fired'; fault: string; deliveryId: string; attempt: number }
  | { kind: 'clock.moved'; to: number }
  | { kind: 'verification.started'; verification: StoredVerification }
  | { kind: 'verification.judged'; verificationId: string; check: string; status: StoredVerdict['status'] }
  | { kind: 'verification.ended'; verification: StoredVerification }
  | { kind: 'verification.removed'; verificationId: string }
  | { kind: 'run.started'; run: RunState }
  | { kind: 'step.started'; runId: string; path: string; text: string }
  | { kind: 'step.ended'; runId: string; step: EndedStep }
  | { kind: 'run.ended'; run: RunState }
  /** `hint`: what to do, where the cause is not in Standin. */
  | { kind: 'internal-error'; doing: string; message: string; hint?: string }
  | { kind: 'reset' }

/**
 * One entry of the journal: `seq` rises by one, `at` is emulator ms.
 * @example { seq: 7, at: 1738784271042, kind: 'fault.fired', fault: 'fl_1', deliveryId: 'dl_1', attempt: 1 }
 */
export type JournalEntry = Happening & { seq: number; at: number }
