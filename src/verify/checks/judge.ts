// From exchanges to a finding: the same few rules for every check.
import type { Wire } from '../../core/wire.js'
import type { Expects } from '../check.js'
import { type Exchange, isAccepted, isRejected, seen, statusOf } from '../exchange.js'
import type { Finding, NotJudgedCause } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { SignedRequest, TestEvent } from '../test-event.js'
import { sendUntilAnswered } from './busy.js'

/** The receiver meets the requirement. */
export const passed = (note?: string): Finding =>
  note === undefined ? { status: 'passed' } : { status: 'passed', note }

/** The checks of the time that answers take, and of redirects. */
const PROMPT = 'delivery/prompt'
const REDIRECT = 'http/redirect'

/** Answered 3xx. */
export const isRedirect = (exchange: Exchange): boolean => statusOf(exchange) >= 300 && statusOf(exchange) < 400

/** The receiver does not meet the requirement, shown by an exchange or by what followed it; `follows` may explain it. */
export const failed = (
  expected: string,
  seen: string,
  exchange?: Exchange,
  follows: readonly string[] = [],
): Finding => {
  // A receiver that is often too slow is so in any check, and so is one that redirects.
  const own = exchange?.outcome.kind === 'timed_out' ? [PROMPT] : exchange && isRedirect(exchange) ? [REDIRECT] : []
  const roots = [...follows, ...own]
  return {
    status: 'failed',
    expected,
    seen,
    ...(exchange !== undefined && { exchange }),
    ...(roots.length > 0 && { follows: roots }),
  }
}

/** There is no evidence either way. */
export const notJudged = (why: string, cause?: NotJudgedCause, because?: string): Finding => ({
  status: 'not judged',
  why,
  ...(cause !== undefined && { cause }),
  ...(because !== undefined && { because }),
})

const MEETS: Record<Expects, (exchange: Exchange) => boolean> = {
  accept: isAccepted,
  reject: isRejected,
  survive: exchange => isAccepted(exchange) || isRejected(exchange),
}

const EXPECTED: Record<Expects, string> = {
  accept: 'a 2xx answer',
  reject: 'a 4xx answer',
  survive: 'a complete answer, 2xx or 4xx',
}

/** Passed when the exchange went as expected. */
export function judged(expects: Expects, exchange: Exchange): Finding {
  if (MEETS[expects](exchange)) return passed()
  return failed(`${EXPECTED[expects]} to ${exchange.what}`, seen(exchange), exchange)
}

/** One request to send. */
export interface Trial {
  what: string
  request: SignedRequest
  wire?: Wire
}

/** Sends as many at once as a check may and stops at the first that does not go as expected. */
export async function judgeAll(harness: TestHarness, expects: Expects, trials: readonly Trial[]): Promise<Finding> {
  const atOnce = harness.atOnce()
  for (let i = 0; i < trials.length; i += atOnce) {
    const sent = trials
      .slice(i, i + atOnce)
      .map(async ({ what, request, wire }) => judged(expects, await sendUntilAnswered(harness, request, what, wire)))
    const finding = worst(await Promise.all(sent))
    if (finding.status !== 'passed') return finding
  }
  return passed()
}

/** Acts on each item, at most `limit` at a time; results in order. */
export async function atMost<T, R>(limit: number, items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) results[index] = await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  return results
}

/** "ORDER_PAID", with the variant where there is one. */
export const named = ({ type, variant }: Pick<TestEvent, 'type' | 'variant'>): string =>
  `${type}${variant === null ? '' : ` (${variant})`}`

/** The worst of several findings: failed, then not judged, then passed with all that was noted. */
export function worst(findings: readonly Finding[]): Finding {
  const of = (status: Finding['status']) => findings.find(finding => finding.status === status)
  const notes = findings.flatMap(finding => (finding.status === 'passed' && finding.note ? [finding.note] : []))
  return of('failed') ?? of('not judged') ?? passed(notes.length > 0 ? [...new Set(notes)].join('; ') : undefined)
}
