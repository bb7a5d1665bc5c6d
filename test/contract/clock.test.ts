// The contract of every clock: the system clock (fast, so that waits are short) and the manual clock.
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/clock/manual.js'
import { systemClock } from '../../src/clock/system.js'
import type { Clock } from '../../src/core/clock.js'

const HOUR = 3_600_000

interface Passing {
  clock: Clock
  /** Makes an hour of the clock's time pass, in whatever way this clock passes time. */
  anHourPasses: () => Promise<void>
}

const clocks: Record<string, (start?: number) => Passing> = {
  'system clock': start => {
    // An hour in 20 ms.
    const clock = systemClock({ speed: HOUR / 20, ...(start === undefined ? {} : { start }) })
    return { clock, anHourPasses: () => clock.sleepUntil(clock.now() + HOUR) }
  },
  'manual clock': start => {
    const clock = manualClock(start === undefined ? {} : { start })
    return {
      clock,
      anHourPasses: async () => {
        clock.moveTo(clock.now() + HOUR)
        await Promise.resolve()
      },
    }
  },
}

describe.each(Object.entries(clocks))('%s', (_name, make) => {
  it('starts at the instant it is given', () => {
    const start = Date.UTC(2030, 5, 1)
    const { clock } = make(start)
    expect(clock.now()).toBeGreaterThanOrEqual(start)
    expect(clock.now()).toBeLessThan(start + 1000 * HOUR)
  })

  it('now never goes back', async () => {
    const { clock, anHourPasses } = make()
    let last = clock.now()
    for (let i = 0; i < 1000; i++) {
      const now = clock.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    await anHourPasses()
    expect(clock.now()).toBeGreaterThanOrEqual(last + HOUR)
  })

  it('a past instant is reached at once', async () => {
    const { clock } = make()
    for (const past of [clock.now(), clock.now() - HOUR, Number.NEGATIVE_INFINITY])
      await expect(clock.sleepUntil(past)).resolves.toBeUndefined()
  })

  it('a sleeper wakes once the instant is reached and not before', async () => {
    const { clock, anHourPasses } = make()
    const until = clock.now() + HOUR
    let wokenAt: number | undefined
    const sleeping = clock.sleepUntil(until).then(() => {
      wokenAt = clock.now()
    })
    expect(wokenAt).toBeUndefined()
    await anHourPasses()
    await sleeping
    expect(wokenAt).toBeGreaterThanOrEqual(until)
  })

  it('sleepers wake in the order of their instants, not of their calls', async () => {
    const { clock, anHourPasses } = make()
    const start = clock.now()
    const order: string[] = []
    const all = [
      clock.sleepUntil(start + 3 * HOUR).then(() => order.push('third')),
      clock.sleepUntil(start + HOUR).then(() => order.push('first')),
      clock.sleepUntil(start + 2 * HOUR).then(() => order.push('second')),
    ]
    while (clock.now() < start + 3 * HOUR) await anHourPasses()
    await Promise.all(all)
    expect(order).toEqual(['first', 'second', 'third'])
  })

  it('an abort ends a sleep by resolving it', async () => {
    const { clock } = make()
    const abort = new AbortController()
    const sleeping = clock.sleepUntil(clock.now() + 1e6 * HOUR, abort.signal)
    abort.abort()
    await expect(sleeping).resolves.toBeUndefined()
    await expect(clock.sleepUntil(clock.now() + 1e6 * HOUR, abort.signal)).resolves.toBeUndefined()
  })

  it('a sleep that ended leaves no listener on its signal', async () => {
    const { clock, anHourPasses } = make()
    const abort = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = AbortSignal.prototype
    const signal: AbortSignal = Object.assign(abort.signal, {
      addEventListener: (...args: Parameters<typeof addEventListener>) => {
        listeners++
        addEventListener.apply(abort.signal, args)
      },
      removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
        listeners--
        removeEventListener.apply(abort.signal, args)
      },
    })
    const sleeping = clock.sleepUntil(clock.now() + HOUR, signal)
    expect(listeners).toBe(1)
    await anHourPasses()
    await sleeping
    expect(listeners).toBe(0)
  })

  it('wall is real time, whatever the clock says', async () => {
    const { clock, anHourPasses } = make(0)
    const before = Date.now()
    await anHourPasses()
    expect(clock.wall()).toBeGreaterThanOrEqual(before)
    expect(clock.wall()).toBeLessThanOrEqual(Date.now())
  })

  it('an alarm fires after real time while the clock does not move', async () => {
    const { clock } = make()
    const before = clock.monotonic()
    await new Promise<void>(ring => clock.alarm(15, ring))
    // Timers may fire up to a millisecond early.
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(14)
  })

  it('an alarm that was cancelled never fires', async () => {
    const { clock } = make()
    let rung = false
    const callOff = clock.alarm(1, () => {
      rung = true
    })
    callOff()
    await new Promise<void>(ring => clock.alarm(10, ring))
    expect(rung).toBe(false)
  })
})

