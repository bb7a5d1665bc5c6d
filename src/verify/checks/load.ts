// Load: as many requests at once as the provider sends, and the backlog after an outage.
import { formatDuration } from '../../core/duration.js'
import { parsed } from '../../core/mutate/payload.js'
import { totalOf } from '../../observe/settling.js'
import { keyOf } from '../../provider/idempotency-key.js'
import type { Delivered, Deliveries } from '../campaign.js'
import type { Check } from '../check.js'
import { isAccepted, seen, statusOf } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { usualMs } from '../progress.js'
import { DISTINCT } from './distinct.js'
import { isLoss, judgeAllEffects } from './effects.js'
import { failed, notJudged, passed } from './judge.js'

const share = (part: number, whole: number) => `${part} of ${whole} (${Math.round((part / whole) * 1000) / 10} %)`

/** Too Many Requests and Service Unavailable: a receiver may limit what it takes at once. */
const isLimited = (attempt: Delivered['attempts'][number]) => [429, 503].includes(statusOf(attempt))

/** Longest wait until a receiver has done all that it has to do, real ms. */
const DONE_MS = 15_000

/** Waits until no effect is added any more. */
async function allDone({ settling, monotonic }: TestHarness): Promise<void> {
  const began = monotonic()
  let before: number | undefined
  while (settling !== undefined && monotonic() - began < DONE_MS) {
    const seen = await settling.observe()
    const now = 'why' in seen ? before : totalOf(seen)
    if (now === before) return
    before = now
    await settling.quiet()
  }
}

/** Registers that each accepted event had exactly one effect. */
export function judgeDeliveredLater(harness: TestHarness, all: readonly Delivered[], isLoad = false): void {
  const { traits } = harness.situation
  const accepted = all.flatMap(({ attempts }) => attempts.filter(isAccepted).slice(-1))
  const sent = accepted.map(exchange => {
    const { headers, body } = exchange.message
    return { key: keyOf(traits, headers, parsed(String(body)) ?? null), exchange }
  })
  harness.later(async () => {
    // Answers are judged where effects cannot be seen.
    const judge = () => judgeAllEffects(harness, sent, () => passed())
    let finding = await judge()
    if (isLoad && finding.status === 'passed') {
      // What has waited in a queue may come again behind all others.
      await allDone(harness)
      finding = await judge()
    }
    // What explains a loss its own check says.
    return isLoad && isLoss(finding) ? { ...finding, follows: [] } : finding
  })
}

/** Longest time for a burst and for a backlog at the receiver's usual pace, real ms: a slow one gets fewer events. */
const BURST_MS = 4000
const BACKLOG_MS = 7000
/** So many events are a backlog; one that takes longer at that pace, real ms, is not judged. */
const BACKLOG = 500
const LONGEST_BACKLOG_MS = 12_000
/** So many exchanges before it show the pace. */
const RECENT = 100
/** Fewer are no load. */
const FEWEST = 30
/** A receiver that takes longer for an answer is slow whatever this machine does, real ms. */
const SLOW_MS = 100

/** As many of so many events as the receiver takes in that time. */
function countWithin(ms: number, most: number, { situation }: TestHarness, usual: number): number {
  const inTime = (ms * situation.plan.concurrency) / usual
  return Math.min(most, Math.max(FEWEST, Math.floor(inTime)))
}

/** That there were fewer, and why. */
const fewer = (count: number, most: number): string[] =>
  count < most ? [`${count} events, not ${most}: the receiver takes its time for an answer`] : []

/** A queue that holds fewer than a whole backlog is not seen. */
const tooFew = (count: number, usual: number) =>
  `The receiver takes ${Math.round(usual)} ms for an answer: only ${count} events were released, not ${BACKLOG}, and nothing failed.`

/** The check of an event that comes twice. */
const DUPLICATE = 'idempotency/duplicate'

/** One that was refused more often, after longer and longer waits, will not be taken. */
const MOST_PATIENT = 4

