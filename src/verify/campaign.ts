// A campaign of deliveries: an emulator of its own triggers events for the receiver, loses what it is told to, and plays the retries.
import type { RetryPlan } from '../core/retry.js'
import type { Emulator } from '../emulator/contract.js'
import type { SubscriptionInput } from '../provider/port.js'
import type { Campaign, Delivered } from './bench.js'

/** Deliveries are played to their end, but no further than this on the emulator's clock. */
const LONGEST_MS = 30 * 86_400_000

interface Parts {
  emulatorAt(start: number): Promise<Emulator>
  provider: string
  to: SubscriptionInput
  type: string
  plan: RetryPlan
  /** Real wall time, ms. */
  wall: number
}

/** Waits between the attempts that are lost, ms; fewer where the schedule ends before. */
function waits(plan: RetryPlan, lost: number): number[] {
  const delays: number[] = []
  for (let attempt = 1; attempt <= lost; attempt++) {
    const next = plan.policy(attempt, { kind: 'unreachable' })
    if (!next.again) break
    delays.push(next.afterMs)
  }
  return delays
}

/** What each delivery met once the way was open; events happen as long ago as the outage lasts, so that retries arrive now. */
export async function deliverCampaign({ count, cutAttempts = 0 }: Campaign, parts: Parts): Promise<Delivered[]> {
  const { provider, type } = parts
  const delays = waits(parts.plan, cutAttempts)
  const outage = delays.reduce((sum, delay) => sum + delay, 0)
  const emulator = await parts.emulatorAt(parts.wall - outage)
  try {
    const { id } = await emulator.subscribe(provider, parts.to)
    const lost = delays.map((_, i) => i + 1)
    if (lost.length > 0)
      await emulator.faults.add({ kind: 'drop', as: 'unreachable', subscription: id, attempts: lost })
    const triggered = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        emulator.trigger(provider, type, { channel: parts.to.channel, subject: `campaign-${i + 1}`, only: [id] }),
      ),
    )
    await emulator.rest()
    if (lost.length > 0) await emulator.drain({ upToMs: LONGEST_MS })
    return triggered.flatMap(({ deliveries }) => deliveries.map(delivery => toldOf(emulator, delivery.id)))
  } finally {
    await emulator.stop(0)
  }
}

/** A delivery with the attempts that left the house. */
function toldOf(emulator: Emulator, deliveryId: string): Delivered {
  const { delivery, attempts, body } = emulator.view(deliveryId)
  return {
    what: delivery.type,
    attempts: attempts
      .filter(({ faults }) => !faults.includes('drop'))
      .flatMap(({ number, method, url, headers, outcome, answer, durationMs }) => {
        if (outcome === null) return []
        const message = { method, url, headers, body }
        const what = `a valid ${delivery.type}, attempt ${number}`
        const met = { outcome, answer, durationMs: durationMs ?? 0 }
        return [{ number, what, message, wire: undefined, signedString: undefined, ...met }]
      }),
  }
}