describe('a system clock at a speed', () => {
  it('runs that much faster than real time', async () => {
    const before = performance.now()
    const clock = systemClock({ speed: 1000, start: 0 })
    const real = clock.monotonic()
    await clock.sleepUntil(20_000)
    expect(clock.monotonic() - real).toBeGreaterThanOrEqual(18)
    const now = clock.now()
    expect(now).toBeLessThanOrEqual((performance.now() - before + 1) * 1000)
  })

  it('at speed 1 without a start it is the machine’s own time', () => {
    const before = Date.now()
    const now = systemClock().now()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })

  it('waits for an instant farther off than one timer supports', async () => {
    const clock = systemClock({ start: 0 })
    const abort = new AbortController()
    let woke = false
    const sleeping = clock.sleepUntil(2 ** 40, abort.signal).then(() => {
      woke = true
    })
    await new Promise<void>(ring => clock.alarm(5, ring))
    expect(woke).toBe(false)
    abort.abort()
    await sleeping
  })
})

describe('a manual clock', () => {
  it('stands still by itself', async () => {
    const clock = manualClock({ start: 5 })
    await new Promise<void>(ring => clock.alarm(5, ring))
    expect(clock.now()).toBe(5)
  })

  it('ignores being moved back', () => {
    const clock = manualClock({ start: 1000 })
    clock.moveTo(2000)
    clock.moveTo(1500)
    expect(clock.now()).toBe(2000)
  })

  it('does not wake sleepers whose instant it has not reached', async () => {
    const clock = manualClock({ start: 0 })
    const woken: number[] = []
    for (const at of [10, 20, 30]) void clock.sleepUntil(at).then(() => woken.push(at))
    clock.moveTo(20)
    await clock.sleepUntil(20)
    expect(woken).toEqual([10, 20])
  })
})

describe('a system clock whose machine is given another time', () => {
  function settable() {
    let offset = 0
    const clock = systemClock({ wall: () => Date.now() + offset })
    return {
      clock,
      set: (byMs: number) => {
        offset += byMs
      },
    }
  }

  it('goes on when the wall clock is set back, and a wait takes as long as before', async () => {
    const { clock, set } = settable()
    const before = clock.now()
    const from = clock.monotonic()
    const sleeping = clock.sleepUntil(before + 40)
    set(-HOUR)
    expect(clock.now()).toBeGreaterThanOrEqual(before)
    await sleeping
    expect(clock.now()).toBeGreaterThanOrEqual(before + 40)
    expect(clock.monotonic() - from).toBeLessThan(5000)
    expect(clock.wall()).toBeLessThan(before)
  })

  it('follows the wall clock when it is set forward, and wakes who is overdue', async () => {
    const { clock, set } = settable()
    const before = clock.now()
    const from = clock.monotonic()
    const sleeping = clock.sleepUntil(before + HOUR)
    set(HOUR)
    expect(clock.now()).toBeGreaterThanOrEqual(before + HOUR)
    await sleeping
    expect(clock.monotonic() - from).toBeLessThan(5000)
  })

  it('does not run an hour ahead for ever when the wall clock was set back and is put right', () => {
    const { clock, set } = settable()
    const before = clock.now()
    set(-HOUR)
    clock.now()
    set(HOUR)
    expect(clock.now()).toBeLessThan(before + 5000)
    expect(clock.now()).toBeGreaterThanOrEqual(before)
  })
})
