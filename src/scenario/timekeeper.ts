// Time during a run: branches wait for something to happen, and on a manual clock the clock moves once all of them wait.
import type { JournalEntry } from '../core/journal.js'
import type { Emulator } from '../emulator/contract.js'

/** How a wait ended: something happened, the instant was reached, real time was up, nothing more can happen, or the run was aborted. */
type WaitResult = 'changed' | 'reached' | 'timeout' | 'idle' | 'stopped'

/** The time of one run, for its branches. */
export interface Timekeeper {
  now(): number
  /** A mark for `next`: what happens after it ends a wait at once. */
  mark(): number
  /**
   * Waits for the next change after `after`, for `until` (emulator ms), or until nothing is pending. Before the clock moves to an
   * instant at which nothing is due, and before a wait ends as `idle`, the receiver gets `patienceMs` of real time to act. It never
   * takes longer than `realMs` of real time.
   */
  next(options: {
    after: number
    until?: number | undefined
    patienceMs?: number
    realMs?: number | undefined
  }): Promise<WaitResult>
  /** Resolves once the clock has reached an instant and what was due by then is done. */
  reach(at: number): Promise<void>
  /** Waits in real time. */
  pause(ms: number): Promise<void>
  /** Runs work as a branch: a manual clock does not move while it is busy. */
  branch<T>(work: () => Promise<T>): Promise<T>
  /** Waits, within a branch, for other branches: the clock may move meanwhile. */
  awaitOthers<T>(others: Promise<T>): Promise<T>
  /** Ends every wait as `stopped`. */
  stop(): void
}

interface WaitOptions {
  until: number | undefined
  patienceMs: number
  /** Changes do not end the wait, only the instant does. */
  ignoresChanges: boolean
  realMs?: number | undefined
}

interface Waiter extends WaitOptions {
  end(result: WaitResult): void
  fail(error: unknown): void
}

/** Journal entries that count as a change. */
const CHANGES = new Set<JournalEntry['kind']>([
  'event.triggered',
  'attempt.completed',
  'delivery.settled',
  'subject.moved',
  'call.received',
])

/** One turn of the event loop, after which reads see what the journal has recorded. */
const tick = () => new Promise<void>(resolve => setImmediate(resolve))

/** Keeps the time of one run. No branch is running at first. */
export function createTimekeeper(
  emulator: Pick<Emulator, 'clock' | 'journal' | 'rest' | 'advance' | 'nextDue'>,
): Timekeeper {
  const { clock } = emulator
  const waiters = new Set<Waiter>()
  let busy = 0
  let changes = 0
  let announcing = false
  let moving = false
  let stopped = false
  let interrupt: (() => void) | undefined

  const endWaits = (result: WaitResult, which: (waiter: Waiter) => boolean) => {
    for (const waiter of [...waiters]) if (which(waiter)) waiter.end(result)
  }

  const stopListening = emulator.journal.listen(entry => {
    if (!CHANGES.has(entry.kind)) return
    changes++
    if (announcing) return
    announcing = true
    setImmediate(() => {
      announcing = false
      interrupt?.()
      endWaits('changed', waiter => !waiter.ignoresChanges)
    })
  })

  /** True when nothing happened for that long. */
  const quietFor = async (ms: number): Promise<boolean> => {
    if (ms <= 0) return true
    const before = changes
    await new Promise<void>(resolve => {
      const cancel = clock.alarm(ms, resolve)
      interrupt = () => {
        cancel()
        resolve()
      }
    })
    interrupt = undefined
    return before === changes
  }

  const isResting = async () => {
    await emulator.rest()
    await tick()
    return busy === 0 && waiters.size > 0 && !stopped
  }

  /** Moves time on while every branch waits; false when only something from outside can continue. */
  const step = async (): Promise<boolean> => {
    if (!(await isResting())) return false
    const now = clock.now()
    const isReached = (waiter: Waiter) => waiter.until !== undefined && waiter.until <= now
    if ([...waiters].some(isReached)) {
      endWaits('reached', isReached)
      return false
    }
    const untils = [...waiters].flatMap(waiter => waiter.until ?? [])
    const deadline = untils.length === 0 ? undefined : Math.min(...untils)
    const next = emulator.nextDue()
    const due = next !== undefined && next > now ? next : undefined
    if (clock.kind === 'manual' && due !== undefined && (deadline === undefined || due <= deadline)) {
      await emulator.advance(due - now)
      return true
    }
    if (clock.kind === 'system' && (due !== undefined || deadline !== undefined)) {
      const over = new AbortController()
      interrupt = () => over.abort()
      await clock.sleepUntil(
        Math.min(due ?? Number.POSITIVE_INFINITY, deadline ?? Number.POSITIVE_INFINITY),
        over.signal,
      )
      interrupt = undefined
      return true
    }
    const patience = Math.max(...[...waiters].map(waiter => waiter.patienceMs))
    if (!(await quietFor(patience)) || busy > 0 || stopped) return true
    if (deadline === undefined) endWaits('idle', () => true)
    else await emulator.advance(deadline - clock.now())
    return deadline !== undefined
  }

  const move = async () => {
    if (moving) return
    moving = true
    try {
      while (busy === 0 && waiters.size > 0 && !stopped) if (!(await step())) break
    } catch (error) {
      // The emulator has stopped or cannot store: whoever waits gets to know.
      interrupt = undefined
      for (const waiter of [...waiters]) waiter.fail(error)
    } finally {
      moving = false
    }
    // A branch may have begun to wait during the last step.
    if (busy === 0 && waiters.size > 0 && !stopped) void move()
  }

  const enter = () => {
    busy++
    interrupt?.()
  }
  const leave = () => {
    busy--
    if (busy === 0) void move()
  }

  const wait = (options: WaitOptions): Promise<WaitResult> =>
    new Promise((resolve, reject) => {
      const over = new AbortController()
      let cancel = () => {}
      const settle = (how: () => void) => {
        if (!waiters.delete(waiter)) return
        over.abort()
        cancel()
        enter()
        how()
      }
      const waiter: Waiter = {
        ...options,
        end: result => settle(() => resolve(result)),
        fail: error => settle(() => reject(error)),
      }
      waiters.add(waiter)
      if (options.realMs !== undefined) cancel = clock.alarm(Math.max(1, options.realMs), () => waiter.end('timeout'))
      if (clock.kind === 'system' && options.until !== undefined)
        void clock.sleepUntil(options.until, over.signal).then(() => waiter.end('reached'))
      leave()
    })

  return {
    now: () => clock.now(),
    mark: () => changes,
    async next({ after, until, patienceMs = 0, realMs }) {
      if (stopped) return 'stopped'
      if (changes > after) {
        await tick()
        return 'changed'
      }
      return wait({ until, patienceMs, ignoresChanges: false, realMs })
    },
    async reach(at) {
      while (clock.now() < at && !stopped) await wait({ until: at, patienceMs: 0, ignoresChanges: true })
    },
    pause: ms => new Promise(resolve => void clock.alarm(ms, resolve)),
    async branch(work) {
      enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
    async awaitOthers(others) {
      leave()
      try {
        return await others
      } finally {
        enter()
      }
    },
    stop() {
      stopped = true
      stopListening()
      interrupt?.()
      endWaits('stopped', () => true)
    },
  }
}
