// How long a receiver is waited for after its response, and what is seen then; learnt from one plain request.
import { withArticle } from '../core/article.js'
import { EmulatorError } from '../core/errors.js'
import type { Observation, Unobserved } from './observer.js'

/** How long a receiver takes to act, ms. */
export interface Patience {
  /** As long as the user says; undefined: learnt. */
  readonly settleMs: number | undefined
  /** Time from the response to a plain request until its effect was seen; undefined: not seen, or not yet. */
  readonly seenAfterMs: number | undefined
}

/** What is known of the event of a plain request. */
interface PlainEvent {
  type: string
  /** The idempotency key; undefined where the request has none. */
  key: string | undefined
}

export interface Settling<E extends PlainEvent> {
  patience: Patience
  /** The longest that was waited for an effect, and for one too many, ms. */
  readonly waited: { effectMs: number; quietMs: number }
  observe(): Promise<Observation | Unobserved>
  /** Why observing shows nothing: it must show the effect of one plain request, which is sent at the first call. Undefined where it does. */
  whyUnobservable(): Promise<string | undefined>
  /** The event of that request; undefined before it is sent. */
  plain(): E | undefined
  /** Observes until it is as expected, or no effect has been added for the longest wait; the last observation. */
  until(expected: (seen: Observation) => boolean): Promise<Observation | Unobserved>
  /** Waits for as long as a receiver may take to act on what it was just sent. */
  quiet(): Promise<void>
}

export interface SettlingOptions<E extends PlainEvent> {
  observe: () => Promise<Observation | Unobserved>
  settleMs: number | undefined
  /** Sends a plain request, and tells whether it was accepted. */
  probe(): Promise<{ event: E; accepted: boolean }>
  /** Real ms. */
  pause(ms: number): Promise<void>
  monotonic(): number
  /** The most that this machine was late since an instant (monotonic), real ms. */
  lateSince(at: number): number
}

/** The longest that a user can give, ms. */
const LONGEST_SETTLE_MS = 600_000

/** Throws `usage` for what is not from nothing to ten minutes, ms. */
export function requireSettle(ms: number | undefined): void {
  if (ms === undefined || (ms >= 0 && ms <= LONGEST_SETTLE_MS)) return
  throw new EmulatorError(`A receiver cannot take ${ms} ms to act: that is not from 0 to 10 minutes.`, {
    code: 'usage',
    where: 'settle',
    hint: 'Say how long it takes at most after its response, such as 10s; leave it out, and it is learnt from the first plain request.',
  })
}

/** Longest wait for an effect, ms, where nothing else is known; and for that of the first request. */
const LONGEST_MS = 3000
const FIRST_MS = 10_000
/** A receiver may take so many times as long as for the first request. */
const PROPORTION = 3
/** Between two looks, ms: at first, and after a second. */
const STEP_MS = 40
const LATER_STEP_MS = 150
/** Shortest wait for an effect too many, ms. */
const QUIET_MS = 250
/** Effects of other requests prolong a wait this many times at most. */
const MOST_PROLONGED = 10

/** How often the receiver acted on the event of a key. */
export const countOf = ({ effects }: Observation, key: string): number =>
  Object.hasOwn(effects, key) ? (effects[key] ?? 0) : 0

/** How often it acted on all events. */
export const totalOf = ({ effects }: Observation): number =>
  Object.values(effects).reduce((sum, count) => sum + count, 0)

/** The waits of one verification or load run. */
export function createSettling<E extends PlainEvent>({
  observe,
  settleMs,
  probe,
  pause,
  lateSince,
  monotonic,
}: SettlingOptions<E>): Settling<E> {
  const patience = { settleMs, seenAfterMs: undefined as number | undefined }
  const waited = { effectMs: 0, quietMs: 0 }
  let plain: E | undefined
  let probed: Promise<string | undefined> | undefined

  const longestMs = () =>
    patience.seenAfterMs === undefined
      ? (settleMs ?? FIRST_MS)
      : Math.max(settleMs ?? LONGEST_MS, PROPORTION * patience.seenAfterMs)

  const quietMs = () => settleMs ?? Math.max(QUIET_MS, Math.round(1.5 * (patience.seenAfterMs ?? 0)) + 100)

  const until = async (expected: (seen: Observation) => boolean, mostMs = Number.POSITIVE_INFINITY) => {
    let total = -1
    // Steps are counted, not time: a machine that stood still has not looked.
    for (let since = 0, all = 0; ; ) {
      const seen = await observe()
      if ('why' in seen || expected(seen)) return seen
      const now = totalOf(seen)
      if (now !== total) since = 0
      total = now
      if (since >= Math.min(mostMs, longestMs()) || all >= MOST_PROLONGED * longestMs()) return seen
      const step = all < 1000 ? STEP_MS : LATER_STEP_MS
      await pause(step)
      since += step
      all += step
      waited.effectMs = Math.max(waited.effectMs, all)
    }
  }

  const quiet = async () => {
    const [ms, began] = [quietMs(), monotonic()]
    await pause(ms)
    // A receiver on the same machine is as late as this one.
    await pause(PROPORTION * lateSince(began))
    waited.quietMs = Math.max(waited.quietMs, ms)
  }

  const tried = async (isAgain = false): Promise<string | undefined> => {
    const { event, accepted } = await probe()
    plain = event
    const { key, type } = event
    if (key === undefined) return `${withArticle(type, 'A')} has no idempotency key.`
    if (!accepted) return 'The receiver did not accept the plain request that the observe URL was tried with.'
    const began = monotonic()
    const isSeen = (observed: Observation) => countOf(observed, key) > 0
    const seen = await until(isSeen, isAgain ? LONGEST_MS : undefined)
    if ('why' in seen) return seen.why
    // A receiver that loses the one acts on the other: what it lost is judged, and not how it is observed.
    if (!isSeen(seen) && !isAgain && totalOf(seen) > 0) return tried(true)
    if (countOf(seen, key) === 0)
      return `The observe URL shows no effect of one plain request (key ${key}) after ${longestMs() / 1000} s. If the receiver acts later, say how long it may take (settle).`
    patience.seenAfterMs = Math.round(monotonic() - began)
    await quiet()
    // One too many is seen, and judged; in a repeated run the receiver may know the event: then its effect is an earlier one.
    return undefined
  }

  return {
    patience,
    waited,
    observe,
    whyUnobservable() {
      probed ??= tried()
      return probed
    },
    plain: () => plain,
    until,
    quiet,
  }
}
