// Plain deliveries: what must work before anything else is worth judging.
import type { Bench, Exchange } from '../bench.js'
import type { Check } from '../check.js'
import { atMost, failed, judged, named, passed, seen, statusOf, worst } from '../judging.js'

/** Messages in flight at once, so that a catalog of a hundred forms takes no longer than needed. */
const AT_ONCE = 4

async function deliverAll(bench: Bench, forms: readonly { type: string; variant?: string }[]) {
  const findings = await atMost(AT_ONCE, forms, async form => {
    const letter = await bench.letter(form)
    return judged('accept', await bench.send(await letter.seal(), `a valid ${named(letter)}`))
  })
  return worst(findings)
}

/** The 95th percentile of what twenty exchanges took, real ms; of fewer the slowest. */
function p95(exchanges: readonly Exchange[]): { ms: number; exchange: Exchange } | undefined {
  const sorted = [...exchanges].sort((a, b) => a.durationMs - b.durationMs)
  const exchange = sorted.length < 20 ? sorted.at(-1) : sorted[Math.ceil(sorted.length * 0.95) - 1]
  return exchange === undefined ? undefined : { ms: exchange.durationMs, exchange }
}

async function timed(bench: Bench, limitMs: number) {
  const exchanges: Exchange[] = []
  // Two of twenty above the limit decide it.
  const late = () => exchanges.filter(({ durationMs }) => durationMs > limitMs).length
  while (exchanges.length < 20 && late() < 2)
    exchanges.push(await bench.send(await (await bench.letter()).seal(), 'a valid message'))
  const slow = p95(exchanges)
  if (slow === undefined) return passed()
  const ms = Math.round(slow.ms)
  if (slow.exchange.outcome.kind === 'answered' && slow.ms <= limitMs) return passed(`p95 ${ms} ms`)
  return failed(
    `95 of 100 messages answered within ${Math.round(limitMs)} ms`,
    `p95 of ${exchanges.length} messages is ${ms} ms, and that one was ${seen(slow.exchange)}`,
    slow.exchange,
  )
}

const PROMPT = ['Acknowledge first, work later: a provider gives up on an answer after its timeout and sends again.']

/** The baseline: when it fails, nothing else can be judged. */
export const BASELINE = 'delivery/accepts'

export const deliveryChecks: readonly Check[] = [
  {
    id: BASELINE,
    title: 'Accepts each event type of the provider, sent as the provider sends it.',
    level: 'must',
    expects: 'accept',
    why: ['The baseline: a receiver that refuses good messages loses events.'],
    run: bench =>
      deliverAll(
        bench,
        bench.situation.types.map(({ name }) => ({ type: name })),
      ),
  },
  {
    id: 'delivery/every-status',
    title: 'Accepts every documented form of every event type: each status, each outcome, each last event.',
    level: 'must',
    expects: 'accept',
    why: ['Treat what can happen as configuration: rare statuses come in production, not in a trial.'],
    applies: ({ types }) => types.some(({ variants }) => variants.length > 0),
    run: bench =>
      deliverAll(
        bench,
        bench.situation.types.flatMap(({ name, variants }) => variants.map(variant => ({ type: name, variant }))),
      ),
  },
  {
    id: 'delivery/exact-status',
    title: 'Answers with the status that the provider takes for success.',
    level: ({ traits }) => (traits.exactStatus === undefined ? 'should' : 'must'),
    expects: 'accept',
    why: ['Another status is taken for a failure: the message is sent again and again.'],
    async run(bench) {
      const { plan, traits } = bench.situation
      const exchange = await bench.send(await (await bench.letter()).seal(), 'a valid message')
      if (plan.accepts(statusOf(exchange))) return passed()
      const wanted = traits.exactStatus === undefined ? 'a status that the provider accepts' : `${traits.exactStatus}`
      return failed(wanted, seen(exchange), exchange)
    },
  },
  {
    id: 'delivery/prompt',
    title: "Answers within the provider's timeout.",
    level: 'must',
    expects: 'accept',
    why: PROMPT,
    alone: true,
    run: bench => timed(bench, bench.situation.plan.timeoutMs),
  },
  {
    id: 'delivery/prompt-margin',
    title: "Answers within a tenth of the provider's timeout.",
    level: 'should',
    expects: 'accept',
    why: PROMPT,
    alone: true,
    run: bench => timed(bench, bench.situation.plan.timeoutMs / 10),
  },
]
