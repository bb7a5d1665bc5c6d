// The order in which deliveries of several steps were accepted, judged for each subscription by itself.
import type { StepOutcome } from './result.js'
import type { Running } from './running.js'
import type { Scope } from './scope.js'
import { type Standing, timelineOf, type Wish } from './standing.js'

/** Whether the deliveries of the named steps were first accepted in this order; all of them are delivered already. */
export function judgeOrder(
  names: readonly string[],
  wish: Wish,
  { stage, witness }: Running,
  scope: Scope,
): StepOutcome {
  const places = new Map<string, { step: string; place: number }[]>()
  const standings: Standing[] = []
  for (const step of names)
    for (const event of scope.step(step)?.events ?? []) {
      const evidence = stage.deliveries(event.id)
      standings.push({ event, met: true, hopeless: false, seen: '', evidence })
      for (const { delivery } of evidence) {
        const place = witness.accepted(delivery.id)
        if (place === undefined) continue
        const list = places.get(delivery.subscriptionId) ?? []
        list.push({ step, place })
        places.set(delivery.subscriptionId, list)
      }
    }
  for (const list of places.values()) {
    const seen = list.sort((a, b) => a.place - b.place).map(one => one.step)
    const ordered = seen.every((step, i) => i === 0 || names.indexOf(step) >= names.indexOf(seen[i - 1] ?? ''))
    if (!ordered)
      return {
        status: 'failed',
        expected: wish.text,
        seen: `delivered in the order ${seen.join(', ')}`,
        timeline: timelineOf(standings),
      }
  }
  return { status: 'passed', expected: wish.text, seen: `delivered in the order ${names.join(', ')}` }
}
