// How faults change an attempt: asked once per attempt, they answer with a mutation.
import type { Attempt, Delivery } from './delivery.js'
import type { Message } from './message.js'
import type { Answer, Outcome } from './outcome.js'
import type { Prepared } from './prepared.js'
import type { Signed, SignRequest } from './signature.js'
import type { Wire } from './wire.js'

/** An attempt about to be made. */
export interface AttemptDraft {
  delivery: Delivery
  /** From 1. */
  number: number
  cause: Attempt['cause']
  prepared: Prepared
  /** The signature's timestamp unless a fault changes it, ms. */
  at: number
}

/** The changes that faults make to one attempt. */
export interface Mutation {
  /** Names of the faults that fire; they are shown on the attempt. */
  faults: readonly string[]
  /** No attempt now: the delivery waits until this emulator ms. Ignored for a resend. */
  postpone?: { to: number; reason: string }
  /** Another body, timestamp or secret for the signer; the signature is valid for what is signed. */
  sign?: Partial<Omit<SignRequest, 'attempt'>>
  /** Changes the message after it was signed. */
  message?(message: Message, signed: Signed): Message
  /** How the request is written to the connection. */
  wire?: Wire
  /** Nothing is sent; this outcome is judged and recorded. */
  instead?: Outcome
  /** The response that goes with `instead`. */
  answer?: Answer
  /** Sends the same message this many more times: at the same time, or one after the other once the first has ended. */
  duplicates?: { extra: number; concurrent: boolean }
}

/** Asks the faults for the mutation of an attempt; undefined when no fault applies. */
export type Mutate = (draft: AttemptDraft) => Mutation | undefined | Promise<Mutation | undefined>
