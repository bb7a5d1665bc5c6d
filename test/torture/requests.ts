// The requests of the sink beside the attempts of the ledger: which delivery each is of, and which attempt it can be.
import type { Outcome } from '../../src/core/outcome.js'
import type { StoredDelivery } from './evidence.js'
import type { Arrival } from './logs.js'

/** A request that broke off in its head: it can be of any attempt that ended so. */
const TORN: Arrival = { kind: 'request', path: '', headers: [], body: '', whole: false, did: { kind: 'none' } }

type Made = StoredDelivery['made'][number]

/** Whether an attempt with this outcome can be the request with which the sink did that. A busy machine may time out anything. */
function fits({ did }: Arrival, outcome: Outcome | null): boolean {
  if (outcome === null || outcome.kind === 'interrupted' || outcome.kind === 'timed_out') return true
  if (did.kind === 'answer') return outcome.kind === 'answered' && outcome.status === did.status
  // The reset may overtake the answer.
  if (did.kind === 'answer-and-reset')
    return outcome.kind === 'reset' || (outcome.kind === 'answered' && outcome.status === 200)
  return outcome.kind === 'reset'
}

/** Whether a request has the headers of an attempt, which its signature and timestamp are part of. */
function hasHeaders(arrival: Arrival, { headers }: Made): boolean {
  return headers.every(([name, value]) =>
    arrival.headers.some(([other, given]) => other === name.toLowerCase() && given === value),
  )
}

/** Whether a request can be that of an attempt. */
export const isRequestOf = (arrival: Arrival, attempt: Made): boolean =>
  (arrival === TORN || hasHeaders(arrival, attempt)) && fits(arrival, attempt.outcome)

/** Gives each of `from` one of `to` of its own where that is possible (augmenting paths); the places in `to`, or -1. */
export function matched<A, B>(from: readonly A[], to: readonly B[], pairs: (a: A, b: B) => boolean): number[] {
  const takenBy = to.map(() => -1)
  const isPair = (a: number, b: number) => pairs(from[a] as A, to[b] as B)
  // What is free comes first, so that the order is kept where it can be.
  const place = (a: number, tried: Set<number>): boolean => {
    const open = to.map((_, b) => b).filter(b => !tried.has(b) && isPair(a, b))
    const free = open.find(b => takenBy[b] === -1)
    if (free !== undefined) {
      takenBy[free] = a
      return true
    }
    return open.some(b => {
      if (tried.has(b)) return false
      tried.add(b)
      if (!place(takenBy[b] as number, tried)) return false
      takenBy[b] = a
      return true
    })
  }
  for (let a = 0; a < from.length; a++) place(a, new Set())
  return from.map((_, a) => takenBy.indexOf(a))
}

/**
 * How many of a delivery's attempts can be requests that broke off before they said whose they are, while each of its own requests has an
 * attempt. All are placed together: an attempt that was interrupted or timed out can be a request that was answered, or one that broke off.
 */
export function tornAtMost(own: readonly Arrival[], made: readonly Made[]): number {
  const places = matched([...own, ...made.map(() => TORN)], made, isRequestOf)
  return places.slice(own.length).filter(place => place !== -1).length
}

/** The beginning of a body without the character in which it was cut. */
const begun = (body: string) => body.replace(/\ufffd+$/, '')

/** The requests of the sink by the delivery that owes them. */
export interface Requests {
  of: Map<StoredDelivery, Arrival[]>
  /** By path: how many broke off before they said which delivery they were. */
  torn: Map<string, number>
  unknown: Arrival[]
}

/** Tells requests apart by path and body, and those that broke off by what came of them. Throws where two deliveries are the same request. */
export function requestsOf(
  arrivals: readonly Arrival[],
  deliveries: readonly StoredDelivery[],
  pathOf: (delivery: StoredDelivery) => string,
): Requests {
  const byRequest = new Map<string, StoredDelivery>()
  for (const delivery of deliveries) {
    const key = `${pathOf(delivery)} ${delivery.body}`
    const same = byRequest.get(key)
    if (same !== undefined)
      throw new Error(`${same.id} and ${delivery.id} have the same body: their requests cannot be told apart.`)
    byRequest.set(key, delivery)
  }
  const owing = (arrival: Arrival): StoredDelivery[] => {
    if (arrival.whole) return [byRequest.get(`${arrival.path} ${arrival.body}`) ?? []].flat()
    return deliveries.filter(
      delivery =>
        pathOf(delivery) === arrival.path &&
        delivery.body.startsWith(begun(arrival.body)) &&
        delivery.made.some(attempt => hasHeaders(arrival, attempt)),
    )
  }
  const requests: Requests = { of: new Map(), torn: new Map(), unknown: [] }
  for (const arrival of arrivals) {
    const [delivery, ...others] = arrival.headers.length === 0 ? [] : owing(arrival)
    const isTorn = arrival.headers.length === 0 || others.length > 0
    if (isTorn) requests.torn.set(arrival.path, (requests.torn.get(arrival.path) ?? 0) + 1)
    else if (delivery === undefined) requests.unknown.push(arrival)
    else requests.of.set(delivery, [...(requests.of.get(delivery) ?? []), arrival])
  }
  return requests
}
