// The system clock: real time, or real time run faster, started at an instant. The one place that asks the machine for the time.
import type { Clock } from '../core/clock.js'

/** Longest wait setTimeout can hold; a later instant is waited for in legs. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * A clock that runs by itself. `speed` 60 makes an hour pass in a minute; `start` (ms) is the emulator's time at creation,
 * default the present.
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
        const leg = () => {
          const left = at - now()
          if (left <= 0 || signal?.aborted) return done()
          timer = setTimeout(leg, Math.min(LONGEST_MS, Math.ceil(left / speed)))
        }
        signal?.addEventListener('abort', done, { once: true })
        leg()
      }),
    alarm: realAlarm,
  }
}

/** Calls back after real milliseconds; shared by both clocks. */
export function realAlarm(ms: number, ring: () => void): () => void {
  const timer = setTimeout(ring, Math.min(LONGEST_MS, ms))
  return () => clearTimeout(timer)
}

/** Real time, for the clock that stands still. */
export const realTime = { wall: () => Date.now(), monotonic: () => performance.now() }
