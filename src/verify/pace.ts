// Whether the receiver is slow, or this machine: what took long beside others is asked again alone.
import { isAccepted } from './exchange.js'
import { isExcused } from './lateness.js'
import type { Harness } from './verification-harness.js'

/** A receiver that takes no longer for an answer is fast: one message at a time that it may not survive, and nothing beside it, costs little. Real ms. */
const FAST_MS = 100

/** Of so many answers one comes in time, however busy this machine is. */
const ASKED_AGAIN = 10

/** Whether the receiver is slow whose usual answer took so many real ms; where this machine may be the reason, plain requests are sent alone until one is fast. */
export async function isSlowReceiver(
  harness: Pick<Harness, 'forCheck' | 'lateSince'>,
  usualMs: number,
  began: number,
): Promise<boolean> {
  const own = harness.forCheck({ id: 'plain', expects: 'accept' })
  let ms = usualMs
  for (let asked = 0; asked < ASKED_AGAIN && ms > FAST_MS; asked++) {
    if (!isExcused(ms - FAST_MS, harness.lateSince(began))) return true
    const exchange = await own.send(await own.request(), 'a valid request, alone')
    if (!isAccepted(exchange)) return true
    ms = exchange.durationMs
  }
  return ms > FAST_MS
}
