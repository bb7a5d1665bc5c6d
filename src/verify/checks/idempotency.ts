// Idempotency: providers deliver at least once, so the same message may come again at any moment.
import { tampered } from '../bend.js'
import type { Check } from '../check.js'
import { allOf, isAccepted, judged, notJudged, passed, worst } from '../judging.js'
import { effects, settle } from '../observing.js'
import { spared } from './signature.js'

const AT_LEAST_ONCE = 'Delivery is at least once: the same event may be notified more than once.'

export const idempotencyChecks: readonly Check[] = [
  {
    id: 'idempotency/duplicate',
    title: 'Accepts a message that comes twice, and acts on it once.',
    level: 'must',
    expects: 'accept',
    why: [AT_LEAST_ONCE],
    async run(bench) {
      const letter = await bench.letter()
      const first = await bench.send(await letter.seal(), 'a valid message')
      await settle(bench)
      const again = await bench.send(await letter.seal({ attempt: 2 }), 'the same message a second time')
      const answers = worst([judged('accept', first), judged('accept', again)])
      return answers.status === 'passed' ? effects(bench, letter, 1, again) : answers
    },
  },
  {
    id: 'idempotency/concurrent',
    title: 'Accepts a message that comes ten times at once, and acts on it once.',
    level: 'must',
    expects: 'accept',
    why: [AT_LEAST_ONCE, 'devlane #332: looking first and acting then lets two in at the same moment.'],
    alone: true,
    async run(bench) {
      const letter = await bench.letter()
      const sealed = await Promise.all(Array.from({ length: 10 }, () => letter.seal()))
      const all = await Promise.all(sealed.map(one => bench.send(one, 'the same message ten times at once')))
      const answers = worst(all.map(exchange => judged('accept', exchange)))
      const [first] = all
      return answers.status === 'passed' && first ? effects(bench, letter, 1, first) : answers
    },
  },
  {
    id: 'idempotency/lost-ack',
    title: 'Acts once on a message that is sent again because its answer was lost.',
    level: 'must',
    expects: 'accept',
    why: [AT_LEAST_ONCE, 'gitlab #9893: the work was done, the answer never arrived, and all of it came again.'],
    async run(bench) {
      for (const cut of ['answer', 'after'] as const) {
        const letter = await bench.letter()
        await bench.send(await letter.seal(), 'a valid message whose answer is lost', { cut })
        await settle(bench)
        const again = await bench.send(
          await letter.seal({ attempt: 2 }),
          'the message again, its answer having been lost',
        )
        const answer = judged('accept', again)
        const finding = answer.status === 'passed' ? await effects(bench, letter, 1, again) : answer
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'idempotency/same-id-other-body',
    title: 'Survives a message with a known id and other content.',
    level: 'should',
    expects: 'survive',
    why: ['Ids can be reused by mistake; an error of its own would have the message sent again and again.'],
    async run(bench) {
      const letter = await bench.letter()
      const first = await bench.send(await letter.seal(), 'a valid message')
      if (!isAccepted(first)) return notJudged('The first message was not accepted.')
      const body = tampered(letter.body, letter.value, spared(bench.situation))
      const sealed = await letter.seal({ body, attempt: 2 })
      const finding = await allOf(bench, 'survive', [{ what: 'a message with a known id and other content', sealed }])
      if (finding.status !== 'passed') return finding
      const last = bench.exchanges().at(-1)
      return passed(last && isAccepted(last) ? 'it was accepted' : 'it was refused')
    },
  },
]
