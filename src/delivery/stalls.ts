// How long this process stood still while it waited for responses, so that its own stalls are not taken for a slow receiver.
import type { Clock } from '../core/clock.js'

/** How often the meter looks, real ms. What a look comes later than this is time in which the process stood still. */
const LOOK_MS = 100

/** Measures while somebody waits. */
export interface StallMeter {
  /** Somebody waits, until a call of `leave`. */
  enter(): void
  leave(): void
  /** Real ms that the process has stood still so far; only differences mean something. */
  stalledMs(): number
}

/** A meter that is not measuring. */
export function createStallMeter(clock: Pick<Clock, 'alarm' | 'monotonic'>): StallMeter {
  let waiting = 0
  let stalled = 0
  let lookedAt = 0
  let cancelLook = () => {}

  const late = () => Math.max(0, clock.monotonic() - lookedAt - LOOK_MS)

  function look(): void {
    stalled += late()
    lookAgain()
  }

  function lookAgain(): void {
    lookedAt = clock.monotonic()
    cancelLook = clock.alarm(LOOK_MS, look)
  }

  return {
    enter() {
      if (waiting++ === 0) lookAgain()
    },
    leave() {
      if (--waiting > 0) return
      stalled += late()
      cancelLook()
    },
    stalledMs: () => (waiting === 0 ? stalled : stalled + late()),
  }
}
