// Idempotency: a provider that retries cannot know whether an attempt was handled, so the same event may arrive again at any moment.
import type { Check } from '../check.js'
import { isAccepted } from '../exchange.js'
import { tamperedBody } from '../test-event.js'
import { judgeEffects, settle } from './effects.js'
import { judgeAll, judged, notJudged, passed, worst } from './judge.js'

const AT_LEAST_ONCE = 'A retry after an answer that was lost sends the same event again.'

export const idempotencyChecks: readonly Check[] = [
  {
    id: 'idempotency/duplicate',
    requirement: 'accept a request that comes twice, and act on it once',
    level: 'must',
    expects: 'accept',
    why: [AT_LEAST_ONCE],
    async run(harness) {
      const event = await harness.event()
      const first = await harness.send(await event.sign(), 'a valid request')
      await settle(harness)
      const second = await harness.send(await event.sign({ attempt: 2 }), 'the same event a second time')
      const answers = worst([judged('accept', first), judged('accept', second)])
      return answers.status === 'passed' ? judgeEffects(harness, event, 1, second) : answers
    },
  },
  {
    id: 'idempotency/concurrent',
    requirement: 'accept ten concurrent copies of a request, and act on it once',
    level: 'must',
    expects: 'accept',
    follows: ['idempotency/duplicate', 'load/burst'],
    why: [AT_LEAST_ONCE, 'devlane #332: a receiver that looks first and acts later lets two concurrent requests in.'],
    exclusive: true,
    async run(harness) {
      const event = await harness.event()
      const requests = await Promise.all(Array.from({ length: 10 }, () => event.sign()))
      const all = await Promise.all(requests.map(one => harness.send(one, 'the same event ten times at once')))
      const answers = worst(all.map(exchange => judged('accept', exchange)))
      const [first] = all
      return answers.status === 'passed' && first ? judgeEffects(harness, event, 1, first) : answers
    },
  },
  {
    id: 'idempotency/lost-ack',
    requirement: 'act once on an event that is sent again because its response was lost',
    level: 'must',
    expects: 'accept',
    follows: ['idempotency/duplicate'],
    why: [
      AT_LEAST_ONCE,
      'gitlab #9893: the receiver did the work, the response never arrived, and the event came again.',
    ],
    async run(harness) {
      for (const cut of ['answer', 'after'] as const) {
        const event = await harness.event()
        await harness.send(await event.sign(), 'a valid request whose response is lost', { cut })
        await settle(harness)
        const again = await harness.send(
          await event.sign({ attempt: 2 }),
          'the same event again, after its response was lost',
        )
        const answer = judged('accept', again)
        const finding = answer.status === 'passed' ? await judgeEffects(harness, event, 1, again) : answer
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'idempotency/same-id-other-body',
    requirement: 'survive a request with a known id and another payload',
    level: 'should',
    expects: 'survive',
    why: ['Ids can be reused by mistake; a 5xx has the event sent again and again.'],
    async run(harness) {
      const event = await harness.event()
      const first = await harness.send(await event.sign(), 'a valid request')
      if (!isAccepted(first)) return notJudged('The receiver did not accept the first request.')
      const body = tamperedBody(event, harness.situation.traits)
      const request = await event.sign({ body, attempt: 2 })
      const finding = await judgeAll(harness, 'survive', [
        { what: 'a request with a known id and another payload', request },
      ])
      if (finding.status !== 'passed') return finding
      const last = harness.exchanges().at(-1)
      return passed(last && isAccepted(last) ? 'it was accepted' : 'it was rejected')
    },
  },
]
