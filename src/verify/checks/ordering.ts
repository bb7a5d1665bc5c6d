// Ordering: events overtake each other, and one that comes late must not undo what is known.

import type { EventForm } from '../../provider/channel.js'
import type { Check } from '../check.js'
import type { Exchange } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { judgeEffects, placeOf, stateOf } from './effects.js'
import { failed, judged, notJudged, passed } from './judge.js'

type Sent = { events: readonly TestEvent[]; exchanges: readonly Exchange[] }

/** Signatures are so old, real ms, that none is equal to that of the same event sent again now. */
const EARLIER_MS = 2000

/** Sends events one after the other; the finding of the first that is not accepted. */
async function sendAll(harness: TestHarness, events: readonly TestEvent[], what: string): Promise<Sent | Finding> {
  const exchanges: Exchange[] = []
  for (const event of events) {
    const exchange = await sendUntilTaken(harness, event, `${event.type}, ${what}`, { at: harness.wall() - EARLIER_MS })
    const finding = judged('accept', exchange)
    if (finding.status !== 'passed') return finding
    exchanges.push(exchange)
  }
  return { events, exchanges }
}

/** Finds, once the receiver had time to act, that both subjects have the same state. */
async function sameState(
  harness: TestHarness,
  expected: { event: TestEvent; how: string },
  actual: { event: TestEvent; exchange: Exchange | undefined },
): Promise<Finding> {
  await Promise.all([stateOf(harness, expected.event), stateOf(harness, actual.event)])
  await harness.settling?.quiet()
  const [wanted, got] = [await stateOf(harness, expected.event), await stateOf(harness, actual.event)]
  if ('why' in wanted) return notJudged(wanted.why)
  if ('why' in got) return notJudged(got.why)
  if (wanted.state === got.state) return passed(`state ${got.state} either way`)
  return failed(`state "${wanted.state}", as ${expected.how}`, `state "${got.state}"`, actual.exchange)
}

/** Events of one subject of which the last, though it happened before, arrives when the receiver has acted on those before it. */
async function judgeLate(
  harness: TestHarness,
  onTime: readonly EventForm[],
  late: { event(): Promise<{ before: readonly TestEvent[]; late: TestEvent }>; what: string },
): Promise<Finding> {
  const control = await harness.story(onTime)
  const { before, late: event } = await late.event()
  const sent = await sendAll(harness, control, 'in order')
  if ('status' in sent) return sent
  const early = await sendAll(harness, before, 'in order')
  if ('status' in early) return early
  const [final, known] = [before.at(-1), control.at(-1)]
  if (final === undefined || known === undefined) return notJudged('The story has no events.')
  const state = await stateOf(harness, final)
  if ('why' in state) return notJudged(state.why)
  await harness.settling?.quiet()
  const [exchange] = await sendLate(harness, event, final, late.what)
  const answer = judged('accept', exchange)
  if (answer.status !== 'passed') return answer
  harness.later(async () => {
    const state = await sameState(harness, { event: known, how: 'without it' }, { event: final, exchange })
    // Where both are one event to the receiver, as their key says, it acts on the first only.
    const isSame = event !== final && event.key !== undefined && event.key === final.key
    return state.status !== 'passed' || !isSame ? state : judgeEffects(harness, final, 1, exchange)
  })
  return passed()
}

async function sendLate(harness: TestHarness, event: TestEvent, final: TestEvent, what: string): Promise<[Exchange]> {
  return [await sendUntilTaken(harness, event, `${event.type} ${what}, after ${final.type}`, { attempt: 2 })]
}

const STALE = 'mirakl-hyperwallet #35: a late "required" overwrote "verified".'
const REOPENED = 'recommand-peppol #66: a redelivered early event reopened a finished document.'

/** A receiver that mixes subjects up has none of their states right. */
const APART = 'ordering/subjects-apart'

const BEFORE = 'ordering/before-response'
const REVERSED = 'ordering/reversed'

/** A receiver that refuses what is about an unknown subject refuses many events for that reason. */
export const UNKNOWN_SUBJECT = [BEFORE]

/** Closer together than the whole seconds that a receiver may store, ms. */
export const WITHIN_SECOND_MS = 200

/** Events in reverse order lead to the same state as in order. */
async function judgeReversed(harness: TestHarness, apartMs?: number): Promise<Finding> {
  const { story = [] } = harness.situation.traits
  const [inOrder, events] = [await harness.story(story, apartMs), await harness.story(story, apartMs)]
  const sent = await sendAll(harness, inOrder, 'in order')
  if ('status' in sent) return sent
  const reversed = await sendAll(harness, [...events].reverse(), 'in reverse order')
  if ('status' in reversed) return reversed
  const [last, lastReversed] = [inOrder.at(-1), events.at(-1)]
  if (last === undefined || lastReversed === undefined) return notJudged('The story has no events.')
  harness.later(() =>
    sameState(
      harness,
      { event: last, how: 'after the same events in order' },
      { event: lastReversed, exchange: reversed.exchanges.at(-1) },
    ),
  )
  return passed()
}

const hasStory = ({ traits }: Situation) => (traits.story?.length ?? 0) > 1

