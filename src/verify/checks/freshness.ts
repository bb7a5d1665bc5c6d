// Freshness: a signed message is good for a while, however often it is replayed.

import type { Bench, Situation } from '../bench.js'
import { changed, withHeaders } from '../bend.js'
import type { Check, Expects } from '../check.js'
import { allOf, type Trial } from '../judging.js'

const stamped = ({ signs, traits }: Situation) => signs && traits.freshness !== undefined
const documented = ({ traits }: Situation) => (traits.freshness?.documented ? 'must' : 'should')
const REPLAY = 'Without it, a message that was overheard once can be replayed for ever.'

/** Validly signed messages with these stamps, by what they are. */
async function stampedAt(bench: Bench, expects: Expects, stamps: readonly [what: string, at: number][]) {
  const trials: Trial[] = []
  for (const [what, at] of stamps) trials.push({ what, sealed: await (await bench.letter()).seal({ at }) })
  return allOf(bench, expects, trials)
}

const windowMs = ({ traits }: Situation) => (traits.freshness?.seconds ?? 300) * 1000

export const freshnessChecks: readonly Check[] = [
  {
    id: 'freshness/stale',
    title: 'Refuses a validly signed message whose timestamp is too old.',
    level: documented,
    expects: 'refuse',
    why: [REPLAY],
    applies: stamped,
    run: bench =>
      stampedAt(bench, 'refuse', [
        ['a message signed ten seconds too long ago', bench.wall() - windowMs(bench.situation) - 10_000],
        ['a message signed a day ago', bench.wall() - 86_400_000],
      ]),
  },
  {
    id: 'freshness/edge',
    title: 'Accepts a message whose timestamp is old, but still within the window.',
    level: 'must',
    expects: 'accept',
    why: ['Queues, clocks and networks take their time; what is refused here is lost in production.'],
    applies: stamped,
    run: bench =>
      stampedAt(bench, 'accept', [
        ['a message signed half a minute before its time is up', bench.wall() - windowMs(bench.situation) + 30_000],
      ]),
  },
  {
    id: 'freshness/future',
    title: 'Refuses a message whose timestamp is ten minutes ahead.',
    level: 'should',
    expects: 'refuse',
    why: ['A stamp from the future would stay fresh for longer than the window; the stripe SDK accepts it.'],
    applies: stamped,
    run: bench =>
      stampedAt(bench, 'refuse', [
        ['a message signed ten minutes ahead', bench.wall() + Math.max(600_000, 2 * windowMs(bench.situation))],
      ]),
  },
  {
    id: 'freshness/garbage',
    title: 'Refuses a timestamp that is none, without an error of its own.',
    level: 'must',
    expects: 'refuse',
    why: ['parseInt takes 1700000000abc for a number, and every comparison with NaN is false.'],
    applies: ({ signs, traits }) => signs && traits.freshness !== undefined && traits.timestampHeader !== undefined,
    async run(bench) {
      const header = changed([bench.situation.traits.timestampHeader ?? ''], value => `${value}abc`)
      const trailing = withHeaders(await (await bench.letter()).seal(), header)
      const words = changed([bench.situation.traits.timestampHeader ?? ''], () => 'yesterday')
      const changedHeaders = await allOf(bench, 'refuse', [
        { what: 'a message with text after its timestamp', sealed: trailing },
        {
          what: 'a message with a word for a timestamp',
          sealed: withHeaders(await (await bench.letter()).seal(), words),
        },
      ])
      if (changedHeaders.status !== 'passed') return changedHeaders
      return stampedAt(bench, 'refuse', [
        ['a message validly signed with the timestamp NaN', Number.NaN],
        ['a message validly signed with a negative timestamp', -bench.wall()],
        ['a message validly signed with milliseconds for seconds', bench.wall() * 1000],
      ])
    },
  },
]
