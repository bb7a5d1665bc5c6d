// How faults take part in an attempt: asked once per attempt, they answer with data and with what to make of the message.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Message } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { Signed } from '../provider/channel.js'
import type { Prepared, SignRequest } from './prepared.js'
import type { Sent } from './transport.js'

/** An attempt about to be made. */
export interface Draft {
  delivery: Delivery
  number: number
  cause: Attempt['cause']
  prepared: Prepared
  /** The stamp as it would be, ms. */
  at: number
}

/** What faults make of one attempt. */
export interface Bending {
  /** Names of the faults that fire; they are shown on the attempt. */
  faults: readonly string[]
  /** Not now: the delivery waits on, without an attempt, until this emulator ms. Of no effect on a resend. */
  postpone?: { to: number; reason: string }
  /** Other text, stamp or secrets for the signer; the signature is right for what is signed. */
  sign?: Partial<Omit<SignRequest, 'attempt'>>
  /** Changes the message after it was signed. */
  message?(message: Message, signed: Signed): Message
  /** Departures on the wire. */
  wire?: Wire
  /** Nothing leaves; this is judged and recorded as the outcome. */
  instead?: Outcome
  /** The answer to go with an outcome given instead. */
  answer?: Answer
  /** The same message this many times more: at the same time, or one after the other once the first has ended. */
  duplicates?: { extra: number; concurrent: boolean; heard?(sent: Sent): void }
}

/** Undefined when no fault applies. */
export type Bend = (draft: Draft) => Bending | undefined | Promise<Bending | undefined>
