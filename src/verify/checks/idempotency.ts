// Idempotency: a provider that retries cannot know whether an attempt was handled, so the same event may arrive again at any moment.
import { type Json, valueAt, withValueAt } from '../../core/json.js'
import { keyPaths } from '../../core/mutate/payload.js'
import { countOf } from '../../observe/settling.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted, isRejected, seen, statusOf } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { excusedMs } from '../lateness.js'
import { type TestEvent, tamperedBody } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import {
  copies,
  isSameSignature,
  OWN_CONNECTION,
  OWN_COPIES,
  SECOND_MS,
  sendOverOwnConnections,
  volley,
} from './copies.js'
import { DISTINCT, distinctCheck } from './distinct.js'
import { judgeAllEffectsLater, judgeEffects, judgeEffectsLater, UNOBSERVED } from './effects.js'
import { atMost, failed, judgeAll, judged, notJudged, passed, worst } from './judge.js'

const AT_LEAST_ONCE = 'A retry after an answer that was lost sends the same event again.'

/** A receiver that acts on a plain duplicate acts on every other one. */
const DUPLICATE = 'idempotency/duplicate'

/** Between an event and its copy, real ms: what the receiver does at once is done. */
const APART_MS = 200

/** A race that shows in one of four volleys is found by 17 of them with 99 %. */
const VOLLEYS = 17
const SHOWS_IN = 4

/** Longest time for all volleys, real ms. */
const VOLLEYS_MS = 6000

const SAME_SIGNATURE = 'the copy carries the very same signature, as the retries of this provider do'

/** Said where copies were refused that nothing tells from the first request. */
const REPLAYED =
  'copies with the very same signature were refused, as a cache of signatures does: that is judged by idempotency/duplicate'

/** Between an event and its copy that comes late, and the longest time that a receiver gets for the events between them, real ms. */
const LATER_MS = 6000
const OTHERS_MS = 4000
const MANY_OTHERS = 350
const OTHERS_AT_ONCE = 4

/** The most that is added to it where this machine is late, real ms. */
const MOST_EXCUSED_MS = 20_000

const certainty = (volleys: number) => Math.floor((1 - (1 - 1 / SHOWS_IN) ** volleys) * 100)

/** As many events as a list of the last hundred does not hold. */
const OTHERS = 130

/** Sends distinct events until there were so many, the receiver's time is over, or it does not accept one. What this machine was late takes none of that time. */
async function sendOthers(harness: TestHarness, count: number): Promise<void> {
  const began = harness.monotonic()
  let isOver = false
  let sent = 0
  const [atOnce, mostMs] = harness.isAgain ? [1, OTHERS_AT_ONCE * OTHERS_MS] : [OTHERS_AT_ONCE, OTHERS_MS]
  const isTimeOver = () => {
    const overMs = harness.monotonic() - began - mostMs
    if (overMs <= 0) return false
    return overMs > Math.min(MOST_EXCUSED_MS, Math.ceil(sent / atOnce) * excusedMs(harness.lateSince(began)))
  }
  await atMost(atOnce, Array.from({ length: count }), async () => {
    isOver ||= isTimeOver()
    if (isOver) return
    sent++
    const exchange = await harness.send(await harness.request(), 'another event, before an earlier one comes again')
    isOver ||= !isAccepted(exchange)
  })
}

/** Sends a new event, and once more when it has been answered. */
async function twice(harness: TestHarness) {
  const event = await harness.event()
  const request = await event.sign({ at: harness.wall() - 2 * SECOND_MS })
  const first = await harness.send(request, 'a valid request')
  await harness.pause(APART_MS)
  const second = await sendUntilTaken(harness, event, 'the same event a second time', { attempt: 2 })
  return { event, request, first, second }
}

/** A body with the id of an event, and the known values of another: where one id has several events, that of the late one. */
async function otherStatus(harness: TestHarness, event: TestEvent) {
  const { traits } = harness.situation
  const { typePath, enumPaths = [] } = traits
  const known = keyPaths({ ...traits, typePath: undefined, enumPaths: [] })
  const from = (value: Json, paths: readonly string[], to: Json) =>
    paths.reduce((all, path) => {
      const its = valueAt(value, path)
      return its === undefined || valueAt(to, path) === undefined ? all : withValueAt(all, path, its)
    }, to)
  const last = traits.late?.event ?? traits.story?.at(-1)
  if (last === undefined) return undefined
  const { value } = await harness.event(last)
  const free = enumPaths.filter(path => path !== typePath && !known.includes(path))
  const changed = traits.late === undefined ? from(value, free, event.value) : from(event.value, known, value)
  return { what: 'a request with a known id and another status', body: event.encode(changed) }
}

