// Ordering: events overtake each other, and one that comes late must not undo what is known.

import type { Check } from '../check.js'
import { type Exchange, isRejected, isUnauthorized } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { judgeEffects, placeOf, stateOf } from './effects.js'
import { failed, judged, named, notJudged, passed, worst } from './judge.js'
import { hiddenBehind, judgeInOrder, judgeLate, orLoss, sameState, sendAll, withOwnerOf } from './states.js'

const STALE = 'mirakl-hyperwallet #35: a late "required" overwrote "verified".'
const REOPENED = 'recommand-peppol #66: a redelivered early event reopened a finished document.'

/** A receiver that mixes subjects up has none of their states right. */
const APART = 'ordering/subjects-apart'

/** A receiver that loses events has not the states of all that it was sent. */
const LOST = ['idempotency/distinct', 'load/burst']

/** Nor has one that refuses what comes twice. */
const LOSES = [...LOST, 'idempotency/duplicate']

const BEFORE = 'ordering/before-response'
const REVERSED = 'ordering/reversed'

/** A receiver that refuses what is about an unknown subject refuses many events for that reason. */
export const UNKNOWN_SUBJECT = [BEFORE]

/** Longer than a cache of states may live, real ms. */
const LATER_MS = 2500

/** Closer together than the whole seconds that a receiver may store, ms. */
export const WITHIN_SECOND_MS = 200

/** Events in reverse order lead to the same state as in order, and that is the state of the last of them. */
async function judgeReversed(harness: TestHarness, apartMs?: number): Promise<Finding> {
  const { story = [] } = harness.situation.traits
  const [inOrder, events] = [await harness.story(story, apartMs), await harness.story(story, apartMs)]
  const alone = await harness.story(story.slice(-1))
  const sent = await sendAll(harness, inOrder, 'in order')
  if ('status' in sent) return sent
  const reversed = await sendAll(harness, [...events].reverse(), 'in reverse order')
  if ('status' in reversed) return reversed
  const single = await sendAll(harness, alone, 'alone')
  if ('status' in single) return single
  const [last, lastReversed, only] = [inOrder.at(-1), events.at(-1), alone.at(-1)]
  if (last === undefined || lastReversed === undefined || only === undefined)
    return notJudged('The story has no events.')
  harness.later(async () => {
    const [inReverse, byItself] = await Promise.all([
      sameState(
        harness,
        { event: last, how: 'after the same events in order' },
        { event: lastReversed, exchange: reversed.exchanges.at(-1) },
      ),
      sameState(
        harness,
        { event: only, how: `after the last of the same events, ${named(only)}, alone` },
        { event: last, exchange: sent.exchanges.at(-1) },
      ),
    ])
    return inReverse.status === 'passed' ? byItself : inReverse
  })
  return passed()
}

/** That an event about an unknown subject has its effect, and that its state is kept. */
function judgeKeptLater(harness: TestHarness, event: TestEvent, exchange: Exchange): void {
  harness.later(async () => {
    const effect = await judgeEffects(harness, event, 1, exchange)
    if (effect.status !== 'passed') return effect
    const actual = await stateOf(harness, event)
    if ('state' in actual) return passed(`state ${actual.state}`)
    return failed(
      `a state of ${event.subject}${placeOf(event)}`,
      'the observe URL shows its effect, but no state',
      exchange,
      [APART],
    )
  })
}

/** A refused event may be about an unknown subject. */
const refused = (finding: Finding): Finding =>
  finding.status === 'failed' ? { ...finding, follows: [...(finding.follows ?? []), BEFORE] } : finding

const hasStory = ({ traits }: Situation) => (traits.story?.length ?? 0) > 1

