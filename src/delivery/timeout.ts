// The timeout of one exchange: what has arrived is read before it ends, and a stall of this process is not counted.
import type { Clock } from '../core/clock.js'
import type { StallMeter } from './stalls.js'

/** A shorter stall changes nothing: what had arrived by the end of the timeout is read anyway. Real ms. */
const NOTICED_MS = 20

/** What is added to each extension, because a stall is measured short; real ms. */
const MARGIN_MS = 100

/** How often a timeout is extended: a process that keeps standing still does not wait for ever. */
const MOST_EXTENSIONS = 5

/** The timeout of one exchange. */
export interface Timeout {
  /** Starts it; returns a function that cancels it. */
  start(): () => void
  /** A sentence for the outcome, after a blank: how long the process stood still; empty where it made no difference. */
  note(): string
}

/**
 * A timeout of `ms`, not started. The process may stand still (a debugger, a busy loop, a stopped container) with the response in the
 * socket, or with the request not yet written. So after a stall the receiver gets that time again, at most the whole timeout.
 */
export function createTimeout(
  clock: Pick<Clock, 'alarm'>,
  stalls: Pick<StallMeter, 'stalledMs'>,
  ms: number,
  expired: () => void,
): Timeout {
  let extensions = 0
  let stalledMs = 0
  let before = 0
  let cancelAlarm = () => {}
  let cancelled = false

  function alarm(afterMs: number): void {
    cancelAlarm = clock.alarm(afterMs, () => {
      const after = stalls.stalledMs()
      const stalled = after - before
      before = after
      if (stalled > NOTICED_MS && extensions < MOST_EXTENSIONS) {
        extensions++
        stalledMs += stalled
        alarm(Math.min(ms, stalled + MARGIN_MS))
      }
      // Alarms come before input in a turn of the event loop: first what has arrived by now is read.
      else
        setImmediate(() => {
          if (!cancelled) expired()
        })
    })
  }

  return {
    start() {
      before = stalls.stalledMs()
      alarm(ms)
      return () => {
        cancelled = true
        cancelAlarm()
      }
    },
    note: () =>
      extensions === 0 ? '' : ` Standin itself stood still for ${Math.round(stalledMs)} ms; that is not counted.`,
  }
}
