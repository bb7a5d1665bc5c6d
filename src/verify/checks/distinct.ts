// Events that are not the same: a receiver acts on each, however much alike they are.
import { type Json, jsonOrText, valueAt, withValueAt } from '../../core/json.js'
import type { Message } from '../../core/message.js'
import { leaves } from '../../core/mutate/payload.js'
import type { Observation } from '../../observe/observer.js'
import { countOf } from '../../observe/settling.js'
import { keyOf } from '../../provider/idempotency-key.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { hurried, isLoss, judgeAllEffects } from './effects.js'
import { failed, judged, passed } from './judge.js'
import { UNKNOWN_SUBJECT, WITHIN_SECOND_MS } from './ordering.js'

/** A receiver that fails it loses events in many another check. */
export const DISTINCT = 'idempotency/distinct'

type Keyed = { key: string | undefined; exchange: Exchange }

/** Where effects are seen at all, but not one of each of these events, which were accepted: the failure. */
async function swallowsOf(harness: TestHarness, sent: readonly Keyed[]): Promise<Finding | undefined> {
  const { settling } = harness
  const [first] = sent
  if (settling === undefined || first === undefined || (await settling.whyUnobservable()) === undefined)
    return undefined
  const isActedOn = (seen: Observation, { key }: Keyed) => key !== undefined && countOf(seen, key) > 0
  const keyIn = ({ headers, body }: Message) => keyOf(harness.situation.traits, headers, jsonOrText(body.toString()))
  const known = harness.allExchanges().flatMap(one => (isAccepted(one) ? (keyIn(one.message) ?? []) : []))
  const seen = await settling.until(observed => sent.every(one => isActedOn(observed, one)))
  if ('why' in seen) return undefined
  const lost = sent.filter(one => !isActedOn(seen, one))
  const acted = known.find(key => countOf(seen, key) > 0)
  const [swallowed] = lost
  if (acted === undefined || swallowed === undefined) return undefined
  return failed(
    `exactly one effect of each of ${sent.length} accepted events`,
    `the observe URL shows an effect of ${acted}, and none of ${lost.length} of those that came later, such as ${swallowed.key}`,
    swallowed.exchange,
  )
}

/** Sends events one after the other, each when the one before had its effect: whether all had one. */
async function areActedOn(
  harness: TestHarness,
  events: readonly { event: TestEvent; body: string }[],
): Promise<boolean> {
  for (const { event, body } of events) {
    const { key } = event
    const exchange = await sendUntilTaken(harness, event, `${event.type}, an event of its own`, { body })
    if (key === undefined || harness.settling === undefined || !isAccepted(exchange)) return false
    const seen = await harness.settling.until(observed => countOf(observed, key) > 0)
    if ('why' in seen || countOf(seen, key) === 0) return false
  }
  return true
}

/** The body of an event with the times of another that happened within the same second. */
function atTheTimeOf(other: TestEvent, { value, encode }: TestEvent): string {
  const isTime = (given: Json | undefined) => typeof given === 'string' && /^\d{4}-\d\d-\d\dT/.test(given)
  const secondOf = (given: Json | undefined) => (isTime(given) ? String(given).slice(0, 19) : undefined)
  let changed: Json = value
  for (const { path, value: own } of leaves(value)) {
    const its = valueAt(other.value, path.join('.'))
    if (its !== undefined && isTime(own) && secondOf(own) === secondOf(its))
      changed = withValueAt(changed, path.join('.'), its)
  }
  return encode(changed)
}

/** That each of several events has one effect. */
export const distinctCheck: Check = {
  id: DISTINCT,
  requirement:
    'act on each of two events of one type, and on each of two events about one subject, of one status too where that may happen again',
  level: 'must',
  expects: 'accept',
  follows: UNKNOWN_SUBJECT,
  // Beside others a full queue may be why an event is lost.
  exclusive: true,
  why: [
    'A receiver that remembers types, subjects, statuses or times instead of events takes the next event for a duplicate.',
  ],
  async run(harness) {
    const { story = [], repeatable } = harness.situation.traits
    const alike = async () => {
      // At one moment: no time passes between them.
      const two = await Promise.all([harness.event(), harness.event()])
      const about = story.length > 1 ? await harness.story(story.slice(0, 2)) : []
      const repeated = repeatable ? await harness.story([repeatable, repeatable], WITHIN_SECOND_MS) : []
      return [...two, ...about, ...repeated].map(event => ({
        event,
        body: event === two[1] ? atTheTimeOf(two[0], event) : event.body,
      }))
    }
    const sent: Keyed[] = []
    for (const { event, body } of await alike()) {
      const exchange = await sendUntilTaken(harness, event, `${event.type}, an event of its own`, { body })
      const answer = judged('accept', exchange)
      if (answer.status !== 'passed') return answer
      sent.push({ key: event.key, exchange })
    }
    const swallowed = await swallowsOf(harness, sent)
    if (swallowed !== undefined) return swallowed
    harness.later(async () => {
      const finding = await judgeAllEffects(harness, sent)
      return isLoss(finding) && (await areActedOn(harness, await alike())) ? hurried(finding) : finding
    })
    return passed()
  },
}
