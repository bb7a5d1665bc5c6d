// Retries: the receiver or the network was down, and what it missed comes later.
import { formatDuration } from '../../core/duration.js'
import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import { failed, notJudged, passed } from './judge.js'
import { judgeDeliveredLater } from './load.js'

/** So many first attempts do not reach the receiver. */
const DROPPED = 4

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
      const next = harness.situation.plan.policy(1, { kind: 'refused' })
      if (!next.again) return notJudged('With these settings the provider does not retry.')
      const { all, skippedMs, tooLongMs } = await harness.deliver({ count: 1, droppedAttempts: DROPPED })
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
