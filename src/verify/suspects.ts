// The messages that a receiver may not survive, and those that may have stopped it.
import type { Verdict } from '../api/verification.js'
import type { Message } from '../core/message.js'
import type { Wire } from '../core/wire.js'
import { type Exchange, statusOf } from './exchange.js'

/** Of a longer body a receiver may die, whatever it is to answer. */
const LONG_BODY = 64_000

/** How long a packet of its own takes at least, and how many of one message wait for their turn, real ms (see the transport). */
const PACKET_MS = 1
const MOST_PACKETS = 1500

/** So many messages that may have stopped the receiver are named. */
const MOST_NAMED = 4

/** One message that was sent. */
export interface Sent {
  check: string
  what: string
  /** The receiver may not survive it. */
  isRisky: boolean
  /** A plain valid request, as those were that it has accepted. */
  isProven: boolean
  /** How long the message itself takes to send, real ms. */
  takesMs: number
  /** Real monotonic ms. */
  began: number
  exchange?: Exchange
  /** When its answer came, or was given up. */
  ended?: number
}

/** The receiver may have stopped. */
export const isDoubtful = (exchange: Exchange): boolean =>
  exchange.outcome.kind !== 'local_error' && (statusOf(exchange) === 0 || statusOf(exchange) >= 500)

/** Whether a receiver may not survive a message that is written so, and how long that takes. */
export function riskOf(
  expects: Verdict['expects'],
  { body }: Pick<Message, 'body'>,
  { slowBodyMs = 0, pauseBodyMs = 0, idleMs = 0, cut, missingBytes, packetBytes, again }: Wire = {},
) {
  const packetsMs = packetBytes === undefined ? 0 : PACKET_MS * Math.min(MOST_PACKETS, body.length / packetBytes)
  const takesMs = slowBodyMs + pauseBodyMs + idleMs + packetsMs
  // Of those that take long there may be several, and a check beside does not wait for them.
  // What is sent again on its connection is refused the first time.
  const isRisky =
    again === true ||
    (takesMs === 0 &&
      (expects !== 'accept' || body.length > LONG_BODY || cut !== undefined || missingBytes !== undefined))
  return { isRisky, takesMs, isCut: cut !== undefined, mayEndLater: isRisky && expects === 'survive' }
}

/** Nothing of the message arrived. */
const neverArrived = ({ exchange }: Sent): boolean =>
  exchange !== undefined && ['refused', 'unreachable', 'tls', 'blocked', 'local_error'].includes(exchange.outcome.kind)

/** Without an answer, or with one that says that the receiver failed. */
export const isUnanswered = ({ exchange }: Sent): boolean => exchange === undefined || isDoubtful(exchange)

/** In flight, or failed, when the receiver stopped. */
const unansweredAmong = (messages: readonly Sent[], lastGoodAt: number) =>
  messages.filter(one => isUnanswered(one) && !neverArrived(one) && (one.ended ?? lastGoodAt) >= lastGoodAt)

/** What it may not survive is the likeliest cause, then what differs from what it has accepted; what is still being sent is the least likely. */
const unlikeliness = ({ isRisky, isProven, takesMs }: Sent) => (isRisky ? 0 : takesMs > 0 ? 3 : isProven ? 2 : 1)

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
  bad.sort((a, b) => unlikeliness(a) - unlikeliness(b))
  const last = arrived.findLast(({ isRisky }) => isRisky) ?? arrived.at(-1)
  return bad.length > 0 ? bad.slice(0, 1) : last === undefined ? [] : [last]
}

/**
 * Those in flight when it ended, where nothing but plain valid requests was: as they were accepted before, what ended it is that they came
 * at once, or after one another.
 */
export function provenAmong(messages: readonly Sent[], suspects: readonly Sent[], lastGoodAt: number): readonly Sent[] {
  // One that is still being sent may go on beside anything.
  const open = unansweredAmong(messages, lastGoodAt).filter(({ takesMs }) => takesMs === 0)
  const [first] = suspects
  const isOther = first !== undefined && !first.isProven && (isUnanswered(first) || open.length < 2)
  return isOther || open.some(one => !one.isProven) ? [] : open
}

/** Whether a message of another check was in flight that is as likely the cause. */
export const isOneOfSeveral = (messages: readonly Sent[], culprit: Sent, lastGoodAt: number): boolean =>
  unansweredAmong(messages, lastGoodAt).some(
    one => one.check !== culprit.check && unlikeliness(one) <= unlikeliness(culprit),
  )

/** That others were in flight when a receiver stopped, as the end of a sentence: their number alone ends one that cannot do two things at once. */
export function besideOthers(messages: readonly Sent[], culprit: Sent | undefined, lastGoodAt: number): string {
  const others = unansweredAmong(messages, lastGoodAt).filter(one => one !== culprit)
  if (others.length === 0) return ''
  const [are, them] =
    others.length === 1 ? ['1 other message was', 'it'] : [`${others.length} other messages were`, 'any of them']
  return `; ${are} in flight, so it may be ${them}, or that they came at once`
}

/** "http/method sent a PUT", or that it was one of several. */
export function namedSuspects(suspects: readonly Sent[]): string {
  const names = [...new Set(suspects.map(({ check, what }) => `${check} sent ${what}`))].slice(0, MOST_NAMED)
  return names.length > 1 ? `one of: ${names.join('; ')}` : (names[0] ?? '')
}
