// A campaign of deliveries: an emulator of its own triggers events for the receiver, drops the first attempts and plays the retries.

import type { RetryPlan } from '../core/retry.js'
import { retryAfterMs } from '../core/retry-after.js'
import type { Emulator } from '../emulator/contract.js'
import type { SubscriptionInput } from '../provider/port.js'
import { type Exchange, isAccepted } from './exchange.js'

export interface Campaign {
  /** Distinct events, triggered at once. */
  count: number
  /** So many first attempts of each do not reach the receiver. */
  droppedAttempts?: number
}

/** One delivery, with the attempts that reached the network. */
export interface Delivered {
  attempts: readonly (Exchange & { number: number })[]
}

/** What came of a campaign. */
export interface Deliveries {
  all: readonly Delivered[]
  /** Those not accepted at first that were sent again, one at a time. */
  retried: readonly Delivered[]
  /** Waits of the provider that were skipped, ms: before the first attempt that reached the network, and before the retry after it. */
  skippedMs: number
  retryAfterMs: number | undefined
  /** A wait that the receiver asked for and that is longer than verify waits, ms. */
  tooLongMs: number | undefined
}

export interface CampaignOptions {
  emulatorAt(start: number): Promise<Emulator>
  provider: string
  to: SubscriptionInput
  type: string
  plan: RetryPlan
  /** Real wall time, ms. */
  wall: number
  /** Longest time for all retries, real ms; default eight seconds. */
  settleMs: number | undefined
  pause(ms: number): Promise<void>
  /** Called where responses stay out. */
  onDoubt(): void
  /** Ends a wait, by rejecting, when the receiver has stopped. */
  orStopped<T>(wait: Promise<T>): Promise<T>
}

/** So many timeouts in a row mean that the receiver may hang. */
const DOUBTFUL_TIMEOUTS = 2

/** Longest time for all retries, real ms, where the user gives no more. */
const MOST_RETRYING_MS = 8000

/** So many of those that were not accepted are sent again: a receiver that limits its rate takes all of them, in time. */
const SAMPLE = 25

/** Retries of one delivery, and the real waits before each where the receiver asks for none: hours are not pressed into moments. */
const WAITS_MS = [0, 250, 500, 1000, 2000, 3000]
/** Between the retries of two deliveries, real ms. */
const APART_MS = 25

/** The waits after the attempts that are dropped, ms; fewer where the schedule ends before. */
function waitsAfter(dropped: number, plan: RetryPlan): number[] {
  const waits: number[] = []
  for (let attempt = 1; attempt <= dropped; attempt++) {
    const next = plan.policy(attempt, { kind: 'unreachable' })
    if (!next.again) break
    waits.push(next.afterMs)
  }
  return waits
}

/** As many as the sample, from all of them. */
const sampled = <T>(items: readonly T[]): T[] =>
  items.filter(
    (_, i) =>
      items.length <= SAMPLE ||
      Math.floor((i * SAMPLE) / items.length) !== Math.floor(((i - 1) * SAMPLE) / items.length),
  )

/** Delivers the events of a campaign. They happen as long ago as the outage lasts, so that the retries arrive now. */
export async function deliverCampaign(
  { count, droppedAttempts = 0 }: Campaign,
  { emulatorAt, provider, to, type, plan, wall, settleMs, pause, onDoubt, orStopped }: CampaignOptions,
): Promise<Deliveries> {
  const waits = waitsAfter(droppedAttempts, plan)
  const skippedMs = waits.reduce((sum, wait) => sum + wait, 0)
  const emulator = await emulatorAt(wall - skippedMs)
  let timeouts = 0
  emulator.journal.listen(entry => {
    if (entry.kind !== 'attempt.completed') return
    timeouts = entry.attempt.outcome?.kind === 'timed_out' ? timeouts + 1 : 0
    if (timeouts === DOUBTFUL_TIMEOUTS) onDoubt()
  })
  try {
    const { id } = await emulator.subscribe(provider, to)
    if (waits.length > 0)
      await emulator.faults.add({
        kind: 'drop',
        as: 'unreachable',
        subscription: id,
        attempts: waits.map((_, i) => i + 1),
      })
    const triggered = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        emulator.trigger(provider, type, { channel: to.channel, subject: `campaign-${i + 1}`, only: [id] }),
      ),
    )
    await orStopped(emulator.rest())
    if (skippedMs > 0) await orStopped(emulator.advance(skippedMs).then(() => emulator.rest()))
    const ids = triggered.flatMap(({ deliveries }) => deliveries.map(delivery => delivery.id))
    const open = sampled(ids.filter(one => !deliveredOf(emulator, one).attempts.some(isAccepted)))
    const tooLongMs = await orStopped(sendAgain(emulator, open, Math.max(MOST_RETRYING_MS, settleMs ?? 0), pause))
    const next = plan.policy(waits.length + 1, { kind: 'answered', status: 503 })
    return {
      all: ids.map(one => deliveredOf(emulator, one)),
      retried: open.map(one => deliveredOf(emulator, one)).filter(({ attempts }) => attempts.length > 1),
      skippedMs,
      retryAfterMs: next.again ? next.afterMs : undefined,
      tooLongMs,
    }
  } finally {
    await emulator.stop(0)
  }
}

/** Sends deliveries again, one at a time, until each is accepted or the time is over; answers a wait that is too long. */
async function sendAgain(
  emulator: Emulator,
  ids: readonly string[],
  mostMs: number,
  pause: CampaignOptions['pause'],
): Promise<number | undefined> {
  // Since the first attempts, ms.
  let waited = 0
  for (const id of ids) {
    let refusedAt = 0
    for (const ms of WAITS_MS) {
      const last = deliveredOf(emulator, id).attempts.at(-1)
      const asked = (last?.answer && retryAfterMs(last.answer.headers, emulator.clock.wall())) ?? 0
      if (asked > mostMs) return asked
      if (waited > mostMs) return undefined
      const wait = Math.max(APART_MS, refusedAt + Math.max(asked, ms) - waited)
      waited += wait
      await pause(wait)
      await emulator.resend(id)
      if (deliveredOf(emulator, id).attempts.some(isAccepted)) break
      refusedAt = waited
    }
  }
  return undefined
}

function deliveredOf(emulator: Emulator, deliveryId: string): Delivered {
  const { delivery, attempts, body } = emulator.view(deliveryId)
  return {
    attempts: attempts
      .filter(({ faults }) => !faults.includes('drop'))
      .flatMap(({ number, method, url, headers, stampedAt, outcome, answer, durationMs }) => {
        if (outcome === null) return []
        const message = { method, url, headers, body }
        const what = `a valid ${delivery.type}, attempt ${number}`
        const met = { at: stampedAt, outcome, answer, durationMs: durationMs ?? 0 }
        return [{ number, what, message, wire: undefined, signedString: undefined, ...met }]
      }),
  }
}
