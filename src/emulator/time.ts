// Moving a manual clock and firing timers: it stops at every due time on the way and returns at rest.
import type { ManualClock } from '../core/clock.js'
import { EmulatorError } from '../core/errors.js'
import type { Timer } from '../core/subject.js'
import type { EmulatorContext } from './context.js'
import type { Counts } from './contract.js'

/** How far `drain` goes by default, ms. */
const DRAIN_LIMIT_MS = 366 * 86_400_000

export interface TimeKeeper {
  /** Begins to fire timers. */
  start(): void
  /** A timer was set or moved. */
  changed(): void
  advance(byMs: number): Promise<Counts>
  drain(options?: { upToMs?: number }): Promise<Counts>
  rest(): Promise<Counts>
  counts(): Counts
  nextDue(): number | undefined
  stop(): Promise<void>
}

/** The timekeeper of one emulator. `fire` handles one timer; `engineRest` resolves when no delivery is in flight or due. */
export function createTimeKeeper(
  context: EmulatorContext,
  { fire, engineRest }: { fire(timer: Timer): Promise<void>; engineRest(): Promise<void> },
): TimeKeeper {
  const { ledger, clock } = context
  let over = new AbortController()
  let stopped = false
  let firing: Promise<void> = Promise.resolve()

  /** Fires every timer that is due; a timer is removed only afterwards, so that it fires again after a crash. */
  const fireDue = async () => {
    for (;;) {
      const due = ledger.dueTimers(clock.now())
      if (due.length === 0 || stopped) return
      for (const timer of due) {
        if (stopped) return
        // A provider's failure must neither stop the other timers nor fire this one for ever.
        await fire(timer).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error)
          context.journal.record({ kind: 'internal-error', doing: `firing ${timer.name} of ${timer.subject}`, message })
        })
        await ledger.write(rows => {
          if (rows.timer(timer.provider, timer.subject, timer.name)?.at === timer.at)
            rows.removeTimer(timer.provider, timer.subject, timer.name)
        })
      }
    }
  }
  const fireAll = () => {
    firing = firing.then(fireDue)
    return firing
  }

  const counts = (): Counts => {
    const by = ledger.deliveryCounts()
    return {
      delivered: by.delivered,
      waiting: by.waiting + by.attempting,
      exhausted: by.exhausted,
      cancelled: by.cancelled,
      attempts: ledger.attemptCount(),
    }
  }

  const rest = async () => {
    for (;;) {
      await fireAll()
      await engineRest()
      await ledger.settled()
      const timer = ledger.nextTimer()
      if (timer === undefined || timer > clock.now() || stopped) return counts()
    }
  }

  const manual = (): ManualClock => {
    if (clock.kind === 'manual') return clock as ManualClock
    throw new EmulatorError('The system clock cannot be moved.', {
      code: 'conflict',
      hint: 'Start with --clock manual (or clock: "manual").',
    })
  }
  const moved = (to: number) => ledger.write(rows => rows.setMeta('clock', String(to)))

  const nextDue = () => {
    const dues = [ledger.nextDelivery(), ledger.nextTimer()].filter(at => at !== undefined)
    return dues.length === 0 ? undefined : Math.min(...dues)
  }

  /** Stops at every due time up to `target`, then at `target` itself when `exactly`. */
  const travel = async (target: number, exactly: boolean): Promise<Counts> => {
    const manualClock = manual()
    await rest()
    for (let next = nextDue(); next !== undefined && next <= target; next = nextDue()) {
      manualClock.moveTo(next)
      await rest()
      if (stopped) break
    }
    if (exactly) manualClock.moveTo(target)
    await moved(manualClock.now())
    context.journal.record({ kind: 'clock.moved', to: manualClock.now() })
    return rest()
  }

  const watch = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && !stopped) {
      const next = ledger.nextTimer()
      if (next === undefined) return
      await clock.sleepUntil(next, signal)
      if (!signal.aborted && !stopped) await fireAll()
    }
  }

  return {
    start: () => void watch(over.signal),
    changed() {
      over.abort()
      over = new AbortController()
      void watch(over.signal)
    },
    async advance(byMs) {
      manual()
      return travel(clock.now() + byMs, true)
    },
    async drain({ upToMs } = {}) {
      manual()
      return travel(clock.now() + (upToMs ?? DRAIN_LIMIT_MS), false)
    },
    rest,
    counts,
    nextDue,
    async stop() {
      stopped = true
      over.abort()
      await firing
    },
  }
}
