// Freshness: a signed request is valid for a while only, however often it is replayed.
import { changedHeaders } from '../../core/mutate/request.js'
import type { Check, Expects } from '../check.js'
import type { Situation, TestHarness } from '../harness.js'
import { withHeaders } from '../test-event.js'
import { judgeAll, type Trial } from './judge.js'

const hasTimestamp = ({ signs, traits }: Situation) => signs && traits.freshness !== undefined
const documented = ({ traits }: Situation) => (traits.freshness?.documented ? 'must' : 'should')

/** Validly signed requests with these timestamps (ms), by what they are. */
async function signedAt(harness: TestHarness, expects: Expects, times: readonly [what: string, at: number][]) {
  const trials: Trial[] = []
  for (const [what, at] of times) trials.push({ what, request: await harness.request({ at }) })
  return judgeAll(harness, expects, trials)
}

const toleranceMs = ({ traits }: Situation) => (traits.freshness?.seconds ?? 300) * 1000

export const freshnessChecks: readonly Check[] = [
  {
    id: 'freshness/stale',
    requirement: 'reject a validly signed request whose timestamp is a day old',
    level: documented,
    expects: 'reject',
    why: ['Without this check, anyone who records one request can replay it for ever.'],
    applies: hasTimestamp,
    run: harness => signedAt(harness, 'reject', [['a request signed a day ago', harness.wall() - 86_400_000]]),
  },
  {
    id: 'freshness/window',
    requirement: 'reject a request whose timestamp is ten seconds older than the recommended tolerance',
    level: 'should',
    expects: 'reject',
    why: ['The check of age is needed, its width is a recommendation: a wider window gives more time for a replay.'],
    applies: hasTimestamp,
    run: harness =>
      signedAt(harness, 'reject', [
        ['a request signed ten seconds too long ago', harness.wall() - toleranceMs(harness.situation) - 10_000],
      ]),
  },
  {
    id: 'freshness/edge',
    requirement: 'accept a request whose timestamp is old, but still within the tolerance',
    level: 'must',
    expects: 'accept',
    why: ['Queues, clocks and networks cause delays; a receiver that is too strict loses events in production.'],
    applies: hasTimestamp,
    run: harness =>
      signedAt(harness, 'accept', [
        [
          'a request signed half a minute within the tolerance',
          harness.wall() - toleranceMs(harness.situation) + 30_000,
        ],
      ]),
  },
  {
    id: 'freshness/future',
    requirement: 'reject a request whose timestamp is ten minutes ahead',
    level: 'should',
    expects: 'reject',
    why: ['A timestamp in the future stays fresh for longer than the tolerance; the stripe SDK accepts it.'],
    applies: hasTimestamp,
    run: harness =>
      signedAt(harness, 'reject', [
        ['a request signed ten minutes ahead', harness.wall() + Math.max(600_000, 2 * toleranceMs(harness.situation))],
      ]),
  },
  {
    id: 'freshness/garbage',
    requirement: 'reject a malformed timestamp with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['parseInt reads 1700000000abc as a number, and every comparison with NaN is false.'],
    applies: situation => hasTimestamp(situation) && situation.traits.timestampHeader !== undefined,
    async run(harness) {
      const { timestampHeader = '' } = harness.situation.traits
      const withTimestamp = async (change: (value: string) => string) =>
        withHeaders(await harness.request(), headers => changedHeaders(headers, [timestampHeader], change))
      const changed = await judgeAll(harness, 'reject', [
        { what: 'a request with text after its timestamp', request: await withTimestamp(value => `${value}abc`) },
        { what: 'a request with a word for a timestamp', request: await withTimestamp(() => 'yesterday') },
      ])
      if (changed.status !== 'passed') return changed
      return signedAt(harness, 'reject', [
        ['a request validly signed with the timestamp NaN', Number.NaN],
        ['a request validly signed with a negative timestamp', -harness.wall()],
        ['a request validly signed with milliseconds instead of seconds', harness.wall() * 1000],
      ])
    },
  },
]
