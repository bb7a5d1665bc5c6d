// Ordering: events overtake each other, and one that comes late must not undo what is known.

import type { Check } from '../check.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { TestEvent } from '../test-event.js'
import { judgeEffects, placeOf, settle, stateOf } from './effects.js'
import { failed, judged, notJudged, passed } from './judge.js'

type Steps = readonly { type: string; variant?: string }[]

const storyOf = (harness: TestHarness): Steps => harness.situation.traits.story ?? []

/** The event that comes late, after those before it. */
function lateOf(harness: TestHarness): { before: Steps; late: 'first' | { type: string; variant?: string } } {
  const { late, story = [] } = harness.situation.traits
  return late === undefined ? { before: story, late: 'first' } : { before: [late.after], late: late.event }
}

/** Sends events one after the other; failed at the first that is not accepted. */
async function sendAll(harness: TestHarness, events: readonly TestEvent[], what: string): Promise<Finding> {
  for (const event of events) {
    const finding = judged('accept', await harness.send(await event.sign(), `${event.type}, ${what}`))
    if (finding.status !== 'passed') return finding
    await settle(harness)
  }
  return passed()
}

const STALE = 'mirakl-hyperwallet #35: a late "required" overwrote "verified".'

export const orderingChecks: readonly Check[] = [
  {
    id: 'ordering/reversed',
    requirement: 'reach the same state when the events of one subject arrive in reverse order',
    level: 'must',
    expects: 'accept',
    why: [STALE],
    applies: ({ traits }) => (traits.story?.length ?? 0) > 1,
    async run(harness) {
      const inOrder = await harness.story(storyOf(harness))
      const sent = await sendAll(harness, inOrder, 'in order')
      if (sent.status !== 'passed') return sent
      const reversed = await harness.story(storyOf(harness))
      const sentReversed = await sendAll(harness, [...reversed].reverse(), 'in reverse order')
      if (sentReversed.status !== 'passed') return sentReversed
      const [last, first] = [inOrder.at(-1), reversed[0]]
      if (last === undefined || first === undefined) return notJudged('The story has no events.')
      const [expected, actual] = [await stateOf(harness, last), await stateOf(harness, first)]
      if ('why' in expected) return notJudged(expected.why)
      if ('why' in actual) return notJudged(actual.why)
      if (expected.state === actual.state) return passed(`state ${actual.state} either way`)
      return failed(
        `state "${expected.state}", as after the same events in order`,
        `state "${actual.state}"`,
        harness.exchanges().findLast(({ message }) => message.body === first.body),
      )
    },
  },
  {
    id: 'ordering/late-after-final',
    requirement: 'keep the final state when an earlier event arrives after it',
    level: 'must',
    expects: 'accept',
    why: ['recommand-peppol #66: a redelivered early event reopened a finished document.', STALE],
    applies: ({ traits }) => (traits.story?.length ?? 0) > 1 || traits.late !== undefined,
    async run(harness) {
      const { before, late } = lateOf(harness)
      const events = await harness.story(late === 'first' ? before : [...before, late])
      const onTime = late === 'first' ? events : events.slice(0, -1)
      const lateEvent = late === 'first' ? events[0] : events.at(-1)
      const final = onTime.at(-1)
      if (lateEvent === undefined || final === undefined) return notJudged('The story has no events.')
      const sent = await sendAll(harness, onTime, 'in order')
      if (sent.status !== 'passed') return sent
      const expected = await stateOf(harness, final)
      const exchange = await harness.send(
        await lateEvent.sign({ attempt: 2 }),
        `${lateEvent.type}, after ${final.type}`,
      )
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      await settle(harness)
      const actual = await stateOf(harness, final)
      if ('why' in expected) return notJudged(expected.why)
      if ('why' in actual) return notJudged(actual.why)
      if (expected.state === actual.state) return passed(`still ${actual.state}`)
      return failed(`state "${expected.state}" still`, `state "${actual.state}"`, exchange)
    },
  },
  {
    id: 'ordering/before-response',
    requirement: 'accept an event about an unknown subject, and keep its state',
    level: 'should',
    expects: 'accept',
    why: ['Mockoon #1275: a webhook may arrive before the API call that caused it has returned.'],
    applies: ({ traits }) => traits.createdByCall === true,
    async run(harness) {
      const event = await harness.event()
      const exchange = await harness.send(await event.sign(), 'an event about an unknown subject')
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      const effect = await judgeEffects(harness, event, 1, exchange)
      if (effect.status !== 'passed') return effect
      const actual = await stateOf(harness, event)
      if ('state' in actual) return passed(`state ${actual.state}`)
      return failed(
        `a state of ${event.subject}${placeOf(event)}`,
        'the observe URL shows its effect, but no state',
        exchange,
      )
    },
  },
]
