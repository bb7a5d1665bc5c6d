// Looking at what the receiver did, through the URL or function that the user gave; without one, nothing is claimed.
import { isJsonObject, type Json } from '../core/json.js'
import type { Bench, Exchange, Letter, Observation } from './bench.js'
import type { Finding } from './check.js'
import { failed, isAccepted, notJudged, passed } from './judging.js'

/** Receivers may answer first and work later: how long the effect of an accepted message is waited for, real ms. */
const PATIENCE_MS = 3000
const STEP_MS = 40
/** How long a second effect is waited for once there is one, real ms. */
const QUIET_MS = 200

const BLIND = 'No --observe URL was given, so what the receiver did cannot be seen.'

async function look(bench: Bench): Promise<Observation | { why: string }> {
  return bench.observe === undefined ? { why: BLIND } : bench.observe()
}

/** Looks until it is as wished or patience ends; the last look. */
async function lookUntil(bench: Bench, wished: (seen: Observation) => boolean): Promise<Observation | { why: string }> {
  for (let waited = 0; ; waited += STEP_MS) {
    const seen = await look(bench)
    if ('why' in seen || wished(seen) || waited >= PATIENCE_MS) return seen
    await bench.pause(STEP_MS)
  }
}

const countOf = (seen: Observation, key: string): number =>
  Object.hasOwn(seen.effects, key) ? (seen.effects[key] ?? 0) : 0

/** How often the receiver acted on a letter: after one effect is there, and after time for a second. */
async function effectsOf(bench: Bench, key: string): Promise<number | { why: string }> {
  const first = await lookUntil(bench, seen => countOf(seen, key) > 0)
  if ('why' in first) return first
  await bench.pause(QUIET_MS)
  const then = await look(bench)
  return 'why' in then ? then : countOf(then, key)
}

/** Undefined where looking works: the effect of one plain message is seen. Else why nothing can be judged by it. */
async function blindness(bench: Bench): Promise<string | undefined> {
  if (bench.observe === undefined) return BLIND
  const letter = await bench.letter()
  if (letter.key === undefined) return `A ${letter.type} holds nothing to deduplicate by.`
  const exchange = await bench.send(await letter.seal(), `a valid ${letter.type}`)
  if (!isAccepted(exchange)) return 'The plain message that looking was to be tried with was not accepted.'
  const count = await effectsOf(bench, letter.key)
  if (typeof count !== 'number') return count.why
  return count === 1 ? undefined : `--observe shows ${count} effects of one plain message (key ${letter.key}), not 1.`
}

/** Passed when the receiver acted on the letter exactly `wanted` times. `exchange` is the last that was sent. */
export async function effects(bench: Bench, letter: Letter, wanted: 0 | 1, exchange: Exchange): Promise<Finding> {
  const blind = await blindness(bench)
  if (blind !== undefined) return notJudged(blind)
  if (letter.key === undefined) return notJudged(`A ${letter.type} holds nothing to deduplicate by.`)
  const count = wanted === 0 ? await presentCount(bench, letter.key) : await effectsOf(bench, letter.key)
  if (typeof count !== 'number') return notJudged(count.why)
  if (count === wanted) return passed()
  const expected = wanted === 0 ? 'no effect' : 'exactly one effect'
  return failed(`${expected} of ${letter.key}`, `--observe shows ${count} effects`, exchange)
}

async function presentCount(bench: Bench, key: string): Promise<number | { why: string }> {
  await bench.pause(QUIET_MS)
  const seen = await look(bench)
  return 'why' in seen ? seen : countOf(seen, key)
}

/** Where a letter says what it is about, for whoever has to tell the state of that. */
export function placeOf({ type, subject, value }: Letter): string {
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

/** The state of a letter's subject once the receiver has acted on the letter, or why it cannot be told. */
export async function stateOf(bench: Bench, letter: Letter): Promise<{ state: string } | { why: string }> {
  const { key, subject } = letter
  if (bench.observe === undefined) return { why: BLIND }
  if (subject === null) return { why: 'The event is about no subject.' }
  const seen = await lookUntil(
    bench,
    ({ effects: counts, states }) =>
      Object.hasOwn(states, subject) && (key === undefined || Object.hasOwn(counts, key)),
  )
  if ('why' in seen) return seen
  const state = seen.states[subject]
  return state === undefined ? { why: `--observe does not tell the state of ${subject}${placeOf(letter)}.` } : { state }
}

/** Gives the receiver time to act on what it was just sent. */
export const settle = (bench: Bench): Promise<void> => bench.pause(QUIET_MS)
