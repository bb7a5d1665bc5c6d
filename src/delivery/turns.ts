// Turns for what may wait: one thing at a time between the work that must not be slowed, at once where there is none of it.

/** The most that is done in one turn of the event loop while there is nothing to slow, so that work that comes then is soon begun. */
const MOST_AT_ONCE = 32

/** Of so many starts beside it one is for those who wait. */
const SHARE = 32

/** Who waits for a turn, first come, first served. */
export interface Turns<One> {
  /** Takes a turn at once; false when it must be waited for. */
  take(): boolean
  /** Waits for a turn, unless it does already. */
  wait(one: One): void
  isWaiting(one: One): boolean
  /** Does not wait any more. */
  leave(one: One): void
  /** Work that must not be slowed was started. */
  started(): void
  clear(): void
}

/**
 * Creates turns that nobody waits for. `isBusy` says whether there is work that must not be slowed; `serve` uses one turn. While it is
 * busy there is a turn for every SHARE starts of that work, and one whenever the event loop goes round without any: so those who wait get
 * a bounded part of a busy process, all of an idle one, and never nothing.
 */
export function createTurns<One>(isBusy: () => boolean, serve: (one: One) => void): Turns<One> {
  const waiting = new Set<One>()
  let left = MOST_AT_ONCE
  let scheduled = false
  let starts = 0
  /** Starts in this turn of the event loop. */
  let fresh = 0

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }

  function turn(): void {
    scheduled = false
    left = turnsNow()
    fresh = 0
    for (const one of waiting) {
      if (left === 0) break
      left--
      waiting.delete(one)
      serve(one)
    }
    if (waiting.size > 0) schedule()
  }

  function turnsNow(): number {
    if (!isBusy()) return MOST_AT_ONCE
    const earned = Math.floor(starts / SHARE)
    starts -= earned * SHARE
    return fresh === 0 ? Math.max(1, earned) : earned
  }

  return {
    take() {
      if (left === 0 || waiting.size > 0 || isBusy()) return false
      left--
      schedule()
      return true
    },
    wait(one) {
      if (!scheduled) starts = 0
      waiting.add(one)
      schedule()
    },
    isWaiting: one => waiting.has(one),
    leave: one => void waiting.delete(one),
    started() {
      starts++
      fresh++
    },
    clear: () => waiting.clear(),
  }
}
