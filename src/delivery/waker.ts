// The only wait in memory: a sleep until the earliest instant at which anything is due.
import type { Clock } from '../core/clock.js'

/** Wakes the engine when something is due. */
export interface Waker {
  /** Wakes at this emulator ms at the latest. */
  wakeBy(at: number): void
  /** It is to wake at this emulator ms or before. */
  wakesBy(at: number): boolean
  /** Cancels the sleep. */
  stop(): void
}

/** Creates a waker that calls `wake` once, at the earliest instant given since the last call. */
export function createWaker(clock: Pick<Clock, 'sleepUntil'>, wake: () => void): Waker {
  let sleep: { until: number; controller: AbortController } | undefined

  function stop(): void {
    sleep?.controller.abort()
    sleep = undefined
  }
  return {
    wakeBy(at) {
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
    wakesBy: at => sleep !== undefined && sleep.until <= at,
    stop,
  }
}
