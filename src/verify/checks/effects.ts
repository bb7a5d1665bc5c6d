// Judges what the receiver did by observing it; without a way to observe, nothing is judged.
import { isJsonObject, type Json } from '../../core/json.js'
import type { Finding } from '../check.js'
import { type Exchange, isAccepted } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { Observation } from '../observer.js'
import type { TestEvent } from '../test-event.js'
import { failed, notJudged, passed } from './judge.js'

/** Receivers may answer first and work later: longest wait for the effect of an accepted request, real ms. */
const LONGEST_MS = 3000
const STEP_MS = 40
/** Wait for a second effect once there is one, real ms. */
const QUIET_MS = 200

const UNOBSERVED = 'No observe URL was given, so what the receiver did cannot be seen.'

async function observe(harness: TestHarness): Promise<Observation | { why: string }> {
  return harness.observe === undefined ? { why: UNOBSERVED } : harness.observe()
}

/** Observes until it is as expected or the longest wait is over; the last observation. */
async function observeUntil(
  harness: TestHarness,
  expected: (seen: Observation) => boolean,
): Promise<Observation | { why: string }> {
  for (let waited = 0; ; waited += STEP_MS) {
    const seen = await observe(harness)
    if ('why' in seen || expected(seen) || waited >= LONGEST_MS) return seen
    await harness.pause(STEP_MS)
  }
}

const countOf = (seen: Observation, key: string): number =>
  Object.hasOwn(seen.effects, key) ? (seen.effects[key] ?? 0) : 0

/** How often the receiver acted on an event, once there is an effect and time for a second has passed. */
async function effectsOf(harness: TestHarness, key: string): Promise<number | { why: string }> {
  const first = await observeUntil(harness, seen => countOf(seen, key) > 0)
  if ('why' in first) return first
  await harness.pause(QUIET_MS)
  const then = await observe(harness)
  return 'why' in then ? then : countOf(then, key)
}

/** Why observing shows nothing: it must show the effect of one plain request. Undefined where it does. */
async function whyUnobservable(harness: TestHarness): Promise<string | undefined> {
  if (harness.observe === undefined) return UNOBSERVED
  const event = await harness.event()
  if (event.key === undefined) return `A ${event.type} has no idempotency key.`
  const exchange = await harness.send(await event.sign(), `a valid ${event.type}`)
  if (!isAccepted(exchange)) return 'The receiver did not accept the plain request that the observe URL was tried with.'
  const count = await effectsOf(harness, event.key)
  if (typeof count !== 'number') return count.why
  return count === 1
    ? undefined
    : `The observe URL shows ${count} effects of one plain request (key ${event.key}), not 1.`
}

/** Passed when the receiver acted on the event exactly `times`. `exchange` is the last about it. */
export async function judgeEffects(
  harness: TestHarness,
  event: TestEvent,
  times: 0 | 1,
  exchange: Exchange,
): Promise<Finding> {
  const why = await whyUnobservable(harness)
  if (why !== undefined) return notJudged(why)
  if (event.key === undefined) return notJudged(`A ${event.type} has no idempotency key.`)
  const count = times === 0 ? await presentCount(harness, event.key) : await effectsOf(harness, event.key)
  if (typeof count !== 'number') return notJudged(count.why)
  if (count === times) return passed()
  const expected = times === 0 ? 'no effect' : 'exactly one effect'
  return failed(`${expected} of ${event.key}`, `the observe URL shows ${count} effects`, exchange)
}

async function presentCount(harness: TestHarness, key: string): Promise<number | { why: string }> {
  await harness.pause(QUIET_MS)
  const seen = await observe(harness)
  return 'why' in seen ? seen : countOf(seen, key)
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
  if (harness.observe === undefined) return { why: UNOBSERVED }
  if (subject === null) return { why: 'The event is about no subject.' }
  const seen = await observeUntil(
    harness,
    ({ effects: counts, states }) =>
      Object.hasOwn(states, subject) && (key === undefined || Object.hasOwn(counts, key)),
  )
  if ('why' in seen) return seen
  const state = seen.states[subject]
  return state === undefined
    ? { why: `The observe URL does not show the state of ${subject}${placeOf(event)}.` }
    : { state }
}

/** Gives the receiver time to act on what it was just sent. */
export const settle = (harness: TestHarness): Promise<void> => harness.pause(QUIET_MS)
