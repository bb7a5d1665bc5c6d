// The outcome of an attempt as a value: a receiver's failure is data, never an exception.

/** Every kind of outcome; OutcomeKind explains each. */
export const OUTCOME_KINDS = [
  'answered',
  'timed_out',
  'refused',
  'reset',
  'unreachable',
  'tls',
  'blocked',
  'unsigned',
  'local_error',
  'interrupted',
] as const

/**
 * - `answered`: a complete HTTP response came back; `status` is set.
 * - `timed_out`: no complete response within the response timeout.
 * - `refused`: nothing listens there (ECONNREFUSED).
 * - `reset`: the connection was closed before the response was complete.
 * - `unreachable`: the host does not exist or cannot be reached.
 * - `tls`: the certificate or the handshake failed.
 * - `blocked`: the target is not allowed (link-local, metadata, not on the allow-list); nothing was sent.
 * - `unsigned`: there were no credentials for the request (e.g. the token endpoint failed); nothing was sent.
 * - `local_error`: this machine could not send (no free file descriptor, no memory); numbered, but not counted by the retry policy.
 * - `interrupted`: the emulator stopped during the attempt; numbered, but not counted by the retry policy.
 */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number]

/**
 * What happened to one attempt.
 *
 * @example
 * { kind: 'answered', status: 500 }
 * { kind: 'refused', code: 'ECONNREFUSED', detail: 'Nothing listens on 127.0.0.1:8080.' }
 */
export interface Outcome {
  kind: OutcomeKind
  /** HTTP status, when answered. */
  status?: number | undefined
  /** The error code of the system or the protocol, e.g. ECONNRESET. */
  code?: string | undefined
  /** One sentence for people. */
  detail?: string | undefined
}

/**
 * A receiver's response; of a longer body the first 64 KiB are stored.
 * @example { status: 200, headers: [['content-type', 'text/plain']], body: 'ok', bodyBytes: 2 }
 */
export interface Answer {
  status: number
  headers: [name: string, value: string][]
  /** The first bytes of the body, as text; decoded where its Content-Encoding is gzip, deflate or br. */
  body: string
  /** Its first bytes as they were sent, where `body` is decoded from them. */
  bodyBase64?: string | undefined
  /** Length of the whole body in bytes as it was sent, also when `body` was capped. */
  bodyBytes: number
}

/** Whether the attempt says something of the receiver: a failure of this side is not counted against it. */
export function countsForReceiver({ kind }: Outcome): boolean {
  return kind !== 'interrupted' && kind !== 'local_error'
}

/** The outcome in a word or two: `200`, `timed out`, `refused`. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'answered') return String(outcome.status)
  return outcome.kind.replace('_', ' ')
}

/** Whether the receiver refused the credentials or the signature of a request: 401 or 403. */
export const isRefusal = (outcome: Outcome | null): boolean => outcome?.status === 401 || outcome?.status === 403