/** What became of those that were not accepted at first: the finding of a failure, or a note. */
function afterRetries({ all, retried, retryAfterMs, tooLongMs }: Deliveries): Finding {
  const refused = all.filter(({ attempts }) => attempts[0] !== undefined && !isAccepted(attempts[0]))
  if (refused.length === 0) return passed()
  if (tooLongMs !== undefined)
    return notJudged(
      `${share(refused.length, all.length)} were not accepted at first, and Retry-After asks to wait ${formatDuration(tooLongMs)}: give that much time (settle).`,
    )
  const taken = retried.filter(({ attempts }) => attempts.some(isAccepted))
  // One that the time was too short for tells nothing where others were taken.
  const lost = retried.find(
    one => !taken.includes(one) && (taken.length === 0 || one.attempts.length > MOST_PATIENT),
  )?.attempts
  const last = lost?.at(-1)
  if (lost !== undefined && last !== undefined)
    return failed(
      'each accepted in the end',
      `${share(refused.length, all.length)} were not accepted at first; one was sent ${lost.length} times, seconds apart, and in the end was ${seen(last)}`,
      last,
      // It may have acted on what it refused.
      [DUPLICATE],
    )
  const provider = retryAfterMs === undefined ? 'it does not retry' : `it waits ${formatDuration(retryAfterMs)}`
  return passed(
    `${share(refused.length, all.length)} were not accepted at first; ${taken.length} of these were sent again one at a time, at most seconds later (the provider: ${provider}), and accepted`,
  )
}

/** The check of many requests at once. */
export const BURST = 'load/burst'

export const loadChecks: readonly Check[] = [
  {
    id: BURST,
    requirement:
      "accept up to 200 distinct events at the subscription's concurrency, each within the timeout, or take them later after 429 or 503, and act on each once",
    level: 'must',
    expects: 'accept',
    takes: { requests: 20, waitMs: 500 },
    follows: ['http/keep-alive', 'http/idle-connections', 'http/broken-connections', DISTINCT],
    why: ['Providers send many at once: as many as their concurrency limit are in flight at any moment.'],
    exclusive: true,
    async run(harness) {
      const count = countWithin(BURST_MS, 200, harness, harness.usualMs())
      const deliveries = await harness.deliver({ count })
      const { all } = deliveries
      const firsts = all.flatMap(({ attempts }) => attempts.slice(0, 1))
      const bad = firsts.filter(attempt => !isAccepted(attempt) && !isLimited(attempt))
      const [worst] = bad
      if (worst !== undefined)
        return failed(
          `all ${count} accepted, ${harness.situation.plan.concurrency} in flight at once, or refused with 429 or 503 at first`,
          `${share(bad.length, firsts.length)} were not; the first was ${seen(worst)}`,
          worst,
        )
      const again = afterRetries(deliveries)
      if (again.status !== 'passed') return again
      judgeDeliveredLater(harness, all, true)
      const slowest = Math.max(0, ...firsts.map(({ durationMs }) => durationMs))
      const notes = [`slowest ${Math.round(slowest)} ms`, ...fewer(count, 200)]
      return passed([...notes, ...(again.note === undefined ? [] : [again.note])].join('; '))
    },
  },
  {
    id: 'load/backlog',
    requirement: 'accept up to 500 events released at once after an outage, with retries, and act on each once',
    level: 'should',
    expects: 'accept',
    takes: { requests: 50, waitMs: 1500 },
    follows: [BURST, 'http/keep-alive', DISTINCT],
    why: ['After an outage everything that is pending arrives at the same moment.'],
    exclusive: true,
    async run(harness) {
      // This machine may have been busier at first.
      const recent = usualMs(harness.allExchanges().slice(-RECENT))
      // One that works on one request at a time is slower beside others.
      const usual = harness.usualMs() > SLOW_MS ? recent : Math.min(harness.usualMs(), recent)
      const takesMs = (BACKLOG * usual) / harness.situation.plan.concurrency
      const count = takesMs > LONGEST_BACKLOG_MS ? countWithin(BACKLOG_MS, BACKLOG, harness, usual) : BACKLOG
      const deliveries = await harness.deliver({ count, droppedAttempts: 1 })
      const { all, skippedMs } = deliveries
      const made = all.flatMap(({ attempts }) => attempts)
      const errors = made.filter(attempt => !isAccepted(attempt))
      const again = afterRetries(deliveries)
      if (again.status !== 'passed') return again
      judgeDeliveredLater(harness, all, true)
      if (count < BACKLOG) harness.later(async () => notJudged(tooFew(count, usual)))
      const notes = [
        `error rate ${share(errors.length, made.length)}`,
        `an outage of ${formatDuration(skippedMs)} was skipped`,
      ]
      return passed([...notes, ...(again.note === undefined ? [] : [again.note])].join('; '))
    },
  },
]