/** That the receiver acts several times on one plain request, which is why nothing else can be seen. */
async function plainTwice({ settling }: TestHarness, exchange: Exchange): Promise<Finding | undefined> {
  if (settling === undefined || (await settling.whyUnobservable()) === undefined) return undefined
  const seen = await settling.observe()
  const key = settling.plain()?.key
  const count = key === undefined || 'why' in seen ? 0 : countOf(seen, key)
  return count < 2
    ? undefined
    : failed(`exactly one effect of ${key}, which came once`, `the observe URL shows ${count} effects`, exchange)
}

export const idempotencyChecks: readonly Check[] = [
  {
    id: DUPLICATE,
    requirement: 'accept a request that comes twice, and act on it once',
    level: 'must',
    expects: 'accept',
    why: [AT_LEAST_ONCE],
    async run(harness) {
      const { plan, traits } = harness.situation
      const pair = await twice(harness)
      // An earlier run with the same seed may have made the first of them a copy.
      const isKnown = traits.exactStatus !== undefined && isAccepted(pair.first) && !plan.accepts(statusOf(pair.first))
      const { event, request, first, second } = isKnown ? await twice(harness) : pair
      const answers = worst([judged('accept', first), judged('accept', second)])
      if (answers.status !== 'passed') return answers
      if (traits.exactStatus !== undefined && plan.accepts(statusOf(first)) && !plan.accepts(statusOf(second)))
        return failed(`${traits.exactStatus}, as to the first, for the provider sends it again`, seen(second), second)
      await sendOverOwnConnections(harness, event, OWN_COPIES)
      harness.later(async () => (await plainTwice(harness, first)) ?? judgeEffects(harness, event, 1, second))
      const isSame = harness.situation.signs && request.signedString === second.signedString
      return passed(isSame ? SAME_SIGNATURE : undefined)
    },
  },
  // Before the volleys, which may fill a queue.
  distinctCheck,
  {
    id: 'idempotency/late-duplicate',
    requirement: 'act once on its first event, which comes again after all others',
    level: 'must',
    follows: [DUPLICATE],
    expects: 'accept',
    why: [
      'Retries come hours later: a list of known events that is short, or lives for minutes, has forgotten by then.',
    ],
    takes: { requests: 20 },
    runLast: true,
    async run(harness) {
      const { settling } = harness
      if (settling === undefined) return notJudged(UNOBSERVED)
      const why = await settling.whyUnobservable()
      const event = settling.plain()
      if (why !== undefined || event === undefined) return notJudged(why ?? UNOBSERVED)
      const distinct = new Set(harness.allExchanges().map(({ message }) => message.body.toString())).size
      await sendOthers(harness, OTHERS - distinct)
      const others = harness.allExchanges().length
      const what = 'the first event again, after all others'
      let exchange = await sendUntilTaken(harness, event, what, { attempt: 2 })
      if (statusOf(exchange) >= 500) {
        // The receiver may still be at work on those before it.
        await harness.pause(APART_MS)
        exchange = await sendUntilTaken(harness, event, what, { attempt: 3 })
      }
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      judgeEffectsLater(harness, event, 1, exchange)
      return passed(`after ${others} other requests`)
    },
  },
  {
    id: 'idempotency/late-duplicate-seconds',
    requirement: 'act once on an event that comes again after six seconds and hundreds of others',
    level: 'should',
    follows: [DUPLICATE, 'idempotency/late-duplicate'],
    expects: 'accept',
    why: [
      'Providers retry for hours or days: a list of known events that lives for seconds is found here, one that lives for minutes is not.',
    ],
    takes: { requests: 20, waitMs: LATER_MS },
    async run(harness) {
      const event = await harness.event()
      const first = await sendUntilTaken(harness, event, 'a valid request', { at: harness.wall() - 2 * SECOND_MS })
      const answer = judged('accept', first)
      if (answer.status !== 'passed') return answer
      const began = harness.monotonic()
      await sendOthers(harness, MANY_OTHERS)
      await harness.pause(Math.max(0, LATER_MS - (harness.monotonic() - began)))
      const again = await sendUntilTaken(harness, event, 'the same event, seconds later', { attempt: 2 })
      const second = judged('accept', again)
      if (second.status !== 'passed') return second
      judgeEffectsLater(harness, event, 1, again)
      return passed()
    },
  },
  {
    id: 'idempotency/concurrent',
    requirement: 'accept up to ten concurrent copies of a request, and act on it once',
    level: 'must',
    expects: 'accept',
    follows: [DUPLICATE, DISTINCT, 'load/burst', 'idempotency/lost-ack'],
    why: [AT_LEAST_ONCE, 'devlane #332: a receiver that looks first and acts later lets two concurrent requests in.'],
    exclusive: true,
    async run(harness) {
      const { settling } = harness
      const isSeen = settling !== undefined && (await settling.whyUnobservable()) === undefined
      const began = harness.monotonic()
      const sent: { key: string | undefined; exchange: Exchange }[] = []
      let isAnyReplay = false
      let areOwnTaken = true
      // Without a look at what it did, more volleys show no more.
      while (sent.length < (isSeen ? VOLLEYS : 1)) {
        const isOwn = areOwnTaken && sent.length % 2 === 1
        const { event, exchange, isReplay } = await volley(harness, isOwn ? OWN_CONNECTION : undefined)
        if (isOwn && exchange.outcome.kind !== 'answered') {
          // There may be no place for others beside the connections that are kept.
          areOwnTaken = false
          continue
        }
        if (!isAccepted(exchange)) return judged('accept', exchange)
        isAnyReplay ||= isReplay
        sent.push({ key: event.key, exchange })
        const observed = isSeen && event.key !== undefined ? await settling.observe() : undefined
        const count = observed !== undefined && !('why' in observed) ? countOf(observed, String(event.key)) : 0
        if (count > 1)
          return failed(`exactly one effect of ${event.key}`, `the observe URL shows ${count} effects`, exchange)
        if (harness.monotonic() - began > VOLLEYS_MS) break
      }
      judgeAllEffectsLater(harness, sent)
      if (settling === undefined) return notJudged(UNOBSERVED)
      const found = `a race that shows in one of ${SHOWS_IN} is found with ${certainty(sent.length)} %`
      const volleys = `${sent.length} volleys of ${copies(harness)} copies: ${found}`
      return passed(isAnyReplay ? `${volleys}; ${REPLAYED}` : volleys)
    },
  },
  {
    id: 'idempotency/lost-ack',
    requirement: 'act once on an event that is sent again because its response was lost',
    level: 'must',
    follows: [DUPLICATE],
    expects: 'accept',
    why: [
      AT_LEAST_ONCE,
      'gitlab #9893: the receiver did the work, the response never arrived, and the event came again.',
    ],
    async run(harness) {
      const findings = await atMost(Math.min(2, harness.atOnce()), ['answer', 'after'] as const, async cut => {
        const event = await harness.event()
        const first = await event.sign({ at: harness.wall() - 2 * SECOND_MS })
        await harness.send(first, 'a valid request whose response is lost', { cut })
        await harness.pause(APART_MS)
        const what = 'the same event again, after its response was lost'
        const again = await sendUntilTaken(harness, event, what, { attempt: 2 })
        const isReplay = isRejected(again) && isSameSignature([first, await event.sign({ attempt: 2 })])
        const answer = isReplay ? passed(REPLAYED) : judged('accept', again)
        if (answer.status !== 'passed') return answer
        if (!isReplay) await sendOverOwnConnections(harness, event, 1)
        judgeEffectsLater(harness, event, 1, again)
        return answer
      })
      return worst(findings)
    },
  },
  {
    id: 'idempotency/same-id-other-body',
    requirement: 'survive a request with a known id and another payload, and not act on it again',
    level: 'should',
    follows: [DUPLICATE, DISTINCT],
    expects: 'survive',
    why: ['Ids can be reused by mistake; a 5xx has the event sent again and again.'],
    async run(harness) {
      const event = await harness.event()
      const first = await sendUntilTaken(harness, event, 'a valid request')
      if (!isAccepted(first)) return notJudged('The receiver did not accept the first request.')
      const { traits } = harness.situation
      const request = await event.sign({ body: tamperedBody(event, traits), attempt: 2 })
      const trials = [{ what: 'a request with a known id and another payload', request }]
      const other = await otherStatus(harness, event)
      if (other !== undefined)
        trials.push({ what: other.what, request: await event.sign({ body: other.body, attempt: 3 }) })
      const finding = await judgeAll(harness, 'survive', trials)
      if (finding.status !== 'passed') return finding
      const last = harness.exchanges().at(-1) ?? first
      harness.later(async () => {
        const effects = await judgeEffects(harness, event, 1, last)
        // The answer says enough where effects cannot be seen.
        return effects.status === 'not judged' ? passed() : effects
      })
      return passed(isAccepted(last) ? 'it was accepted' : 'it was rejected')
    },
  },
]
