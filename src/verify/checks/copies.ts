// Copies of one event, at once or one after the other, over kept connections and over others.
import type { Wire } from '../../core/wire.js'
import { type Exchange, isAccepted, isRejected } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { SignedRequest, TestEvent } from '../test-event.js'
import { isBusy, sendUntilTaken } from './busy.js'

/** Signatures are as old as if the copies were sent a second apart: no two are equal where they cover the time. */
export const SECOND_MS = 1000

/** As many as the provider may send at once. */
export const copies = ({ situation }: TestHarness) => Math.max(2, Math.min(10, situation.plan.concurrency))

/** The signature ignores the time, so that copies cannot be told from a request that was recorded and sent again. */
export const isSameSignature = ([first, ...others]: readonly SignedRequest[]): boolean =>
  first?.signedString !== undefined && others.every(({ signedString }) => signedString === first.signedString)

/** Each worker process of a receiver may remember events of its own, and all kept connections may be those of one. */
export const OWN_CONNECTION: Wire = {}

/** Where two processes share the connections, one of so many copies comes to the other with 75 %. */
export const OWN_COPIES = 2

/** Sends an accepted event again over connections of their own; only its effects are judged, for there may be no place beside those that are kept. */
export async function sendOverOwnConnections(harness: TestHarness, event: TestEvent, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const request = await event.sign({ attempt: 3 + i })
    await harness.send(request, 'the same event again, over a connection of its own', OWN_CONNECTION)
  }
}

/** Sends copies of a new event at once; the first answer that is wrong or else the last, and whether copies were refused as replayed. */
export async function volley(harness: TestHarness, wire?: Wire) {
  const event = await harness.event()
  const now = harness.wall()
  const length = copies(harness)
  const requests = await Promise.all(Array.from({ length }, (_, i) => event.sign({ at: now - i * SECOND_MS })))
  const all = await Promise.all(requests.map(one => harness.send(one, `the same event ${length} times at once`, wire)))
  const taken = all.find(isAccepted)
  const mayRefuse = taken !== undefined && isSameSignature(requests)
  const isWrong = (exchange: Exchange) => !isAccepted(exchange) && !isBusy(exchange)
  const wrong = all.find(exchange => isWrong(exchange) && !(mayRefuse && isRejected(exchange)))
  if (wrong !== undefined) return { event, exchange: wrong, isReplay: false }
  if (mayRefuse && all.some(isWrong)) return { event, exchange: taken, isReplay: true }
  const last = all.some(isBusy)
    ? await sendUntilTaken(harness, event, 'the event again after its copies', { attempt: 2 })
    : all[0]
  return { event, exchange: last as Exchange, isReplay: false }
}
