// Retries: the receiver or the network was down, and what it missed comes later.
import { formatDuration } from '../../core/duration.js'
import type { RetryPlan } from '../../core/retry.js'
import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import { failed, notJudged, passed } from './judge.js'
import { judgeDeliveredLater } from './load.js'

/** The receiver is unreachable for so long, ms, or until the last attempt. */
const OUTAGE_MS = 2 * 3_600_000
const MOST_DROPPED = 12

/** How many attempts an outage takes; the last is left. */
function droppedAttempts({ policy }: RetryPlan): number {
  let passedMs = 0
  let attempts = 0
  while (passedMs < OUTAGE_MS && attempts < MOST_DROPPED) {
    const next = policy(attempts + 1, { kind: 'unreachable' })
    if (!next.again) break
    passedMs += next.afterMs
    attempts++
  }
  return attempts
}

export const retryChecks: readonly Check[] = [
  {
    id: 'retry/recovers',
    requirement: 'accept an event that it missed while unreachable: hours old, freshly signed, and act on it once',
    level: 'must',
    expects: 'accept',
    why: [
      'A retry sends the event as it happened, only the signature is new: a receiver that checks the age of the event loses it.',
    ],
    exclusive: true,
    async run(harness) {
      const dropped = droppedAttempts(harness.situation.plan)
      if (dropped === 0) return notJudged('With these settings the provider does not retry.')
      const { all, skippedMs, tooLongMs } = await harness.deliver({ count: 1, droppedAttempts: dropped })
      const reached = all[0]?.attempts ?? []
      const accepted = reached.find(isAccepted)
      const last = reached.at(-1)
      if (accepted !== undefined) {
        judgeDeliveredLater(harness, all)
        return passed(`delivered at attempt ${accepted.number}, ${formatDuration(skippedMs)} after the event`)
      }
      if (last === undefined) return notJudged('With these settings the retries end before the outage does.')
      if (tooLongMs !== undefined)
        return notJudged(`Retry-After asks to wait ${formatDuration(tooLongMs)}: give that much time (settle).`)
      return failed('accepted once it is reachable again', `attempt ${last.number} was ${seen(last)}`, last)
    },
  },
]
