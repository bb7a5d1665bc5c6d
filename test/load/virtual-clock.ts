// A clock whose real time passes only from one alarm to the next, so that a run of minutes takes a moment and always the same.
import type { Clock } from '../../src/core/clock.js'

export interface VirtualClock {
  clock: Clock
  /** Lets time pass until a promise is settled. */
  run<T>(work: Promise<T>): Promise<T>
}

export function virtualClock(): VirtualClock {
  let now = 0
  let alarms: { at: number; fire: () => void }[] = []
  const clock: Clock = {
    kind: 'system',
    speed: 1,
    now: () => now,
    wall: () => now,
    monotonic: () => now,
    sleepUntil: () => Promise.resolve(),
    alarm(ms, fire) {
      const alarm = { at: now + ms, fire }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter(one => one !== alarm)
      }
    },
  }
  const turn = () => new Promise(resolve => void setImmediate(resolve))
  return {
    clock,
    async run(work) {
      let isOver = false
      const end = () => {
        isOver = true
      }
      work.then(end, end)
      while (!isOver) {
        // What was put off to the next turn happens now.
        for (let i = 0; i < 3; i++) await turn()
        const [next] = alarms.sort((a, b) => a.at - b.at)
        if (next === undefined) continue
        alarms = alarms.filter(one => one !== next)
        now = next.at
        next.fire()
      }
      return work
    },
  }
}
