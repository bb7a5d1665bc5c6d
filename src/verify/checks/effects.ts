// Judges what the receiver did by observing it; without a way to observe, nothing is judged.
import { withArticle } from '../../core/article.js'
import { isJsonObject, type Json, jsonOrText } from '../../core/json.js'
import type { Unobserved } from '../../observe/observer.js'
import { countOf } from '../../observe/settling.js'
import { keyOf } from '../../provider/idempotency-key.js'
import { type Exchange, isAccepted, seen } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { SignedRequest, TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { failed, judgeAll, notJudged, passed, type Trial } from './judge.js'

/** Why nothing can be said about effects. */
export const UNOBSERVED = 'No observe URL was given, so what the receiver did cannot be seen.'

/** Why the effects of an event cannot be seen; undefined where they can. Sends a plain request at the first call. */
async function whyUnseen({ settling }: TestHarness, { key, type }: TestEvent): Promise<string | undefined> {
  if (settling === undefined) return UNOBSERVED
  return (
    (await settling.whyUnobservable()) ??
    (key === undefined ? `${withArticle(type, 'A')} has no idempotency key.` : undefined)
  )
}

/** How often the receiver acted on an event, after the wait for one more. */
async function effectsOf({ settling }: TestHarness, key: string, times: 0 | 1): Promise<number | Unobserved> {
  if (settling === undefined) return { why: UNOBSERVED }
  const first = times === 0 ? undefined : await settling.until(observed => countOf(observed, key) > 0)
  if (first !== undefined && 'why' in first) return first
  await settling.quiet()
  const then = await settling.observe()
  return 'why' in then ? then : countOf(then, key)
}

/** Where these fail, the receiver loses events that are like others, or come beside others; or acts twice on what comes twice. */
const BURST = 'load/burst'
const LOSES = ['idempotency/distinct', BURST]
/** So does one that acts on each event as soon as they come with pauses. */
const HURRIED = [BURST]
const DOUBLES = ['idempotency/duplicate']

/** An accepted event had no effect. */
export const isLoss = (finding: Finding): boolean =>
  finding.status === 'failed' && (LOSES.every(id => finding.follows?.includes(id)) || finding.follows === HURRIED)

/** An event that came several times had several effects, each of which is of that event and of no other. */
export const isDoubling = (finding: Finding): boolean => finding.status === 'failed' && finding.follows === DOUBLES

/** A loss of events that came at once, of a receiver that acts on each of such events where they come with pauses. */
export const hurried = (loss: Finding): Finding =>
  loss.status === 'failed'
    ? {
        ...loss,
        seen: `${loss.seen}; sent one after the other, each when the one before had its effect, all have`,
        follows: HURRIED,
      }
    : loss

const TIMES = { 0: 'no effect', 1: 'exactly one effect' }

/** Waits, and is passed when the receiver acted on the event exactly `times`. `exchange` is the last about it. */
export async function judgeEffects(
  harness: TestHarness,
  event: TestEvent,
  times: 0 | 1,
  exchange: Exchange,
): Promise<Finding> {
  const why = await whyUnseen(harness, event)
  if (why !== undefined) return notJudged(why)
  const count = await effectsOf(harness, String(event.key), times)
  if (typeof count !== 'number') return notJudged(count.why)
  if (count === times) return passed()
  const follows = count < times ? LOSES : times > 0 ? DOUBLES : []
  return failed(`${TIMES[times]} of ${event.key}`, `the observe URL shows ${count} effects`, exchange, follows)
}

/** The same, judged beside the checks that follow: what is passed now may fail then. Several may be registered by one check. */
export function judgeEffectsLater(harness: TestHarness, event: TestEvent, times: 0 | 1, exchange: Exchange): Finding {
  harness.later(() => judgeEffects(harness, event, times, exchange))
  return passed()
}

/** Registers that each of several accepted events had exactly one effect; where effects cannot be seen this finds `unseen`. */
export function judgeAllEffectsLater(
  harness: TestHarness,
  sent: readonly { key: string | undefined; exchange: Exchange }[],
  unseen: (why: string) => Finding = notJudged,
): void {
  harness.later(() => judgeAllEffects(harness, sent, unseen))
}

/** Waits, and is passed when each of several accepted events had exactly one effect. */
export async function judgeAllEffects(
  harness: TestHarness,
  sent: readonly { key: string | undefined; exchange: Exchange }[],
  unseen: (why: string) => Finding = notJudged,
): Promise<Finding> {
  const { settling } = harness
  const keyed = sent.flatMap(({ key, exchange }) => (key === undefined ? [] : [{ key, exchange }]))
  const why = settling === undefined ? UNOBSERVED : await settling.whyUnobservable()
  if (settling === undefined || why !== undefined) return unseen(why ?? UNOBSERVED)
  if (keyed.length < sent.length) return unseen('Not every event has an idempotency key.')
  const first = await settling.until(observed => keyed.every(({ key }) => countOf(observed, key) > 0))
  if ('why' in first) return unseen(first.why)
  await settling.quiet()
  const then = await settling.observe()
  if ('why' in then) return unseen(then.why)
  const lost = keyed.filter(({ key }) => countOf(then, key) === 0)
  const several = keyed.filter(({ key }) => countOf(then, key) > 1)
  const wrong = lost[0] ?? several[0]
  if (wrong === undefined) return passed()
  const shown = [
    ...(lost.length > 0 ? [`no effect of ${lost.length} of ${keyed.length}, such as ${lost[0]?.key}`] : []),
    ...(several.length > 0 ? [`several of ${several.length}, such as ${several[0]?.key}`] : []),
  ]
  return failed(
    `exactly one effect of each of ${keyed.length} accepted events`,
    `the observe URL shows ${shown.join(', and ')}`,
    wrong.exchange,
    lost.length > 0 ? LOSES : DOUBLES,
  )
}

/** Demands, beside the checks that follow, that each of these requests that was accepted had its effect, where effects can be seen: what is accepted and dropped is lost. */
export function judgeNoneLostLater(
  harness: TestHarness,
  trials: readonly Trial[],
  alsoFollows: readonly string[] = [],
): void {
  const { settling, situation } = harness
  const sent = trials.flatMap(({ what, request: { message } }) => {
    const key = keyOf(situation.traits, message.headers, jsonOrText(String(message.body)))
    const exchange = harness.exchanges().findLast(one => one.message === message)
    return key === undefined || exchange === undefined || !isAccepted(exchange) ? [] : [{ what, key, exchange }]
  })
  harness.later(async () => {
    if (settling === undefined || (await settling.whyUnobservable()) !== undefined) return passed()
    const seen = await settling.until(observed => sent.every(({ key }) => countOf(observed, key) > 0))
    const lost = 'why' in seen ? undefined : sent.find(({ key }) => countOf(seen, key) === 0)
    if (lost === undefined) return passed()
    const { what, key, exchange } = lost
    return failed(`an effect of ${what}`, `it was accepted, and the observe URL shows none of ${key}`, exchange, [
      ...LOSES,
      ...alsoFollows,
    ])
  })
}

/** Sends valid requests of different events and is passed when each is accepted and, where effects can be seen, had one. */
export async function acceptsAll(harness: TestHarness, trials: readonly Trial[]): Promise<Finding> {
  const answers = await judgeAll(harness, 'accept', trials)
  if (answers.status === 'passed') judgeNoneLostLater(harness, trials)
  return answers
}

/**
 * Sends trials that are requests of one event, changed, and is passed when each is rejected. Beside the checks that follow it then demands
 * that the event had no effect, and that its genuine request, freshly signed, is accepted and has exactly one. Where effects cannot be seen
 * the answers alone are judged. An event is for one call.
 */
export async function judgeRefused(harness: TestHarness, event: TestEvent, trials: readonly Trial[]): Promise<Finding> {
  const answers = await judgeAll(harness, 'reject', trials)
  if (answers.status !== 'passed') return answers
  const refused = harness.exchanges().at(-1)
  harness.later(async () => {
    const isSeen = (await whyUnseen(harness, event)) === undefined
    if (isSeen && refused !== undefined) {
      const before = await judgeEffects(harness, event, 0, refused)
      if (before.status === 'failed')
        return { ...before, expected: `no effect of ${event.key}, of which only rejected requests came` }
      if (before.status !== 'passed') return before
    }
    const exchange = await sendUntilTaken(harness, event, 'the genuine request of an event after rejected ones')
    if (!isAccepted(exchange))
      return failed('a 2xx answer to the genuine request of an event after rejected ones', seen(exchange), exchange)
    return isSeen ? judgeEffects(harness, event, 1, exchange) : passed()
  })
  return passed()
}

/** Sends a valid request, and then its event again without what proves the sender, which is to be refused although the event is known. */
export async function refusesKnown(
  harness: TestHarness,
  what: string,
  forge: (valid: SignedRequest) => SignedRequest,
): Promise<Finding> {
  const event = await harness.event()
  if (!isAccepted(await sendUntilTaken(harness, event, 'a valid request'))) return passed()
  const request = forge(await event.sign({ attempt: 2 }))
  return judgeAll(harness, 'reject', [{ what: `${what}, of an event that was accepted`, request }])
}

/** The payload path of the subject's id, as the end of a sentence. */
export function placeOf({ type, subject, value }: TestEvent): string {
  const at = (node: Json, path: string): string | undefined => {
    if (node === subject) return path
    if (!isJsonObject(node)) return undefined
    for (const [name, inner] of Object.entries(node)) {
      const found = at(inner, path === '' ? name : `${path}.${name}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  const path = at(value, '')
  return path === undefined ? '' : `, which is ${path} of ${type}`
}

/** The state of an event's subject once the receiver has acted on the event, or why it is unknown. */
export async function stateOf(harness: TestHarness, event: TestEvent): Promise<{ state: string } | { why: string }> {
  const { key, subject } = event
  const { settling } = harness
  if (settling === undefined) return { why: UNOBSERVED }
  if (subject === null) return { why: 'The event is about no subject.' }
  const unseen = await settling.whyUnobservable()
  if (unseen !== undefined) return { why: unseen }
  const observed = await settling.until(
    ({ effects: counts, states }) =>
      Object.hasOwn(states, subject) && (key === undefined || Object.hasOwn(counts, key)),
  )
  if ('why' in observed) return observed
  const state = observed.states[subject]
  return state === undefined
    ? { why: `The observe URL does not show the state of ${subject}${placeOf(event)}.` }
    : { state }
}
