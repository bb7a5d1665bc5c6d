// Flaws of receivers under load.
import { type Flaw, pause } from '../flawed-receiver.js'
import { answer, type FlawCase } from './flaw-case.js'

/** Answers 503 above so many requests in flight. */
function crowded(most: number): Flaw {
  let inFlight = 0
  return {
    first: async visit => {
      inFlight++
      await pause(10)
      const full = inFlight > most
      inFlight--
      return full && answer(visit, 503)
    },
  }
}

export const loadFlaws: FlawCase[] = [
  {
    check: 'load/burst',
    flaw: 'has room for nine at once',
    dialect: 'rillis',
    make: () => crowded(9),
    follows: ['idempotency/concurrent'],
  },
  {
    check: 'load/backlog',
    flaw: 'is full after three hundred',
    dialect: 'unico',
    make: () => ({ first: visit => visit.number > 300 && answer(visit, 507) }),
    options: { only: ['load/backlog'] },
  },
]
