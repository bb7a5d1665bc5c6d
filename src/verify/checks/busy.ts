// A receiver that cannot take a request now, and sending it again until it does, as a provider would.
import { retryAfterMs } from '../../core/retry-after.js'
import type { Wire } from '../../core/wire.js'
import { type Exchange, statusOf } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { SignedRequest, SignOptions, TestEvent } from '../test-event.js'

/** Conflict (a copy is in work), Too Early, Too Many Requests, Service Unavailable: RFC 9110, 15.5.10 and 15.6.4, RFC 8470, RFC 6585. */
const BUSY = [409, 425, 429, 503]

/** Waits before a request is sent again where no Retry-After says more, real ms. */
const WAITS_MS = [250, 500, 1000, 1500]

/** Longest wait that a Retry-After can ask for, real ms, where the user gives no more time. */
const MOST_MS = 5000

/** Answered with a status that asks to send the request again later. */
export const isBusy = (exchange: Exchange): boolean => BUSY.includes(statusOf(exchange))

/** Too Many Requests and Service Unavailable say nothing about the request itself. */
const OVERLOADED = [429, 503]

/** How long to wait before a request is sent again, real ms. */
function waitAfter(harness: TestHarness, { answer }: Exchange, ms: number): number {
  const asked = answer === null ? undefined : retryAfterMs(answer.headers, harness.wall())
  return Math.min(Math.max(asked ?? 0, ms), Math.max(MOST_MS, harness.patience.settleMs ?? 0))
}

/** Sends an event, signed anew each time, until the receiver is not busy; the last exchange. */
export async function sendUntilTaken(
  harness: TestHarness,
  event: TestEvent,
  what: string,
  options: SignOptions = {},
): Promise<Exchange> {
  const first = options.attempt ?? 1
  let exchange = await harness.send(await event.sign(options), what)
  for (const [i, ms] of WAITS_MS.entries()) {
    if (!isBusy(exchange)) break
    await harness.pause(waitAfter(harness, exchange, ms))
    exchange = await harness.send(await event.sign({ attempt: first + i + 1 }), `${what}, again`)
  }
  return exchange
}

/** Sends a request, the same bytes each time, until the receiver is not overloaded; the last exchange. */
export async function sendUntilAnswered(
  harness: TestHarness,
  request: SignedRequest,
  what: string,
  wire?: Wire,
): Promise<Exchange> {
  let exchange = await harness.send(request, what, wire)
  for (const ms of WAITS_MS) {
    if (!OVERLOADED.includes(statusOf(exchange))) break
    await harness.pause(waitAfter(harness, exchange, ms))
    exchange = await harness.send(request, what, wire)
  }
  return exchange
}
