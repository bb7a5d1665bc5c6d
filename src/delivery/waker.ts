// The one thing that waits in memory: a sleep until the earliest instant at which anything is due.
import type { Clock } from '../core/clock.js'

export interface Waker {
  /** Something is due at this emulator ms: wakes then at the latest. */
  by(at: number): void
  /** Sleeps no more. */
  stop(): void
}

/** A waker that calls `wake` once for the earliest instant it was told, and then waits to be told again. */
export function createWaker(clock: Pick<Clock, 'sleepUntil'>, wake: () => void): Waker {
  let sleep: { until: number; controller: AbortController } | undefined

  function stop(): void {
    sleep?.controller.abort()
    sleep = undefined
  }
  return {
    by(at) {
      if (sleep !== undefined && sleep.until <= at) return
      stop()
      const mine = { until: at, controller: new AbortController() }
      sleep = mine
      void clock.sleepUntil(at, mine.controller.signal).then(() => {
        if (sleep !== mine) return
        sleep = undefined
        wake()
      })
    },
    stop,
  }
}
