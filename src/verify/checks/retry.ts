// Retries: the receiver, or the way to it, was down, and what was missed comes later.
import type { Check } from '../check.js'
import { failed, isAccepted, notJudged, passed, seen } from '../judging.js'

/** Attempts that are lost before the way is open again. */
const LOST = 4

export const retryChecks: readonly Check[] = [
  {
    id: 'retry/recovers',
    title: 'Takes what it missed while it could not be reached: the same event, hours old, freshly signed.',
    level: 'must',
    expects: 'accept',
    why: ['Retries carry the event as it happened; only the signature is new. Judging the age of the event loses it.'],
    alone: true,
    async run(bench) {
      const next = bench.situation.plan.policy(1, { kind: 'refused' })
      if (!next.again) return notJudged('With these settings the provider does not try again.')
      const [delivery] = await bench.deliver({ count: 1, cutAttempts: LOST })
      const reached = delivery?.attempts ?? []
      const taken = reached.find(isAccepted)
      const last = reached.at(-1)
      if (taken !== undefined) return passed(`delivered at attempt ${taken.number}`)
      if (last === undefined) return notJudged('The schedule of these settings ends before the way is open again.')
      return failed('acceptance once it can be reached again', `attempt ${last.number} was ${seen(last)}`, last)
    },
  },
]
