// The open loop: sends each event at its planned time, whatever became of those before it.
import type { Clock } from '../core/clock.js'
import type { Arrival } from './plan.js'

/** So many events are made ahead of their time, where they can be, and at most so long before, ms. */
const AHEAD = 64
const AHEAD_MS = 500

/** So many are sent in one turn of the event loop: answers are read in between. */
const PER_TURN = 50

/** What an open loop depends on. */
export interface OpenLoopParts<R> {
  clock: Pick<Clock, 'monotonic' | 'alarm'>
  /** In order of their times. */
  arrivals: Iterator<Arrival, undefined>
  /** Makes an event ahead of its time. */
  prepare(arrival: Arrival): R
  /** Sends an event. `isHeld`: it is later than planned because too many had no answer. */
  release(arrival: Arrival, ready: R, isHeld: boolean): void
  /** Whether one more may be sent now. */
  mayRelease(): boolean
}

/** A running open loop. All times in ms from its start. */
export interface OpenLoop {
  /** Resolves when every arrival was released, or after `stop`. */
  readonly done: Promise<void>
  /** One more may be sent now: an answer has come. */
  resume(): void
  /** Releases no more. */
  stop(): void
  /** After `stop`: the times of arrivals that were due and not released. */
  left(): Iterable<number>
  now(): number
}

/** Starts to release arrivals now. */
export function startOpenLoop<R>(parts: OpenLoopParts<R>): OpenLoop {
  const { clock, arrivals, prepare, release, mayRelease } = parts
  const upcoming: { arrival: Arrival; ready: R }[] = []
  const start = clock.monotonic()
  const now = () => clock.monotonic() - start
  let following = arrivals.next().value
  let blockedAt = -1
  let isBlocked = false
  let isScheduled = false
  let stopped = false
  let cancel = () => {}
  let resolveDone = () => {}
  const done = new Promise<void>(resolve => {
    resolveDone = resolve
  })

  /** Makes events ahead, a few at a time: making many at once would delay those that are due. */
  const fill = (most: number) => {
    const until = now() + AHEAD_MS
    for (let i = 0; i < most && following !== undefined; i++) {
      if (upcoming.length >= AHEAD || (upcoming.length > 0 && following.atMs > until)) return
      const arrival = following
      following = arrivals.next().value
      upcoming.push({ arrival, ready: prepare(arrival) })
    }
  }

  const turn = () => {
    isScheduled = false
    if (stopped) return
    cancel()
    for (let sent = 0; ; sent++) {
      if (upcoming.length === 0) fill(1)
      const next = upcoming[0]
      if (next === undefined) return resolveDone()
      const at = now()
      if (next.arrival.atMs > at) break
      isBlocked = !mayRelease()
      if (isBlocked) {
        blockedAt = at
        return
      }
      if (sent >= PER_TURN) return schedule()
      upcoming.shift()
      release(next.arrival, next.ready, next.arrival.atMs <= blockedAt)
      fill(2)
    }
    const next = upcoming[0]?.arrival.atMs ?? 0
    if (upcoming.length < AHEAD && next - now() > 2) fill(4)
    cancel = clock.alarm(Math.max(0, next - now()), turn)
  }
  const schedule = () => {
    if (isScheduled || stopped) return
    isScheduled = true
    setImmediate(turn)
  }
  schedule()

  return {
    done,
    now,
    resume() {
      if (!isBlocked) return
      blockedAt = now()
      schedule()
    },
    stop() {
      stopped = true
      cancel()
      resolveDone()
    },
    *left() {
      const end = now()
      for (const { arrival } of upcoming) if (arrival.atMs <= end) yield arrival.atMs
      for (; following !== undefined && following.atMs <= end; following = arrivals.next().value) yield following.atMs
    },
  }
}
