// What every part asks about time. Two keep it: the system clock (at a speed) and the manual clock.

/** Tells the time and wakes sleepers. All instants are milliseconds since 1970 UTC. */
export interface Clock {
  readonly kind: 'system' | 'manual'
  /** The emulator's time: schedules, timers and `createdAt` go by it. */
  now(): number
  /** Real wall time, for stamps that a receiver compares with its own clock. */
  wall(): number
  /** Real, monotonic milliseconds, for measuring; the zero is arbitrary. */
  monotonic(): number
  /** Resolves once now() has reached `at` (at once if it has). Rejects never: an abort resolves too. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>
  /** Calls back after `ms` of real time whatever the clock; returns what calls it off. */
  alarm(ms: number, ring: () => void): () => void
}

/** A clock that stands still until it is moved; it never goes back. */
export interface ManualClock extends Clock {
  readonly kind: 'manual'
  /** Moves to an instant and wakes every sleeper that is due. Moving back is ignored. */
  moveTo(at: number): void
}
