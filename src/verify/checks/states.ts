// The states of subjects: events are told in an order, and what the receiver makes of it is compared with another that was told otherwise.
import { type Json, jsonOrText, valueAt, withValueAt } from '../../core/json.js'
import { leaves } from '../../core/mutate/payload.js'
import { countOf } from '../../observe/settling.js'
import type { EventForm } from '../../provider/channel.js'
import { type Exchange, isAccepted } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { isLoss, judgeAllEffects, judgeEffects, placeOf, stateOf } from './effects.js'
import { failed, judged, notJudged, passed } from './judge.js'

/** A receiver that fails it takes events with one key for different ones. */
const OTHER_BODY = 'idempotency/same-id-other-body'

type Sent = { events: readonly TestEvent[]; exchanges: readonly Exchange[] }

/** Signatures are so old, real ms, that none is equal to that of the same event sent again now. */
const EARLIER_MS = 2000

/** Sends events one after the other; the finding of the first that is not accepted. */
export async function sendAll(
  harness: TestHarness,
  events: readonly TestEvent[],
  what: string,
  write: (event: TestEvent) => string = ({ body }) => body,
): Promise<Sent | Finding> {
  const exchanges: Exchange[] = []
  for (const event of events) {
    const options = { at: harness.wall() - EARLIER_MS, body: write(event) }
    const exchange = await sendUntilTaken(harness, event, `${event.type}, ${what}`, options)
    const finding = judged('accept', exchange)
    if (finding.status !== 'passed') return finding
    exchanges.push(exchange)
  }
  return { events, exchanges }
}

/** The body of an event whose subject belongs to the user or customer that another's belongs to. */
export function withOwnerOf({ value: owned }: TestEvent, { value, subject, encode }: TestEvent): string {
  let changed: Json = value
  for (const { path, value: own } of leaves(value)) {
    const [place, its] = [path.join('.'), valueAt(owned, path.join('.'))]
    if (/(user|customer|client)_?id$/i.test(place) && own !== subject && its !== undefined)
      changed = withValueAt(changed, place, its)
  }
  return encode(changed)
}

/** Where the effect of an event is seen, but not its state, though that of another event of its type is: the failure. */
export async function hiddenBehind(harness: TestHarness, event: TestEvent, exchange: Exchange | undefined) {
  const { key, subject, value } = event
  const { typePath = '' } = harness.situation.traits
  const seen = await harness.settling?.observe()
  if (seen === undefined || 'why' in seen || subject === null || key === undefined || countOf(seen, key) === 0)
    return undefined
  const at = leaves(value).find(leaf => leaf.value === subject)?.path
  const shown = harness.allExchanges().flatMap(one => {
    const other = isAccepted(one) ? jsonOrText(String(one.message.body)) : null
    const its = at && valueAt(other, at)
    const isAlike = typePath === '' || valueAt(other, typePath) === valueAt(value, typePath)
    return isAlike && typeof its === 'string' && Object.hasOwn(seen.states, its) ? [its] : []
  })
  if (shown.length === 0) return undefined
  return failed(
    `a state of ${subject}${placeOf(event)}`,
    `the observe URL shows its effect, but no state; it shows those of ${new Set(shown).size} other subjects, such as ${shown[0]}`,
    exchange,
  )
}

/** The finding about states; where one of the accepted events had no effect, that loss, which is why a state is another. */
export async function orLoss(harness: TestHarness, sent: readonly Sent[], finding: Finding): Promise<Finding> {
  const all = sent.flatMap(({ events, exchanges }) =>
    exchanges.map((exchange, i) => ({ key: events[i]?.key, exchange })),
  )
  const effects = await judgeAllEffects(harness, all)
  return isLoss(effects) ? effects : finding
}

/** Finds, once the receiver had time to act, that both subjects have the same state. */
export async function sameState(
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
export async function judgeLate(
  harness: TestHarness,
  onTime: readonly EventForm[],
  late: { event(): Promise<{ before: readonly TestEvent[]; late: TestEvent }>; what: string; afterMs?: number },
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
  await harness.pause(late.afterMs ?? 0)
  const [exchange] = await sendLate(harness, event, final, late.what)
  const answer = judged('accept', exchange)
  if (answer.status !== 'passed') return answer
  harness.later(async () => {
    const state = await sameState(harness, { event: known, how: 'without it' }, { event: final, exchange })
    // Where both are one event to the receiver, as their key says, it acts on the first only.
    const isSame = event !== final && event.key !== undefined && event.key === final.key
    if (!isSame) return state
    const found = state.status === 'passed' ? await judgeEffects(harness, final, 1, exchange) : state
    // One that knows events by their whole content takes the late one for another.
    return found.status === 'failed' ? { ...found, follows: [...(found.follows ?? []), OTHER_BODY] } : found
  })
  return passed()
}

async function sendLate(harness: TestHarness, event: TestEvent, final: TestEvent, what: string): Promise<[Exchange]> {
  return [await sendUntilTaken(harness, event, `${event.type} ${what}, after ${final.type}`, { attempt: 2 })]
}

/** Of two events in order the later one decides the state. */
export async function judgeInOrder(
  harness: TestHarness,
  [earlier, later]: readonly [EventForm, EventForm],
): Promise<Finding> {
  const [control, events] = [await harness.story([later]), await harness.story([earlier, later])]
  const alone = await sendAll(harness, control, 'alone')
  if ('status' in alone) return alone
  const sent = await sendAll(harness, events, 'in order')
  if ('status' in sent) return sent
  const [known, last] = [control.at(-1), events.at(-1)]
  if (known === undefined || last === undefined) return notJudged('The story has no events.')
  harness.later(() =>
    sameState(
      harness,
      { event: known, how: `after ${later.type} alone` },
      { event: last, exchange: sent.exchanges.at(-1) },
    ),
  )
  return passed()
}
