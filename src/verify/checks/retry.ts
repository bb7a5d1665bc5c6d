// Retries: the receiver or the network was down, and what it missed comes later.
import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import { failed, notJudged, passed } from './judge.js'

/** So many first attempts do not reach the receiver. */
const DROPPED = 4

export const retryChecks: readonly Check[] = [
  {
    id: 'retry/recovers',
    requirement: 'accept an event that it missed while unreachable: hours old, freshly signed',
    level: 'must',
    expects: 'accept',
    why: [
      'A retry sends the event as it happened, only the signature is new: a receiver that checks the age of the event loses it.',
    ],
    exclusive: true,
    async run(harness) {
      const next = harness.situation.plan.policy(1, { kind: 'refused' })
      if (!next.again) return notJudged('With these settings the provider does not retry.')
      const [delivery] = await harness.deliver({ count: 1, droppedAttempts: DROPPED })
      const reached = delivery?.attempts ?? []
      const accepted = reached.find(isAccepted)
      const last = reached.at(-1)
      if (accepted !== undefined) return passed(`delivered at attempt ${accepted.number}`)
      if (last === undefined) return notJudged('With these settings the retries end before the outage does.')
      return failed('accepted once it is reachable again', `attempt ${last.number} was ${seen(last)}`, last)
    },
  },
]
