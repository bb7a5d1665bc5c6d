// Load: as many at once as the provider allows itself, and the herd after an outage.
import type { Delivered } from '../bench.js'
import type { Check } from '../check.js'
import { failed, isAccepted, passed, seen } from '../judging.js'

const share = (part: number, whole: number) => `${part} of ${whole} (${Math.round((part / whole) * 1000) / 10} %)`

/** Attempts that reached somebody, all deliveries together. */
const attemptsOf = (all: readonly Delivered[]) => all.flatMap(({ attempts }) => attempts)

export const loadChecks: readonly Check[] = [
  {
    id: 'load/burst',
    title: "Accepts 200 distinct events at the subscription's concurrency, none slower than the timeout.",
    level: 'must',
    expects: 'accept',
    why: ['Providers send many at once: up to the concurrency limit are in flight at any moment.'],
    alone: true,
    async run(bench) {
      const all = await bench.deliver({ count: 200 })
      const firsts = all.flatMap(({ attempts }) => attempts.slice(0, 1))
      const bad = firsts.filter(attempt => !isAccepted(attempt))
      const [worst] = bad
      if (worst === undefined) {
        const slowest = Math.max(0, ...firsts.map(({ durationMs }) => durationMs))
        return passed(`slowest ${Math.round(slowest)} ms`)
      }
      return failed(
        `all 200 accepted at the first attempt, ${bench.situation.plan.concurrency} in flight at once`,
        `${share(bad.length, firsts.length)} were not; the first was ${seen(worst)}`,
        worst,
      )
    },
  },
  {
    id: 'load/backlog',
    title: 'Takes 500 events released at once after an outage, all of them in the end.',
    level: 'should',
    expects: 'accept',
    why: ['After a recovery everything that was owed comes at the same moment.'],
    alone: true,
    async run(bench) {
      const all = await bench.deliver({ count: 500, cutAttempts: 1 })
      const lost = all.filter(({ attempts }) => !attempts.some(isAccepted))
      const made = attemptsOf(all)
      const errors = made.filter(attempt => !isAccepted(attempt))
      const rate = `error rate ${share(errors.length, made.length)}`
      const [first] = lost
      if (first === undefined) return passed(rate)
      return failed(
        'all 500 accepted in the end',
        `${share(lost.length, all.length)} were never accepted; ${rate}`,
        first.attempts.at(-1),
      )
    },
  },
]
