// Moving a manual clock and firing timers: it stops at every due time on the way and returns at rest.
import type { ManualClock } from '../core/clock.js'
import { durationProblem, LATEST_INSTANT } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Timer } from '../core/subject.js'
import { createPersistence, type ReportError } from '../delivery/retrying-write.js'
import { createWaker } from '../delivery/waker.js'
import type { EmulatorContext } from './context.js'
import type { Counts } from './contract.js'

/** How far `drain` goes by default, ms. */
const DRAIN_LIMIT_MS = 366 * 86_400_000

/** How long after a failure the ledger is asked again for timers, emulator ms. */
const CHECK_AGAIN_MS = 5000

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

/** Milliseconds that a clock may be moved by; throws `invalid_input` for others. */
function distance(ms: number, where: string): number {
  const problem = durationProblem(ms)
  if (problem === undefined) return ms
  throw new EmulatorError(problem, { code: 'invalid_input', where })
}

/** What a timekeeper depends on. */
export interface TimeKeeperParts {
  /** Handles one timer. */
  fire(timer: Timer): Promise<void>
  /** Resolves when no delivery is in flight or due. */
  engineRest(): Promise<void>
  reportError: ReportError
}

/** The timekeeper of one emulator. */
export function createTimeKeeper(
  context: EmulatorContext,
  { fire, engineRest, reportError }: TimeKeeperParts,
): TimeKeeper {
  const { ledger, clock } = context
  const persist = createPersistence(clock, reportError)
  const waker = createWaker(clock, () => {
    void fireAll().then(done => {
      if (done) arm()
    })
  })
  let stopped = false
  let firing: Promise<boolean> = Promise.resolve(true)

  /**
   * Fires one timer. While the storage fails it waits and tries again, as deliveries do. It is removed only afterwards, so that it
   * fires again after a crash.
   */
  const fireOne = async (timer: Timer) => {
    const named = `${timer.name} of ${timer.subject}`
    try {
      await persist(`firing ${named}`, () => fire(timer))
    } catch {
      // A provider's failure is reported; it must neither stop the other timers nor fire this one for ever.
      if (stopped) return
    }
    await persist(`removing ${named}`, () =>
      ledger.write(rows => {
        if (rows.timer(timer.provider, timer.subject, timer.name)?.at === timer.at)
          rows.removeTimer(timer.provider, timer.subject, timer.name)
      }),
    )
  }

  /** Fires every timer that is due. */
  const fireDue = async () => {
    for (;;) {
      if (stopped) return
      const due = ledger.dueTimers(clock.now())
      if (due.length === 0) return
      for (const timer of due) {
        if (stopped) return
        await fireOne(timer)
      }
    }
  }

  /** Fires what is due after what is being fired. Never rejects: false after a failure, when the ledger is asked again later. */
  const fireAll = (): Promise<boolean> => {
    firing = firing.then(fireDue).then(
      () => true,
      (error: unknown) => {
        if (stopped) return false
        reportError(error, 'firing timers')
        waker.wakeBy(clock.now() + CHECK_AGAIN_MS)
        return false
      },
    )
    return firing
  }

  /** Sleeps until the next timer that is not due yet. */
  const arm = () => {
    if (stopped) return
    try {
      const next = ledger.nextTimer()
      if (next !== undefined) waker.wakeBy(next)
    } catch (error) {
      reportError(error, 'asking the ledger for the next timer')
      waker.wakeBy(clock.now() + CHECK_AGAIN_MS)
    }
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
      const fired = await fireAll()
      await engineRest()
      await ledger.settled()
      const timer = ledger.nextTimer()
      if (timer === undefined || timer > clock.now() || !fired || stopped) return counts()
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
    const signal = context.lifetime.signal()
    signal.throwIfAborted()
    await rest()
    for (let next = nextDue(); next !== undefined && next <= target; next = nextDue()) {
      signal.throwIfAborted()
      manualClock.moveTo(next)
      await rest()
    }
    signal.throwIfAborted()
    if (exactly) manualClock.moveTo(target)
    await moved(manualClock.now())
    context.journal.record({ kind: 'clock.moved', to: manualClock.now() })
    return rest()
  }

  return {
    start: arm,
    changed: arm,
    async advance(byMs) {
      manual()
      const target = clock.now() + distance(byMs, 'by')
      if (target <= LATEST_INSTANT) return travel(target, true)
      throw new EmulatorError(
        `The clock cannot be moved beyond the year 9999; it shows ${new Date(clock.now()).toISOString()}.`,
        { code: 'invalid_input', hint: 'Move it less far, or start over with an earlier time.', where: 'by' },
      )
    },
    async drain({ upToMs } = {}) {
      manual()
      const target = clock.now() + (upToMs === undefined ? DRAIN_LIMIT_MS : distance(upToMs, 'upTo'))
      return travel(Math.min(target, LATEST_INSTANT), false)
    },
    rest,
    counts,
    nextDue,
    async stop() {
      stopped = true
      waker.stop()
      persist.halt()
      await firing
    },
  }
}
