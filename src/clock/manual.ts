// The manual clock: stands still until it is moved, and wakes in order of time whoever waits for an instant it reaches.
import type { ManualClock } from '../core/clock.js'
import { realAlarm, realTime } from './system.js'

interface Sleeper {
  at: number
  wake: () => void
}

/** A clock that starts at `start` (ms, default the present) and goes only where it is moved. */
export function manualClock({ start }: { start?: number } = {}): ManualClock {
  let at = start ?? realTime.wall()
  const sleepers = new Set<Sleeper>()
  return {
    kind: 'manual',
    now: () => at,
    wall: realTime.wall,
    monotonic: realTime.monotonic,
    alarm: realAlarm,
    sleepUntil: (until, signal) =>
      new Promise(resolve => {
        if (until <= at || signal?.aborted) return resolve()
        const sleeper: Sleeper = {
          at: until,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', sleeper.wake, { once: true })
      }),
    moveTo: to => {
      if (to <= at) return
      at = to
      for (const sleeper of [...sleepers].filter(s => s.at <= at).sort((a, b) => a.at - b.at)) sleeper.wake()
    },
  }
}
