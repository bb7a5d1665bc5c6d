// Time while a scenario plays: branches wait for something to happen, and on a manual clock the clock is moved once all of them wait.
import type { JournalEntry } from '../core/journal.js'
import type { Stage } from './stage.js'

/** Why a wait ended: something happened, the instant was reached, real time was up, nothing more can happen, or the run was called off. */
type Turn = 'changed' | 'reached' | 'late' | 'idle' | 'stopped'

export interface Timekeeper {
  now(): number
  /** A mark to look from: what happens after it ends a wait at once. */
  mark(): number
  /**
   * Waits for the next happening after `after`, for `until` (emulator ms), or for the end of all that is owed. Before the clock is
   * moved to an instant at which nothing is due, and before it is said that nothing more can happen, the receiver gets `patienceMs` of
   * real time to act. It never takes longer than `realMs` of real time.
   */
  next(wish: {
    after: number
    until?: number | undefined
    patienceMs?: number
    realMs?: number | undefined
  }): Promise<Turn>
  /** Resolves once the clock has reached an instant and what was due by then is done. */
  reach(at: number): Promise<void>
  /** Real time. */
  pause(ms: number): Promise<void>
  /** Runs work as a branch: the clock stands while it is busy. */
  branch<T>(work: () => Promise<T>): Promise<T>
  /** Waits, within a branch, for other branches: the clock may move meanwhile. */
  aside<T>(others: Promise<T>): Promise<T>
  /** Ends every wait as `stopped`. */
  stop(): void
}

interface Wish {
  until: number | undefined
  patienceMs: number
  /** Only the instant wakes it. */
  deaf: boolean
  realMs?: number | undefined
}

interface Waiter extends Wish {
  wake(turn: Turn): void
}

const TELLING = new Set<JournalEntry['kind']>([
  'event.triggered',
  'attempt.completed',
  'delivery.settled',
  'subject.moved',
  'call.received',
])

/** What the journal has recorded, the player's own reads see after one turn of the event loop. */
const tick = () => new Promise<void>(resolve => setImmediate(resolve))

/** Keeps the time of one run. No branch is running at first. */
export function createTimekeeper(stage: Pick<Stage, 'clock' | 'journal' | 'rest' | 'advance' | 'nextDue'>): Timekeeper {
  const { clock } = stage
  const waiters = new Set<Waiter>()
  let busy = 0
  let changes = 0
  let telling = false
  let moving = false
  let stopped = false
  let hurry: (() => void) | undefined

  const wake = (turn: Turn, fits: (waiter: Waiter) => boolean) => {
    for (const waiter of [...waiters]) if (fits(waiter)) waiter.wake(turn)
  }

  const silence = stage.journal.listen(entry => {
    if (!TELLING.has(entry.kind)) return
    changes++
    if (telling) return
    telling = true
    setImmediate(() => {
      telling = false
      hurry?.()
      wake('changed', waiter => !waiter.deaf)
    })
  })

  /** True when nothing happened for that long. */
  const quietFor = async (ms: number): Promise<boolean> => {
    if (ms <= 0) return true
    const before = changes
    await new Promise<void>(resolve => {
      const callOff = clock.alarm(ms, resolve)
      hurry = () => {
        callOff()
        resolve()
      }
    })
    hurry = undefined
    return before === changes
  }

  const settle = async () => {
    await stage.rest()
    await tick()
    return busy === 0 && waiters.size > 0 && !stopped
  }

  /** Decides, while every branch waits, what comes next; answers false when only the outside can go on. */
  const decide = async (): Promise<boolean> => {
    if (!(await settle())) return false
    const now = clock.now()
    const late = (waiter: Waiter) => waiter.until !== undefined && waiter.until <= now
    if ([...waiters].some(late)) {
      wake('reached', late)
      return false
    }
    const untils = [...waiters].flatMap(waiter => waiter.until ?? [])
    const deadline = untils.length === 0 ? undefined : Math.min(...untils)
    const next = stage.nextDue()
    const due = next !== undefined && next > now ? next : undefined
    if (clock.kind === 'manual' && due !== undefined && (deadline === undefined || due <= deadline)) {
      await stage.advance(due - now)
      return true
    }
    if (clock.kind === 'system' && (due !== undefined || deadline !== undefined)) {
      const over = new AbortController()
      hurry = () => over.abort()
      await clock.sleepUntil(
        Math.min(due ?? Number.POSITIVE_INFINITY, deadline ?? Number.POSITIVE_INFINITY),
        over.signal,
      )
      hurry = undefined
      return true
    }
    const patience = Math.max(...[...waiters].map(waiter => waiter.patienceMs))
    if (!(await quietFor(patience)) || busy > 0 || stopped) return true
    if (deadline === undefined) wake('idle', () => true)
    else await stage.advance(deadline - clock.now())
    return deadline !== undefined
  }

  const move = async () => {
    if (moving) return
    moving = true
    try {
      while (busy === 0 && waiters.size > 0 && !stopped) if (!(await decide())) break
    } finally {
      moving = false
    }
    // A branch may have begun to wait while the last decision was being made.
    if (busy === 0 && waiters.size > 0 && !stopped) void move()
  }

  const enter = () => {
    busy++
    hurry?.()
  }
  const leave = () => {
    busy--
    if (busy === 0) void move()
  }

  const wait = (wish: Wish): Promise<Turn> =>
    new Promise(resolve => {
      const over = new AbortController()
      let callOff = () => {}
      const waiter: Waiter = {
        ...wish,
        wake(turn) {
          if (!waiters.delete(waiter)) return
          over.abort()
          callOff()
          enter()
          resolve(turn)
        },
      }
      waiters.add(waiter)
      if (wish.realMs !== undefined) callOff = clock.alarm(Math.max(1, wish.realMs), () => waiter.wake('late'))
      if (clock.kind === 'system' && wish.until !== undefined)
        clock.sleepUntil(wish.until, over.signal).then(() => waiter.wake('reached'))
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
      return wait({ until, patienceMs, deaf: false, realMs })
    },
    async reach(at) {
      while (clock.now() < at && !stopped) await wait({ until: at, patienceMs: 0, deaf: true })
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
    async aside(others) {
      leave()
      try {
        return await others
      } finally {
        enter()
      }
    },
    stop() {
      stopped = true
      silence()
      hurry?.()
      wake('stopped', () => true)
    },
  }
}
