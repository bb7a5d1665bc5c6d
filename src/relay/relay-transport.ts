// The transport of an owner: checks its own rules, hands requests over, and ends those that are not awaited any more.
import type { Message } from '../core/message.js'
import type { Outcome } from '../core/outcome.js'
import { targetCheck } from '../delivery/targets.js'
import {
  destinationOf,
  type SendOptions,
  type Sent,
  type Transport,
  type TransportOptions,
} from '../delivery/transport.js'
import { blockedText } from '../delivery/transport-connect.js'

/** The rules of an owner; the rest of a connection is the sender's. */
export type OwnerRules = Pick<TransportOptions, 'allowTargets'>

/** A request that was handed over. */
export interface Handed {
  number: number
  /** Ends it; a result that comes later is ignored. */
  finish(sent: Sent): void
}

/** What hands requests over. */
interface Handing {
  hand(message: Message, options: SendOptions, done: (sent: Sent) => void): Handed
  /** Takes requests back, so that no sender takes or claims them. */
  withdraw(numbers: readonly number[]): void
}

/** A result without an answer. */
export const unsent = (kind: Outcome['kind'], detail: string): Sent => ({
  outcome: { kind, detail },
  answer: null,
  durationMs: 0,
})

/** Creates the transport of one emulator over the connection of its process. */
export function createRelayTransport({ hand, withdraw }: Handing, { allowTargets }: OwnerRules): Transport {
  const problemOf = targetCheck(allowTargets)
  const mine = new Map<number, Handed>()
  let closed = false

  function refused(url: string): Sent | undefined {
    if (closed) return unsent('interrupted', 'The transport is closed; nothing was sent.')
    const to = destinationOf(url)
    if (to === undefined) return unsent('blocked', `${url} is not an http or https URL.`)
    const problem = problemOf(to)
    return problem && unsent('blocked', blockedText(problem))
  }

  function interrupt(): void {
    const ended = [...mine.values()]
    withdraw(ended.map(({ number }) => number))
    for (const one of ended)
      one.finish(unsent('interrupted', 'Standin stopped before the sender gave a result; it may have been sent.'))
  }

  return {
    send(message, options) {
      const problem = refused(message.url)
      if (problem !== undefined) return Promise.resolve(problem)
      return new Promise(resolve => {
        const handed = hand(message, options, sent => {
          mine.delete(handed.number)
          resolve(sent)
        })
        mine.set(handed.number, handed)
      })
    },
    interrupt,
    close() {
      closed = true
      interrupt()
    },
  }
}
