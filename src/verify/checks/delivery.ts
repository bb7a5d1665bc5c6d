// Valid deliveries: what must work before anything else can be judged.
import { valueAt } from '../../core/json.js'
import type { EventForm } from '../../provider/channel.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted, isUnauthorized, seen, statusOf } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { isExcused, tooSlow } from '../lateness.js'
import { usualMs } from '../progress.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilAnswered, sendUntilTaken } from './busy.js'
import { drawsOf } from './draws.js'
import { atMost, failed, judged, named, notJudged, passed, worst } from './judge.js'
import { UNKNOWN_SUBJECT } from './ordering.js'
import { whatIsRefused } from './what-is-refused.js'

/** Requests of a slow receiver in flight at once, and from when on it is slow, real ms; a fast one gets one at a time: several at once are judged elsewhere. */
const AT_ONCE = 4
const SLOW_MS = 50

/** Requests at once, and how often, before checks run side by side; waits for a receiver that is started again, real ms. */
const TOGETHER = 5
const ROUNDS = 4
const AGAIN_MS = [300, 700]

const AT_ONCE_REQUESTS = ' valid requests at once'

/** How many requests at once are answered as soon as one: 1 by a receiver that works on one at a time; of the exchanges of the baseline. */
export function besideEachOther(exchanges: readonly Exchange[]): number {
  const together = exchanges.filter(({ what }) => what.endsWith(AT_ONCE_REQUESTS))
  const alone = usualMs(exchanges.filter(one => !together.includes(one)))
  const slowest = Math.max(...together.map(({ durationMs }) => durationMs))
  return together.length === 0 || alone === 0 ? TOGETHER : Math.max(1, (TOGETHER * alone) / slowest)
}

/** So many stories are drawn to find one whose events have the known values of another. */
const STORIES = 8

/** Whether an event like a refused one is accepted where its subject is known from an event before it; undefined where none can be. */
async function isTakenWhenKnown(
  harness: TestHarness,
  form: EventForm,
  refused: TestEvent,
): Promise<boolean | undefined> {
  const { story: [first] = [], enumPaths = [] } = harness.situation.traits
  if (first === undefined || (first.type === form.type && first.variant === form.variant)) return undefined
  for (let draw = 0; draw < STORIES; draw++) {
    const [before, event] = await harness.story([first, form])
    if (before === undefined || event === undefined) return undefined
    if (enumPaths.some(path => valueAt(event.value, path) !== valueAt(refused.value, path))) continue
    const isTaken = async (one: TestEvent) =>
      isAccepted(await sendUntilTaken(harness, one, `a valid ${named(one)} about a known subject`))
    return (await isTaken(before)) ? isTaken(event) : undefined
  }
  return undefined
}

/** Delivers an event of each form, in each of its shapes; of the first that is refused it finds out why. `ofUnknown` are checks that explain it where its subject may be unknown. */
async function deliverAll(
  harness: TestHarness,
  forms: readonly EventForm[],
  ofUnknown: readonly string[] = [],
): Promise<Finding> {
  let unanswered: Finding | undefined
  const refused: { finding: Finding; event: TestEvent; form: EventForm }[] = []
  const deliver = async (form: EventForm) => {
    const findings: Finding[] = []
    for (const event of await drawsOf(harness, form)) findings.push(await deliverOne(form, event))
    return worst(findings)
  }
  const deliverOne = async (form: EventForm, event: TestEvent) => {
    // Without an answer each of a hundred may take the whole timeout.
    if (unanswered !== undefined) return unanswered
    // So many in so short a time may meet a limit of requests.
    const sent = await sendUntilTaken(harness, event, `a valid ${named(event)}`)
    // A kept connection that was closed unannounced says nothing about the message: http/keep-alive judges it.
    const exchange =
      sent.outcome.kind === 'reset' ? await harness.send(await event.sign(), `${sent.what}, again`, {}) : sent
    const finding = judged('accept', exchange)
    if (exchange.outcome.kind !== 'answered') unanswered = finding
    if (finding.status !== 'failed' || exchange.outcome.kind !== 'answered') return finding
    const isTaken = isUnauthorized(exchange) ? undefined : await isTakenWhenKnown(harness, form, event)
    if (isTaken) return passed(`${form.type} is accepted only about a known subject: see ordering/before-response`)
    // Where its subject could not be made known, that may be why.
    const follows = [...(finding.follows ?? []), ...(isTaken === undefined ? ofUnknown : [])]
    const its = { ...finding, ...(follows.length > 0 && { follows }) }
    refused.push({ finding: its, event, form })
    return its
  }
  const began = harness.monotonic()
  const first = await atMost(1, forms.slice(0, 1), deliver)
  const isSlow = harness.monotonic() - began > SLOW_MS
  const lanes = isSlow ? Math.min(AT_ONCE, harness.situation.plan.concurrency) : 1
  const others = forms.slice(1)
  const findings = await atMost(lanes, others, deliver)
  // What fails beside others is judged elsewhere.
  const isDoubted = (finding: Finding | undefined) =>
    lanes > 1 && finding?.status === 'failed' && finding.exchange !== undefined && statusOf(finding.exchange) >= 500
  const again = await atMost(1, [...others.entries()], async ([i, form]) =>
    isDoubted(findings[i]) ? deliver(form) : (findings[i] ?? passed()),
  )
  const finding = worst([...first, ...again])
  const one = refused.find(one => one.finding === finding)
  if (one === undefined || finding.status !== 'failed') return finding
  return { ...finding, seen: finding.seen + (await whatIsRefused(harness, one.form, one.event)) }
}

