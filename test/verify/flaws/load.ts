// Flaws of receivers under load.
import type { Json } from '../../../src/core/json.js'
import { type Flaw, pause, type Visit } from '../flawed-receiver.js'
import { answer, type FlawCase } from './flaw-case.js'

/** Answers this status above so many requests in flight. */
function crowded(most: number, status: number): Flaw {
  let inFlight = 0
  return {
    first: async visit => {
      inFlight++
      await pause(10)
      const full = inFlight > most
      inFlight--
      return full && answer(visit, status)
    },
  }
}

/** Acts one after the other, 20 ms each, and handles what does not fit in the queue otherwise. */
function queued(most: number, full: (visit: Visit) => void): Flaw {
  let waiting = 0
  let last = Promise.resolve()
  return {
    act: (visit, _event, good) => {
      if (waiting >= most) return full(visit)
      waiting++
      last = last.then(async () => {
        await pause(5)
        waiting--
        await good()
      })
    },
  }
}

/** Takes so many requests at once, and so many more a second. */
export function limited(burst: number, perSecond: number, status = 429): Flaw {
  let free = burst
  let at = Date.now()
  return {
    first: visit => {
      free = Math.min(burst, free + ((Date.now() - at) / 1000) * perSecond)
      at = Date.now()
      if (free >= 1) {
        free--
        return false
      }
      visit.response.setHeader('retry-after', '1')
      return answer(visit, status)
    },
  }
}

/** Takes into a queue that is never longer, and answers 503 when it is full. */
export const refusingWhenFull = (): Flaw => queued(40, visit => void answer(visit, 503))

const NEAR = ['delivery/accepts', 'idempotency', 'load', 'retry']

export const loadFlaws: FlawCase[] = [
  {
    check: 'load/burst',
    flaw: 'fails with more than nine at once',
    dialect: 'rillis',
    make: () => crowded(9, 500),
    follows: ['idempotency/concurrent'],
    options: { only: NEAR },
  },
  {
    check: 'load/burst',
    flaw: 'answers 200 and drops what does not fit in its queue',
    dialect: 'rillis',
    make: () => queued(40, () => {}),
    follows: ['load/backlog', 'idempotency/concurrent'],
    options: { only: NEAR },
  },
  {
    check: 'load/burst',
    flaw: 'knows an event that it has refused with 503',
    dialect: 'kycgenie',
    make: () => {
      const refused = new Set<Json | undefined>()
      const { first = () => false } = crowded(4, 503)
      return {
        act: async (visit, event, good) => {
          if (refused.has(event.id)) return
          if (await first(visit, { good })) refused.add(event.id)
          else await good()
        },
      }
    },
    follows: ['load/backlog'],
    options: { only: ['load'] },
  },
  {
    check: 'load/burst',
    flaw: 'queues again, behind all others, what has waited for long',
    dialect: 'unico',
    make: () => {
      const queue: { good: () => Promise<void>; at: number }[] = []
      const work = async () => {
        for (let job = queue[0]; job !== undefined; job = queue[0]) {
          await pause(5)
          await job.good()
          queue.shift()
          if (Date.now() - job.at > 500 && job.at > 0) queue.push({ ...job, at: 0 })
        }
      }
      return {
        again: true,
        act: (_visit, _event, good) => {
          if (queue.push({ good, at: Date.now() }) === 1) void work()
        },
      }
    },
    follows: ['load/backlog'],
    options: { only: ['load'] },
  },
  {
    check: 'load/backlog',
    flaw: 'is full after three hundred',
    dialect: 'unico',
    make: () => ({ first: visit => visit.number > 300 && answer(visit, 507) }),
    options: { only: ['load/backlog'] },
  },
]
