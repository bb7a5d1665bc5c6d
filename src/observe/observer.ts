// Observes what a receiver did, through a URL that it serves or a function that the user gives.
import { isJsonObject, parseReceived } from '../core/json.js'
import { describeOutcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { Emulator } from '../emulator/contract.js'

/**
 * What the receiver has done so far, as it says itself.
 * @example { effects: { evt_1: 1 }, states: { 'user-7': 'APPROVED' } }
 */
export interface Observation {
  /** Idempotency key → how often the receiver acted on it. */
  effects: Readonly<Record<string, number>>
  /** Subject id → its state, in the receiver's own words. */
  states: Readonly<Record<string, string>>
}

/** Why there is no observation, one sentence. */
export interface Unobserved {
  why: string
}

/** Longest wait for the observation, real ms; and how much of it is read. */
const TIMEOUT_MS = 10_000
const KEEP_BYTES = 16 * 1024 * 1024

const SHAPE = '{ "effects": { "<key>": count }, "states": { "<subject>": "state" } }'

/** The observation in an answer, or why there is none. */
function read(value: unknown, from: string): Observation | Unobserved {
  if (!isJsonObject(value)) return { why: `${from} does not answer ${SHAPE}.` }
  const { effects = {}, states = {} } = value
  const counted = isJsonObject(effects) && Object.values(effects).every(count => typeof count === 'number')
  const stated = isJsonObject(states) && Object.values(states).every(state => typeof state === 'string')
  if (!counted || !stated) return { why: `${from} does not answer ${SHAPE}.` }
  return { effects: effects as Record<string, number>, states: states as Record<string, string> }
}

/** Makes the observer for a URL or a function. It never throws; calls while a look has not begun share it. */
export function observer(
  source: string | (() => Observation | Promise<Observation>),
  emulator: Pick<Emulator, 'send'>,
): () => Promise<Observation | Unobserved> {
  const look = looker(source, emulator)
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<Observation | Unobserved> | undefined
  return () => {
    // One that is under way may have been read before what the caller asks about.
    next ??= last.then(() => {
      next = undefined
      const looking = look()
      last = looking
      return looking
    })
    return next
  }
}

function looker(
  source: string | (() => Observation | Promise<Observation>),
  emulator: Pick<Emulator, 'send'>,
): () => Promise<Observation | Unobserved> {
  if (typeof source === 'function')
    return async () => {
      try {
        return read(await source(), 'The observe function')
      } catch (error) {
        return { why: `The observe function failed: ${error instanceof Error ? error.message : String(error)}` }
      }
    }
  return async () => {
    const get = (wire?: Wire) =>
      emulator.send(
        { method: 'GET', url: source, headers: [['accept', 'application/json']], body: '' },
        { timeoutMs: TIMEOUT_MS, keepBytes: KEEP_BYTES, wire },
      )
    const kept = await get()
    // A kept connection may hold what the receiver has not read, or be closed at this moment.
    const { outcome, answer } = kept.answer?.status === 200 ? kept : await get({})
    if (outcome.kind !== 'answered' || answer?.status !== 200)
      return { why: `The observe URL ${source} gave ${describeOutcome(outcome)}.` }
    try {
      return read(parseReceived(answer.body), `The observe URL ${source}`)
    } catch {
      return { why: `The observe URL ${source} does not answer JSON.` }
    }
  }
}
