// The manual clock: it moves only on request, and wakes the sleepers it passes in order of time.
import type { ManualClock } from '../core/clock.js'
import { realAlarm, realTime } from './system.js'

interface Sleeper {
  at: number
  wake: () => void
}

/** Creates a clock that starts at `start` (ms, default now) and moves only on request. */
export function manualClock({ start }: { start?: number } = {}): ManualClock {
  let at = start ?? realTime.wall()
  const sleepers = new Set<Sleeper>()
  return {
    kind: 'manual',
    speed: 0,
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
