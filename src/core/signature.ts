// What a signer is asked for one attempt, and what it answers.
import type { Headers } from './message.js'

/** The request to sign one attempt. */
export interface SignRequest {
  /** Number of the attempt, from 1. */
  attempt: number
  /** The signature's timestamp, ms. */
  at: number
  /** The timestamp as it is written and signed, in place of that of `at`. */
  timestamp?: string | undefined
  /** Text to sign and send instead of the prepared body. */
  body?: string | undefined
  /** Bytes to sign where the body is not text; `Mutation.message` sets the bytes to send. */
  bytes?: Uint8Array | undefined
  /** Sign with this instead of the subscription's secret. */
  secret?: string | null | undefined
  /** Sign with this secret as well, as after a rotation. */
  previousSecret?: string | null | undefined
}

/**
 * What proves to the receiver that a message is genuine.
 * @example { headers: [['x-signature', signature]], signedString: `${timestamp}.${body}` }
 */
export interface Signed {
  headers: Headers
  /** The exact string that was signed, for explaining a refusal; absent where nothing is signed. */
  signedString?: string
  /** Why there are no credentials: the attempt fails as `unsigned` with this reason, and nothing is sent. */
  failed?: string
  /** Called after a 401 or 403: drops cached credentials; true when it is worth signing once more within the attempt. */
  renew?: () => boolean
}
