// What an attempt met, as a value: a receiver's failure is data, never an exception.

export const OUTCOME_KINDS = [
  'answered',
  'timed_out',
  'refused',
  'reset',
  'unreachable',
  'tls',
  'blocked',
  'unsigned',
  'interrupted',
] as const

/**
 * - `answered`: a whole HTTP answer came back; `status` is set.
 * - `timed_out`: no whole answer within the response timeout.
 * - `refused`: nobody listens there (ECONNREFUSED).
 * - `reset`: the connection was cut before the whole answer.
 * - `unreachable`: no such host or no way to it.
 * - `tls`: certificate or handshake failed.
 * - `blocked`: the target is not allowed (link-local, metadata, not on the allow-list); nothing was sent.
 * - `unsigned`: credentials for the request could not be had (e.g. the token endpoint failed); nothing was sent.
 * - `interrupted`: the emulator stopped in the middle; numbered, but not counted by the retry policy.
 */
export type OutcomeKind = (typeof OUTCOME_KINDS)[number]

export interface Outcome {
  kind: OutcomeKind
  /** HTTP status, when answered. */
  status?: number | undefined
  /** The system's or protocol's own error code, e.g. ECONNRESET. */
  code?: string | undefined
  /** One sentence for people. */
  detail?: string | undefined
}

/** What was received, capped when stored. */
export interface Answer {
  status: number
  headers: [name: string, value: string][]
  /** The first bytes of the body, as text. */
  body: string
  /** Whole length of the body in bytes; more than is kept when it was capped. */
  bodyBytes: number
}

/** A short text for a line of output: `200`, `timed out`, `refused`. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'answered') return String(outcome.status)
  return outcome.kind.replace('_', ' ')
}