/**
 * Finds a receiver that does not survive several requests at once: of many checks side by side any could be blamed. How it answers them is
 * judged elsewhere.
 */
async function survivesTogether(harness: TestHarness): Promise<Finding | undefined> {
  const atOnce = Math.min(TOGETHER, harness.situation.plan.concurrency)
  const what = `${atOnce}${AT_ONCE_REQUESTS}`
  for (let round = 0; round < ROUNDS; round++) {
    const requests = await Promise.all(Array.from({ length: atOnce }, () => harness.request()))
    const began = harness.monotonic()
    const sent = await Promise.all(requests.map(request => harness.send(request, what)))
    if (harness.monotonic() - began > SLOW_MS && sent.every(isAccepted)) return undefined
    if (sent.every(({ outcome }) => outcome.kind === 'answered')) continue
    // One that hangs is not waited for here.
    if (sent.some(({ outcome }) => outcome.kind === 'timed_out')) return undefined
    let last: Exchange | undefined
    for (const ms of [0, ...AGAIN_MS]) {
      await harness.pause(ms)
      last = await harness.send(await harness.request(), `a valid request after ${what}`, {})
      if (last.outcome.kind === 'answered') return undefined
    }
    return failed(`the receiver survives ${what}`, `a valid request afterwards was ${last ? seen(last) : ''}`, last)
  }
  return undefined
}

/** The 95th percentile of twenty durations, real ms; of fewer exchanges the slowest. */
function p95(exchanges: readonly Exchange[]): { ms: number; exchange: Exchange } | undefined {
  const sorted = [...exchanges].sort((a, b) => a.durationMs - b.durationMs)
  const exchange = sorted.length < 20 ? sorted.at(-1) : sorted[Math.ceil(sorted.length * 0.95) - 1]
  return exchange === undefined ? undefined : { ms: exchange.durationMs, exchange }
}

/** Requests whose answers are timed, and what they are called: a second check may judge those of the first. */
const TIMED = 20
const MOST_EXCUSED = 6
const TIMED_REQUEST = 'a valid request, timed'

