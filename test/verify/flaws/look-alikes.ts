// Right receivers that look as if they were wrong: what they do may not fail a check.
import type { VerifyOptions } from '../../../src/verify/verification.js'
import { type Dialect, type Flaw, pause } from '../flawed-receiver.js'
import { answer } from './flaw-case.js'
import { lenientLookAlikes } from './lenient.js'
import { limited, refusingWhenFull } from './load.js'
import { later } from './story.js'

interface LookAlike {
  what: string
  dialect: Dialect
  make(): Flaw
  /** The checks that it looks wrong to. */
  only: string[]
  settleMs?: number
  options?: Partial<VerifyOptions>
}

/** Answers 409 to a copy of an event in work. */
function conflicting(): Flaw {
  const inWork = new Set<unknown>()
  return {
    act: async (visit, event, good) => {
      const key = event.id ?? event.processId
      if (inWork.has(key)) return void answer(visit, 409)
      inWork.add(key)
      await pause(5)
      await good()
      inWork.delete(key)
    },
  }
}

/** Refuses a signature that it has seen before. */
function replayCache(): Flaw {
  const seen = new Set<string>()
  return {
    act: async (visit, _event, good) => {
      const signature = visit.header('webhook-signature') ?? visit.header('x-signature') ?? ''
      if (seen.has(signature)) return void answer(visit, 401)
      seen.add(signature)
      await good()
    },
  }
}

/** Asks each fifth request to come again. */
function oftenBusy(): Flaw {
  return { first: visit => visit.number % 5 === 0 && answer(visit, 429) }
}

/** Refuses an event that is dated in the future. */
function strictClock(): Flaw {
  return {
    act: async (visit, event, good) => {
      if (typeof event.timestamp === 'number' && event.timestamp > Date.now() + 2000) answer(visit, 422)
      else await good()
    },
  }
}

export const lookAlikes: LookAlike[] = [
  ...lenientLookAlikes,
  {
    what: 'refuses events from the future',
    dialect: 'rillis',
    make: strictClock,
    only: ['delivery/accepts', 'signature/whitespace', 'idempotency/distinct', 'ordering'],
  },
  {
    what: 'works a second behind',
    dialect: 'kycgenie',
    make: () => ({ act: later(1000) }),
    only: ['idempotency/duplicate', 'idempotency/distinct', 'ordering/late', 'load/burst', 'retry'],
  },
  {
    what: 'works a second behind, with the wait given',
    dialect: 'unico',
    make: () => ({ act: later(1000) }),
    only: ['idempotency/duplicate', 'ordering'],
    settleMs: 1500,
  },
  {
    what: 'limits its rate',
    dialect: 'rillis',
    make: () => limited(60, 100),
    only: ['idempotency/concurrent', 'load'],
  },
  // Its provider has more types of events than the receiver takes at once.
  { what: 'limits its rate from the start', dialect: 'kycgenie', make: () => limited(20, 60), only: ['delivery'] },
  {
    what: 'is overloaded by twenty requests in a row',
    dialect: 'kycgenie',
    make: () => limited(20, 60, 503),
    only: ['delivery/accepts', 'signature', 'tolerance'],
  },
  {
    what: 'asks each fifth request to come again',
    dialect: 'rillis',
    make: oftenBusy,
    only: ['delivery', 'http/broken-connections', 'idempotency/same-id-other-body', 'tolerance'],
  },
  { what: 'answers 409 to a copy in work', dialect: 'unico', make: conflicting, only: ['idempotency'] },
  {
    what: 'refuses a signature that it has seen',
    dialect: 'kycgenie',
    make: replayCache,
    only: ['idempotency', 'ordering', 'retry'],
  },
  { what: 'answers 503 when its queue is full', dialect: 'rillis', make: refusingWhenFull, only: ['load/burst'] },
  { what: 'takes transactions', dialect: 'transaction', make: () => ({}), only: [] },
]
