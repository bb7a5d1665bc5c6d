// One request to the receiver under test and its response, and what the status says of it.
import type { Message } from '../core/message.js'
import { type Answer, describeOutcome, type Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'

export interface Exchange {
  /** What was sent, in words: "a valid FLOW_COMPLETED". */
  what: string
  message: Message
  wire: Wire | undefined
  signedString: string | undefined
  /** When it was sent, real ms since 1970. */
  at: number
  outcome: Outcome
  answer: Answer | null
  /** Real ms. */
  durationMs: number
}

/** The status of a complete response; 0 where there was none. */
export const statusOf = ({ outcome }: Exchange): number => (outcome.kind === 'answered' ? (outcome.status ?? 0) : 0)

/** Answered 2xx. */
export const isAccepted = (exchange: Exchange): boolean => statusOf(exchange) >= 200 && statusOf(exchange) < 300

/** Answered 4xx. */
export const isRejected = (exchange: Exchange): boolean => statusOf(exchange) >= 400 && statusOf(exchange) < 500

/** Answered 401 or 403: refused for its signature or credentials. */
export const isUnauthorized = (exchange: Exchange): boolean => [401, 403].includes(statusOf(exchange))

/** What came back, in a few words. */
export function seen({ outcome, answer, durationMs }: Exchange): string {
  const text = answer?.body.trim().replace(/\s+/g, ' ').slice(0, 160)
  if (outcome.kind === 'answered') return `answered ${describeOutcome(outcome)}${text ? `: ${text}` : ''}`
  return `${describeOutcome(outcome)} after ${Math.round(durationMs)} ms${outcome.detail ? `: ${outcome.detail}` : ''}`
}
