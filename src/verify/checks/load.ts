// Load: as many requests at once as the provider sends, and the backlog after an outage.

import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import { failed, passed } from './judge.js'

const share = (part: number, whole: number) => `${part} of ${whole} (${Math.round((part / whole) * 1000) / 10} %)`

export const loadChecks: readonly Check[] = [
  {
    id: 'load/burst',
    requirement: "accept 200 distinct events at the subscription's concurrency, each within the timeout",
    level: 'must',
    expects: 'accept',
    takes: { requests: 20, waitMs: 500 },
    follows: ['http/keep-alive'],
    why: ['Providers send many at once: as many as their concurrency limit are in flight at any moment.'],
    exclusive: true,
    async run(harness) {
      const all = await harness.deliver({ count: 200 })
      const firsts = all.flatMap(({ attempts }) => attempts.slice(0, 1))
      const bad = firsts.filter(attempt => !isAccepted(attempt))
      const [worst] = bad
      if (worst === undefined) {
        const slowest = Math.max(0, ...firsts.map(({ durationMs }) => durationMs))
        return passed(`slowest ${Math.round(slowest)} ms`)
      }
      return failed(
        `all 200 accepted at the first attempt, ${harness.situation.plan.concurrency} in flight at once`,
        `${share(bad.length, firsts.length)} were not; the first was ${seen(worst)}`,
        worst,
      )
    },
  },
  {
    id: 'load/backlog',
    requirement: 'accept 500 events released at once after an outage, with retries',
    level: 'should',
    expects: 'accept',
    takes: { requests: 50, waitMs: 1500 },
    follows: ['load/burst', 'http/keep-alive'],
    why: ['After an outage everything that is pending arrives at the same moment.'],
    exclusive: true,
    async run(harness) {
      const all = await harness.deliver({ count: 500, droppedAttempts: 1 })
      const lost = all.filter(({ attempts }) => !attempts.some(isAccepted))
      const made = all.flatMap(({ attempts }) => attempts)
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
