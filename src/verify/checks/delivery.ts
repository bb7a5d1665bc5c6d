// Valid deliveries: what must work before anything else can be judged.

import type { Check } from '../check.js'
import { type Exchange, seen, statusOf } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import { atMost, failed, judged, named, passed, worst } from './judge.js'

/** Requests in flight at once, so that a catalog of a hundred variants takes no longer than needed. */
const AT_ONCE = 4

async function deliverAll(harness: TestHarness, forms: readonly { type: string; variant?: string }[]) {
  const findings = await atMost(AT_ONCE, forms, async form => {
    const event = await harness.event(form)
    return judged('accept', await harness.send(await event.sign(), `a valid ${named(event)}`))
  })
  return worst(findings)
}

/** The 95th percentile of twenty durations, real ms; of fewer exchanges the slowest. */
function p95(exchanges: readonly Exchange[]): { ms: number; exchange: Exchange } | undefined {
  const sorted = [...exchanges].sort((a, b) => a.durationMs - b.durationMs)
  const exchange = sorted.length < 20 ? sorted.at(-1) : sorted[Math.ceil(sorted.length * 0.95) - 1]
  return exchange === undefined ? undefined : { ms: exchange.durationMs, exchange }
}

async function judgeDurations(harness: TestHarness, limitMs: number) {
  const exchanges: Exchange[] = []
  // Two of twenty above the limit are enough to fail.
  const late = () => exchanges.filter(({ durationMs }) => durationMs > limitMs).length
  while (exchanges.length < 20 && late() < 2)
    exchanges.push(await harness.send(await harness.request(), 'a valid request'))
  const slow = p95(exchanges)
  if (slow === undefined) return passed()
  const ms = Math.round(slow.ms)
  if (slow.exchange.outcome.kind === 'answered' && slow.ms <= limitMs) return passed(`p95 ${ms} ms`)
  return failed(
    `95 of 100 requests answered within ${Math.round(limitMs)} ms`,
    `p95 of ${exchanges.length} requests is ${ms} ms, and that one was ${seen(slow.exchange)}`,
    slow.exchange,
  )
}

const PROMPT = [
  'Acknowledge first, work later: after its timeout a provider that retries stops waiting and sends the event again.',
]

/** The baseline: where it fails, nothing else can be judged. */
export const BASELINE = 'delivery/accepts'

export const deliveryChecks: readonly Check[] = [
  {
    id: BASELINE,
    requirement: 'accept each event type of the provider, sent as the provider sends it',
    level: 'must',
    expects: 'accept',
    why: ['The baseline: a receiver that rejects valid requests loses events.'],
    run: harness =>
      deliverAll(
        harness,
        harness.situation.types.map(({ name }) => ({ type: name })),
      ),
  },
  {
    id: 'delivery/every-status',
    requirement: 'accept every documented variant of every event type',
    level: 'must',
    expects: 'accept',
    why: ['Rare statuses come in production, not in a trial.'],
    applies: ({ types }) => types.some(({ variants }) => variants.length > 0),
    run: harness =>
      deliverAll(
        harness,
        harness.situation.types.flatMap(({ name, variants }) => variants.map(variant => ({ type: name, variant }))),
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
      const exchange = await harness.send(await harness.request(), 'a valid request')
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
