// Whether the receiver fails now and then, whatever comes: then no message is the cause, and what is sent again is accepted.
import type { Wire } from '../core/wire.js'
import { isBusy } from './checks/busy.js'
import { type Exchange, isAccepted } from './exchange.js'
import { isDoubtful } from './suspects.js'
import type { Harness } from './verification-harness.js'

/** So many plain requests, one after the other, for so long at most, and between them, real ms: a limit of requests is not met. */
const PLAIN = 120
const MOST_MS = 3000
const APART_MS = 10

/** A receiver may still be busy with what failed: so often it is asked before, and so long after one another, real ms. */
const BEFORE = 16
const BEFORE_MS = 250

/** Plain valid requests that were sent alone, and the one of them that failed. */
export interface NowAndThen {
  sent: number
  exchange: Exchange
}

/** Sends plain valid requests alone. Where one fails, and others before and after it are accepted: that one. */
export async function failsNowAndThen(harness: Harness): Promise<NowAndThen | undefined> {
  const own = harness.forCheck({ id: 'plain', expects: 'accept' })
  // A request that crosses with the end of its kept connection says nothing: after one each has its own.
  let wire: Wire | undefined
  const send = async () => own.send(await own.request(), 'a valid request, alone', wire)
  const isTaken = async () => {
    for (let i = 0; i < BEFORE; i++) {
      if (isAccepted(await send())) return true
      await harness.pause(BEFORE_MS)
    }
    return false
  }
  if (!(await isTaken())) return undefined
  const began = harness.monotonic()
  for (let sent = 1; sent <= PLAIN && harness.monotonic() - began < MOST_MS; sent++) {
    const exchange = await send()
    const isCrossed = wire === undefined && exchange.outcome.kind !== 'answered'
    if (isCrossed) wire = {}
    else if (isDoubtful(exchange) && !isBusy(exchange)) return (await isTaken()) ? { sent, exchange } : undefined
    await harness.pause(APART_MS)
  }
  return undefined
}