export const orderingChecks: readonly Check[] = [
  {
    id: REVERSED,
    requirement: 'reach the same state when the events of one subject arrive in reverse order',
    level: 'must',
    expects: 'accept',
    why: [STALE],
    applies: hasStory,
    follows: [APART, BEFORE],
    run: harness => judgeReversed(harness),
  },
  {
    id: 'ordering/same-second',
    requirement: 'reach the same state when the events of one subject within one second arrive in reverse order',
    level: 'should',
    expects: 'accept',
    why: ['Times of events that are stored as whole seconds make the later of two look as old as the earlier.'],
    applies: hasStory,
    follows: [APART, REVERSED, BEFORE],
    run: harness => judgeReversed(harness, WITHIN_SECOND_MS),
  },
  {
    id: 'ordering/late-after-final',
    requirement: 'keep the final state when an earlier event arrives after it',
    level: 'must',
    expects: 'accept',
    why: [REOPENED, STALE],
    applies: situation => hasStory(situation) || situation.traits.late !== undefined,
    // What is redelivered is a duplicate too.
    follows: [APART, REVERSED, BEFORE, 'idempotency/duplicate'],
    async run(harness) {
      const { story = [], late } = harness.situation.traits
      if (late !== undefined)
        return judgeLate(harness, [late.after], {
          what: 'late',
          async event() {
            const [after, event] = await harness.story([late.after, late.event])
            return { before: [after as TestEvent], late: event as TestEvent }
          },
        })
      const own = await judgeLate(harness, story, {
        what: 'redelivered',
        async event() {
          const before = await harness.story(story)
          return { before, late: before[0] as TestEvent }
        },
      })
      if (own.status !== 'passed') return own
      // Another event like the last before the final one, which happened between them.
      const another = story.at(-2)
      const final = story.at(-1)
      if (another === undefined || final === undefined) return own
      return judgeLate(harness, story, {
        what: 'with an id of its own',
        async event() {
          const events = await harness.story([...story.slice(0, -1), another, final])
          const event = events.at(-2) as TestEvent
          return { before: events.filter(one => one !== event), late: event }
        },
      })
    },
  },
  {
    id: 'ordering/final-after-final',
    requirement: 'keep the later of two final states when the earlier one arrives after it',
    level: 'must',
    expects: 'accept',
    why: [REOPENED, 'A receiver that lets every final event through lets an old decision replace the present one.'],
    applies: ({ traits }) => traits.finals !== undefined,
    follows: [APART, REVERSED, BEFORE, 'ordering/late-after-final'],
    async run(harness) {
      const { finals = [] } = harness.situation.traits
      let finding = notJudged('The provider has no two final events.')
      for (const pair of finals) {
        finding = await judgeLate(harness, [pair[1]], {
          what: 'late',
          async event() {
            const [earlier, later] = await harness.story(pair)
            return { before: [later as TestEvent], late: earlier as TestEvent }
          },
        })
        if (finding.status !== 'passed') return finding
      }
      return finding
    },
  },
  {
    id: APART,
    requirement: 'keep the states of two subjects apart, whichever of their events happened first',
    level: 'must',
    expects: 'accept',
    why: ['A state that is kept by user, by type or for all subjects alike is overwritten by whoever comes next.'],
    applies: situation => hasStory(situation) || situation.traits.late !== undefined,
    // Beside others a state that all subjects share changes at any time.
    exclusive: true,
    async run(harness) {
      const { story = [], late } = harness.situation.traits
      const [first, forms] = late === undefined ? [story[0], story] : [late.after, [late.event]]
      if (first === undefined) return notJudged('The story has no events.')
      // What happened to the other subject happened before, which is nothing to this one.
      const others = await harness.story(forms)
      const event = await harness.event(first)
      const sent = await sendAll(harness, [event], 'about one subject')
      if ('status' in sent) return sent
      const before = await stateOf(harness, event)
      if ('why' in before) return notJudged(before.why)
      await harness.settling?.quiet()
      const known = await stateOf(harness, event)
      const other = await sendAll(harness, others, 'about another subject')
      if ('status' in other) return other
      // Not later: the events of the next check would change a state that all share.
      const last = other.events.at(-1) as TestEvent
      await stateOf(harness, last)
      await harness.settling?.quiet()
      const [after, its] = [await stateOf(harness, event), await stateOf(harness, last)]
      if ('why' in known || 'why' in after)
        return notJudged('why' in known ? known.why : 'why' in after ? after.why : '')
      const exchange = other.exchanges.at(-1)
      if (known.state !== after.state)
        return failed(`state "${known.state}" of ${event.subject} still`, `state "${after.state}"`, exchange)
      if ('why' in its)
        return failed(
          `a state of ${last.subject}${placeOf(last)}`,
          'the observe URL shows only that of the other',
          exchange,
        )
      return passed(`still ${after.state}`)
    },
  },
  {
    id: BEFORE,
    requirement: 'accept an event about an unknown subject, and keep its state',
    level: 'should',
    expects: 'accept',
    why: [
      'Mockoon #1275: a webhook may arrive before the API call that caused it has returned.',
      'A later event may overtake the one that makes its subject known.',
    ],
    applies: situation => hasStory(situation) || situation.traits.createdByCall === true,
    async run(harness) {
      // Not the event that makes a subject known.
      const event = await harness.event(harness.situation.traits.story?.at(-1))
      const exchange = await sendUntilTaken(harness, event, 'an event about an unknown subject')
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      harness.later(async () => {
        const effect = await judgeEffects(harness, event, 1, exchange)
        if (effect.status !== 'passed') return effect
        const actual = await stateOf(harness, event)
        if ('state' in actual) return passed(`state ${actual.state}`)
        return failed(
          `a state of ${event.subject}${placeOf(event)}`,
          'the observe URL shows its effect, but no state',
          exchange,
        )
      })
      return passed()
    },
  },
]
