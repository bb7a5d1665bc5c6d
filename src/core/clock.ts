// Time as every part sees it; there is a system clock (at a speed) and a manual clock.

/** Tells the time and wakes sleepers. All instants are milliseconds since 1970 UTC. */
export interface Clock {
  readonly kind: 'system' | 'manual'
  /** Emulator time that passes by itself in one unit of real time; 0 for a manual clock. */
  readonly speed: number
  /** The emulator's time, which schedules, timers and `createdAt` use. */
  now(): number
  /** Real wall time, for timestamps that a receiver compares with its own clock. */
  wall(): number
  /** Real, monotonic milliseconds for measuring; the zero is arbitrary. */
  monotonic(): number
  /** Resolves once now() has reached `at`, at once if it has. Never rejects: an abort resolves it too. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>
  /** Calls `fire` after `ms` of real time, whatever the clock; returns a function that cancels it. */
  alarm(ms: number, fire: () => void): () => void
}

/** A clock that moves only on request, and never back. */
export interface ManualClock extends Clock {
  readonly kind: 'manual'
  /** Moves to an instant and wakes every sleeper that is due. Moving back is ignored. */
  moveTo(at: number): void
}
