// The system clock: real time, or real time at another speed from a given start. The only file that asks the machine for the time.
import type { Clock } from '../core/clock.js'

/** The longest wait that setTimeout supports; a later instant is waited for in several. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Creates a clock that runs by itself. With `speed` 60 an hour passes in a minute; `start` (ms) is the emulator's time at creation,
 * default now.
 */
export function systemClock({ speed = 1, start }: { speed?: number; start?: number } = {}): Clock {
  const origin = performance.now()
  const zero = start ?? Date.now()
  const plain = speed === 1 && start === undefined
  const now = () => (plain ? Date.now() : zero + Math.floor((performance.now() - origin) * speed))
  return {
    kind: 'system',
    now,
    wall: () => Date.now(),
    monotonic: () => performance.now(),
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
          timer = setTimeout(wait, Math.min(LONGEST_MS, Math.ceil(left / speed)))
        }
        signal?.addEventListener('abort', done, { once: true })
        wait()
      }),
    alarm: realAlarm,
  }
}

/** Calls `fire` after `ms` of real time; both clocks use it. */
export function realAlarm(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, Math.min(LONGEST_MS, ms))
  return () => clearTimeout(timer)
}

/** Real time for the manual clock. */
export const realTime = { wall: () => Date.now(), monotonic: () => performance.now() }
