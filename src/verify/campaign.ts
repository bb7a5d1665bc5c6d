// A campaign of deliveries: an emulator of its own triggers events for the receiver, drops the first attempts and plays the retries.
import type { RetryPlan } from '../core/retry.js'
import type { Emulator } from '../emulator/contract.js'
import type { SubscriptionInput } from '../provider/port.js'
import type { Exchange } from './exchange.js'

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

export interface CampaignOptions {
  emulatorAt(start: number): Promise<Emulator>
  provider: string
  to: SubscriptionInput
  type: string
  plan: RetryPlan
  /** Real wall time, ms. */
  wall: number
  /** Called where responses stay out. */
  onDoubt(): void
  /** Ends a wait, by rejecting, when the receiver has stopped. */
  orStopped<T>(wait: Promise<T>): Promise<T>
}

/** So many timeouts in a row mean that the receiver may hang. */
const DOUBTFUL_TIMEOUTS = 2

/** Retries are played for at most this long on the emulator's clock. */
const LONGEST_MS = 30 * 86_400_000

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

/** Delivers the events of a campaign. They happen as long ago as the outage lasts, so that the retries arrive now. */
export async function deliverCampaign(
  { count, droppedAttempts = 0 }: Campaign,
  { emulatorAt, provider, to, type, plan, wall, onDoubt, orStopped }: CampaignOptions,
): Promise<Delivered[]> {
  const waits = waitsAfter(droppedAttempts, plan)
  const emulator = await emulatorAt(wall - waits.reduce((sum, wait) => sum + wait, 0))
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
    if (waits.length > 0) await orStopped(emulator.drain({ upToMs: LONGEST_MS }))
    return triggered.flatMap(({ deliveries }) => deliveries.map(delivery => deliveredOf(emulator, delivery.id)))
  } finally {
    await emulator.stop(0)
  }
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
