// The system clock: real time, or real time at another speed from a given start. The only file that asks the machine for the time.
import type { Clock } from '../core/clock.js'
import { LATEST_INSTANT, LONGEST_REAL_WAIT_MS } from '../core/duration.js'

/** How often a sleeper looks at the clock again, real ms: a wall clock that was set forward makes a wait shorter. */
const LOOK_AGAIN_MS = 1000

/** The wall clock was set when it moved this much more or less than time has passed, ms; below that it is adjusted little by little. */
const SET_MS = 50

/**
 * The wall clock as a time that never goes back. When the wall clock is set forward, this time follows at once, so that what is overdue
 * is noticed. When it is set back, this time runs on, so that what is due in two seconds is still due in two seconds.
 */
function steadyTime(wall: () => number, monotonic: () => number): () => number {
  let zero = wall() - monotonic()
  let ahead = 0
  let latest = 0
  return () => {
    const at = wall()
    const moved = at - monotonic() - zero
    if (Math.abs(moved) > SET_MS) {
      zero += moved
      ahead = Math.max(0, ahead - Math.round(moved))
    }
    latest = Math.max(latest, at + ahead)
    return latest
  }
}

/**
 * Creates a clock that runs by itself. With `speed` 60 an hour passes in a minute; `start` (ms) is the emulator's time at creation,
 * default now. `wall` is the machine's wall clock, ms.
 */
export function systemClock({
  speed = 1,
  start,
  wall = realTime.wall,
}: {
  speed?: number
  start?: number
  wall?: () => number
} = {}): Clock {
  const { monotonic } = realTime
  const origin = monotonic()
  const zero = start ?? wall()
  const now =
    speed === 1 && start === undefined
      ? steadyTime(wall, monotonic)
      : () => Math.min(LATEST_INSTANT, zero + Math.floor((monotonic() - origin) * speed))
  return {
    kind: 'system',
    speed,
    now,
    wall,
    monotonic,
    sleepUntil: (at, signal) =>
      new Promise(resolve => {
        let timer: NodeJS.Timeout | undefined
        const done = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const wait = () => {
          const left = at - now()
          if (left <= 0 || signal?.aborted) return done()
          timer = setTimeout(wait, Math.min(LOOK_AGAIN_MS, Math.ceil(left / speed)))
        }
        signal?.addEventListener('abort', done, { once: true })
        wait()
      }),
    alarm: realAlarm,
  }
}

/** Calls `fire` after `ms` of real time; both clocks use it. */
export function realAlarm(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, Math.min(LONGEST_REAL_WAIT_MS, ms))
  return () => clearTimeout(timer)
}

/** Real time for the manual clock. */
export const realTime = { wall: () => Date.now(), monotonic: () => performance.now() }
