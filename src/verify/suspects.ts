// Which messages may have stopped a receiver: those that it may not survive, that nothing clears, or that stayed without an answer.
import { type Exchange, statusOf } from './exchange.js'

/** So many messages that may have stopped the receiver are named. */
const MOST_NAMED = 4

/** A message that was sent while the receiver was watched. */
export interface Sent {
  check: string
  what: string
  isRisky: boolean
  began: number
  exchange?: Exchange
  /** When its answer came, or was given up. */
  ended?: number
}

/** The receiver may have stopped. */
export const isDoubtful = (exchange: Exchange): boolean =>
  exchange.outcome.kind !== 'local_error' && (statusOf(exchange) === 0 || statusOf(exchange) >= 500)

/** Nothing of the message arrived. */
const neverArrived = ({ exchange }: Sent): boolean =>
  exchange !== undefined && ['refused', 'unreachable', 'tls', 'blocked', 'local_error'].includes(exchange.outcome.kind)

/** Without an answer, or with one that says that the receiver failed. */
export const isUnanswered = ({ exchange }: Sent): boolean => exchange === undefined || isDoubtful(exchange)

/**
 * The messages that may have stopped the receiver, the most likely first: of those that it may not survive the earliest without an
 * answer, then the latest that was answered; a plain one after these.
 */
export function suspectsAmong(
  messages: readonly Sent[],
  lastGoodAt: number,
  isOpen: (check: string) => boolean,
): readonly Sent[] {
  const arrived = messages.filter(message => isOpen(message.check) && !neverArrived(message))
  // A valid request that was sent when it had ended, and accepted, clears a message; one that was sent beside it does not.
  const open = arrived.filter(({ ended = lastGoodAt }) => ended >= lastGoodAt)
  const bad = open.filter(isUnanswered)
  const risky = [
    ...bad.filter(({ isRisky }) => isRisky),
    ...open.filter(message => message.isRisky && !isUnanswered(message)).reverse(),
  ]
  if (risky.length > 0) return risky
  const last = arrived.findLast(({ isRisky }) => isRisky) ?? arrived.at(-1)
  return bad.length > 0 ? bad.slice(0, 1) : last === undefined ? [] : [last]
}

/** "http/method sent a PUT", or that it was one of several. */
export function namedSuspects(suspects: readonly Sent[]): string {
  const names = [...new Set(suspects.map(({ check, what }) => `${check} sent ${what}`))].slice(0, MOST_NAMED)
  return names.length > 1 ? `one of: ${names.join('; ')}` : (names[0] ?? '')
}