async function judgeDurations(harness: TestHarness, limitMs: number): Promise<Finding> {
  const limit = Math.round(limitMs)
  const before = harness.allExchanges().filter(({ what }) => what === TIMED_REQUEST)
  const isFast = (exchange: Exchange) => exchange.outcome.kind === 'answered' && exchange.durationMs <= limitMs
  if (before.length >= TIMED && before.every(isFast)) return passed(`p95 ${Math.round(p95(before)?.ms ?? 0)} ms`)
  const exchanges: Exchange[] = []
  const excused: { exchange: Exchange; lateMs: number }[] = []
  const late = () => exchanges.filter(exchange => !isFast(exchange)).length
  // Two of twenty above the limit are enough to fail.
  while (exchanges.length < TIMED && late() < 2 && excused.length < MOST_EXCUSED) {
    const at = harness.monotonic()
    const sent = Array.from({ length: Math.min(harness.atOnce(), TIMED - exchanges.length) }, async () =>
      harness.send(await harness.request(), TIMED_REQUEST),
    )
    for (const exchange of await Promise.all(sent)) {
      const { durationMs, outcome } = exchange
      const overMs = outcome.kind === 'timed_out' ? limitMs / 10 : durationMs - limitMs
      const lateMs = harness.lateSince(at)
      if (!isFast(exchange) && isExcused(overMs, lateMs)) excused.push({ exchange, lateMs })
      else exchanges.push(exchange)
    }
  }
  const slow = p95(exchanges)
  const [first] = excused
  if (first !== undefined && late() < 2 && exchanges.length < TIMED)
    return tooSlow(first.lateMs, `${excused.length} requests took longer than ${limit} ms`)
  if (slow === undefined) return passed()
  const ms = Math.round(slow.ms)
  if (isFast(slow.exchange)) return passed(`p95 ${ms} ms`)
  return failed(
    `95 of 100 requests answered within ${limit} ms`,
    `p95 of ${exchanges.length} requests is ${ms} ms, and that one was ${seen(slow.exchange)}`,
    slow.exchange,
  )
}

const PROMPT = [
  'Acknowledge first, work later: after its timeout a provider that retries stops waiting and sends the event again.',
]

const UNREACHABLE = new Set(['refused', 'unreachable', 'tls', 'blocked', 'local_error'])

/** The finding of the baseline, or that it cannot be judged because every request was unreachable. */
export function reachable(harness: TestHarness, finding: Finding): Finding {
  const exchanges = harness.exchanges()
  const [first] = exchanges
  if (first === undefined || !exchanges.every(({ outcome }) => UNREACHABLE.has(outcome.kind))) return finding
  return notJudged(`The receiver cannot be reached: ${seen(first)}`, 'unreachable')
}

/** The baseline: where it fails, nothing else can be judged. */
export const BASELINE = 'delivery/accepts'

export const deliveryChecks: readonly Check[] = [
  {
    id: BASELINE,
    requirement: 'accept each event type of the provider, sent as the provider sends it',
    level: 'must',
    expects: 'accept',
    why: ['The baseline: a receiver that rejects valid requests loses events.'],
    async run(harness) {
      const forms = harness.situation.types.map(({ name }) => ({ type: name }))
      const accepted = await deliverAll(harness, forms)
      return accepted.status === 'passed' ? ((await survivesTogether(harness)) ?? accepted) : accepted
    },
  },
  {
    id: 'delivery/every-status',
    requirement: 'accept every documented variant of every event type',
    level: 'must',
    expects: 'accept',
    takes: { requests: 10 },
    why: ['Rare statuses come in production, not in a trial.'],
    applies: ({ types }) => types.some(({ variants }) => variants.length > 0),
    run: harness =>
      deliverAll(
        harness,
        harness.situation.types.flatMap(({ name, variants }) => variants.map(variant => ({ type: name, variant }))),
        UNKNOWN_SUBJECT,
      ),
  },
  {
    id: 'delivery/exact-status',
    requirement: 'answer with a status that the provider takes for success',
    level: ({ traits }) => (traits.exactStatus === undefined ? 'should' : 'must'),
    expects: 'accept',
    why: ['The provider takes another status for a failure and sends the event again and again.'],
    async run(harness) {
      const { plan, traits } = harness.situation
      const exchange = await sendUntilAnswered(harness, await harness.request(), 'a valid request')
      if (plan.accepts(statusOf(exchange))) return passed()
      const expected = traits.exactStatus === undefined ? 'a status that the provider accepts' : `${traits.exactStatus}`
      return failed(expected, seen(exchange), exchange)
    },
  },
  {
    id: 'delivery/prompt',
    requirement: "answer within the provider's timeout",
    level: 'must',
    expects: 'accept',
    takes: { requests: 8 },
    why: PROMPT,
    exclusive: true,
    run: harness => judgeDurations(harness, harness.situation.plan.timeoutMs),
  },
  {
    id: 'delivery/prompt-margin',
    requirement: "answer within a tenth of the provider's timeout",
    level: 'should',
    expects: 'accept',
    why: PROMPT,
    exclusive: true,
    run: harness => judgeDurations(harness, harness.situation.plan.timeoutMs / 10),
  },
]