export const orderingChecks: readonly Check[] = [
  {
    id: REVERSED,
    requirement: 'reach the same state when the events of one subject arrive in reverse order',
    level: 'must',
    expects: 'accept',
    why: [STALE],
    applies: hasStory,
    follows: [APART, BEFORE, ...LOSES],
    run: harness => judgeReversed(harness),
  },
  {
    id: 'ordering/same-second',
    requirement: 'reach the same state when the events of one subject within one second arrive in reverse order',
    level: 'should',
    expects: 'accept',
    why: ['Times of events that are stored as whole seconds make the later of two look as old as the earlier.'],
    applies: hasStory,
    follows: [APART, REVERSED, BEFORE, ...LOSES],
    run: harness => judgeReversed(harness, WITHIN_SECOND_MS),
  },
  {
    id: 'ordering/late-after-final',
    requirement: 'keep the final state when an earlier event arrives after it',
    level: 'must',
    expects: 'accept',
    takes: { requests: 12, waitMs: LATER_MS },
    why: [REOPENED, STALE],
    applies: situation => hasStory(situation) || situation.traits.late !== undefined,
    follows: [APART, REVERSED, BEFORE, ...LOSES],
    async run(harness) {
      const { story = [], late } = harness.situation.traits
      if (late !== undefined) {
        const judge = (afterMs: number) =>
          judgeLate(harness, [late.after], {
            what: 'late',
            afterMs,
            async event() {
              const [after, event] = await harness.story([late.after, late.event])
              return { before: [after as TestEvent], late: event as TestEvent }
            },
          })
        return worst(await Promise.all([judge(0), judge(LATER_MS)]))
      }
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
      const without = [...story.slice(0, -2), final]
      return judgeLate(harness, without, {
        what: 'with an id of its own',
        afterMs: LATER_MS,
        async event() {
          const events = await harness.story([...story.slice(0, -1), another, final])
          const event = events.at(-2) as TestEvent
          // One with its key is the same event to the receiver: then it has not come before.
          const isSame = (one: TestEvent) => one === event || (one.key !== undefined && one.key === event.key)
          return { before: events.filter(one => !isSame(one)), late: event }
        },
      })
    },
  },
  {
    id: 'ordering/final-after-final',
    requirement:
      'keep the later of two final states when the earlier one arrives after it, and take it when it comes in order',
    level: 'must',
    expects: 'accept',
    why: [REOPENED, 'A receiver that lets every final event through lets an old decision replace the present one.'],
    applies: ({ traits }) => traits.finals !== undefined,
    follows: [APART, REVERSED, BEFORE, 'ordering/late-after-final', ...LOSES],
    async run(harness) {
      const { finals = [], doesFirstStand } = harness.situation.traits
      let finding = notJudged('The provider has no two final events.')
      for (const pair of finals) {
        const inOrder = doesFirstStand ? passed() : await judgeInOrder(harness, pair)
        if (inOrder.status !== 'passed') return inOrder
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
    follows: LOST,
    // Beside others a state that all subjects share changes at any time.
    exclusive: true,
    async run(harness) {
      const { story = [], late } = harness.situation.traits
      const [first, forms] = late === undefined ? [story[0], story] : [late.after, [late.event]]
      if (first === undefined) return notJudged('The story has no events.')
      // What happened to the other subject happened before, which is nothing to this one.
      const [control, others] = [await harness.story(forms), await harness.story(forms)]
      const event = await harness.event(first)
      const apart = await sendAll(harness, control, 'about a subject that shares nothing with another')
      if ('status' in apart) return refused(apart)
      // Looked at before another's event comes, which may be the newest of all that share a state.
      const likeLast = apart.events.at(-1) as TestEvent
      await stateOf(harness, likeLast)
      await harness.settling?.quiet()
      const wanted = await stateOf(harness, likeLast)
      const sent = await sendAll(harness, [event], 'about one subject')
      if ('status' in sent) return refused(sent)
      const before = await stateOf(harness, event)
      if ('why' in before) return (await hiddenBehind(harness, event, sent.exchanges.at(-1))) ?? notJudged(before.why)
      await harness.settling?.quiet()
      const known = await stateOf(harness, event)
      const other = await sendAll(harness, others, 'about another subject', one => withOwnerOf(event, one))
      if ('status' in other) return refused(other)
      // Not later: the events of the next check would change a state that all share.
      const last = other.events.at(-1) as TestEvent
      await stateOf(harness, last)
      await harness.settling?.quiet()
      const [after, its] = [await stateOf(harness, event), await stateOf(harness, last)]
      if ('why' in known || 'why' in after)
        return notJudged('why' in known ? known.why : 'why' in after ? after.why : '')
      const exchange = other.exchanges.at(-1)
      const fails = (wish: string, shown: string) =>
        orLoss(harness, [apart, sent, other], failed(wish, shown, exchange))
      if (known.state !== after.state)
        return fails(`state "${known.state}" of ${event.subject} still`, `state "${after.state}"`)
      if ('why' in its)
        return fails(`a state of ${last.subject}${placeOf(last)}`, 'the observe URL shows only that of the other')
      // Whichever of the two subjects is the one whose state is kept, the other's shows that it is shared.
      if ('state' in wanted && wanted.state !== its.state)
        return fails(
          `state "${wanted.state}" of ${last.subject}, as after the same events of another subject alone`,
          `state "${its.state}"${its.state === after.state ? `, which is that of ${event.subject}, a subject of the same user` : ''}`,
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
      const { traits, types } = harness.situation
      // Not the event that makes a subject known; and what was refused before, about a subject that nothing had been said of.
      const isRefused = (type: string) =>
        harness.allExchanges().some(one => one.what === `a valid ${type}` && isRejected(one) && !isUnauthorized(one))
      const refused = types.flatMap(({ name }) => (isRefused(name) ? [{ type: name }] : []))
      for (const form of [...[...(traits.story ?? [undefined])].slice(-2).reverse(), ...refused]) {
        const event = await harness.event(form)
        const exchange = await sendUntilTaken(harness, event, 'an event about an unknown subject')
        const answer = judged('accept', exchange)
        // A status that is refused about any subject is judged elsewhere.
        if (answer.status === 'failed')
          return { ...answer, follows: [...(answer.follows ?? []), 'delivery/every-status'] }
        judgeKeptLater(harness, event, exchange)
      }
      return passed()
    },
  },
]
