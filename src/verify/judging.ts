// From what came back to a finding: the same few rules for every check.
import { describeOutcome } from '../core/outcome.js'
import type { Bench, Exchange, Letter, OnTheWire, Sealed } from './bench.js'
import type { Expects, Finding } from './check.js'

/** Nothing is wrong. */
export const passed = (note?: string): Finding =>
  note === undefined ? { status: 'passed' } : { status: 'passed', note }

/** Something is wrong with an exchange, or with what followed it. */
export const failed = (expected: string, seen: string, exchange?: Exchange): Finding =>
  exchange === undefined ? { status: 'failed', expected, seen } : { status: 'failed', expected, seen, exchange }

/** There is no evidence either way. */
export const notJudged = (why: string): Finding => ({ status: 'not judged', why })

/** The status of a whole answer; 0 where there was none. */
export const statusOf = ({ outcome }: Exchange): number => (outcome.kind === 'answered' ? (outcome.status ?? 0) : 0)

export const isAccepted = (exchange: Exchange): boolean => statusOf(exchange) >= 200 && statusOf(exchange) < 300
const isRefused = (exchange: Exchange): boolean => statusOf(exchange) >= 400 && statusOf(exchange) < 500

/** Refused for what it proves of its sender. */
export const isDenied = (exchange: Exchange): boolean => [401, 403].includes(statusOf(exchange))

const TEST: Record<Expects, (exchange: Exchange) => boolean> = {
  accept: isAccepted,
  refuse: isRefused,
  survive: exchange => isAccepted(exchange) || isRefused(exchange),
}

const WORDS: Record<Expects, string> = {
  accept: 'a 2xx answer',
  refuse: 'a 4xx answer',
  survive: 'a whole answer, 2xx or 4xx',
}

/** What came back, one sentence. */
export function seen({ outcome, answer, durationMs }: Exchange): string {
  const text = answer?.body.trim().replace(/\s+/g, ' ').slice(0, 160)
  if (outcome.kind === 'answered') return `answered ${describeOutcome(outcome)}${text ? `: ${text}` : ''}`
  return `${describeOutcome(outcome)} after ${Math.round(durationMs)} ms${outcome.detail ? `: ${outcome.detail}` : ''}`
}

/** Passed when the exchange went as expected. */
export function judged(expects: Expects, exchange: Exchange): Finding {
  if (TEST[expects](exchange)) return passed()
  return failed(`${WORDS[expects]} to ${exchange.what}`, seen(exchange), exchange)
}

/** One request to be made. */
export interface Trial {
  what: string
  sealed: Sealed
  wire?: OnTheWire
}

/** Sends one after the other and stops at the first that does not go as expected. */
export async function allOf(bench: Bench, expects: Expects, trials: readonly Trial[]): Promise<Finding> {
  for (const { what, sealed, wire } of trials) {
    const finding = judged(expects, await bench.send(sealed, what, wire))
    if (finding.status !== 'passed') return finding
  }
  return passed()
}

/** Does a thing for each item, at most `atOnce` at a time, results in order. */
export async function atMost<T, R>(atOnce: number, items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) results[index] = await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
  return results
}

/** "a valid ORDER_PAID", with the variant where there is one. */
export const named = ({ type, variant }: Pick<Letter, 'type' | 'variant'>): string =>
  `${type}${variant === null ? '' : ` (${variant})`}`

/** The worst of several findings: failed, then not judged, then passed. */
export function worst(findings: readonly Finding[]): Finding {
  const of = (status: Finding['status']) => findings.find(finding => finding.status === status)
  return of('failed') ?? of('not judged') ?? of('passed') ?? passed()
}
