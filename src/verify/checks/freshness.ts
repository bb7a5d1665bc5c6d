// Freshness: a signed request is valid for a while only, however often it is replayed.
import { changedHeaders } from '../../core/mutate/request.js'
import type { Check } from '../check.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import { withHeaders } from '../test-event.js'
import { acceptsAll, judgeRefused } from './effects.js'
import type { Trial } from './judge.js'
import { UNCHECKED } from './signature.js'

const hasTimestamp = ({ signs, traits }: Situation) => signs && traits.freshness !== undefined
const documented = ({ traits }: Situation) => (traits.freshness?.documented ? 'must' : 'should')

type Times = readonly [what: string, at: number][]

/** Sends an event validly signed at each of these times (ms), which are to be refused. */
async function refusesAt(harness: TestHarness, times: Times) {
  const event = await harness.event()
  const trials: Trial[] = []
  for (const [what, at] of times) trials.push({ what, request: await event.sign({ at }) })
  return judgeRefused(harness, event, trials)
}

/** Sends events validly signed at these times (ms), which are to be accepted. */
async function acceptsAt(harness: TestHarness, times: Times) {
  const trials: Trial[] = []
  for (const [what, at] of times) trials.push({ what, request: await harness.request({ at }) })
  return acceptsAll(harness, trials)
}

/** A receiver that takes a timestamp of any age looks at none. */
const UNTIMED = [...UNCHECKED, 'freshness/stale']

const toleranceMs = ({ traits }: Situation) => (traits.freshness?.seconds ?? 300) * 1000

export const freshnessChecks: readonly Check[] = [
  {
    id: 'freshness/stale',
    requirement: 'reject a validly signed request whose timestamp is a day old',
    level: documented,
    expects: 'reject',
    why: ['Without this check, anyone who records one request can replay it for ever.'],
    applies: hasTimestamp,
    follows: UNCHECKED,
    run: harness => refusesAt(harness, [['a request signed a day ago', harness.wall() - 86_400_000]]),
  },
  {
    id: 'freshness/window',
    requirement: 'reject a request whose timestamp is ten seconds older than the recommended tolerance',
    level: 'should',
    expects: 'reject',
    why: ['The check of age is needed, its width is a recommendation: a wider window gives more time for a replay.'],
    applies: hasTimestamp,
    follows: UNTIMED,
    run: harness =>
      refusesAt(harness, [
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
      acceptsAt(harness, [
        [
          'a request signed half a minute within the tolerance',
          harness.wall() - toleranceMs(harness.situation) + 30_000,
        ],
      ]),
  },
  {
    id: 'freshness/clock-ahead',
    requirement: 'accept a request whose timestamp is up to 30 seconds ahead',
    level: documented,
    expects: 'accept',
    why: [
      'Clocks differ by seconds, and a timestamp is a whole second: a receiver that refuses any from the future loses events.',
    ],
    applies: hasTimestamp,
    run: harness =>
      acceptsAt(harness, [
        ['a request signed two seconds ahead', harness.wall() + 2000],
        ['a request signed 30 seconds ahead', harness.wall() + 30_000],
      ]),
  },
  {
    id: 'freshness/future',
    requirement: 'reject a request whose timestamp is ten minutes ahead',
    level: 'should',
    expects: 'reject',
    why: ['A timestamp in the future stays fresh for longer than the tolerance; the stripe SDK accepts it.'],
    applies: hasTimestamp,
    follows: UNTIMED,
    run: harness =>
      refusesAt(harness, [
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
    follows: UNTIMED,
    async run(harness) {
      const { timestampHeader = '' } = harness.situation.traits
      const event = await harness.event()
      const withTimestamp = async (change: (value: string) => string) =>
        withHeaders(await event.sign(), headers => changedHeaders(headers, [timestampHeader], change))
      const signed: Times = [
        ['a request validly signed with the timestamp NaN', Number.NaN],
        ['a request validly signed with a negative timestamp', -harness.wall()],
      ]
      const trials: Trial[] = [
        { what: 'a request with text after its timestamp', request: await withTimestamp(value => `${value}abc`) },
        { what: 'a request with a word for a timestamp', request: await withTimestamp(() => 'yesterday') },
      ]
      for (const [what, at] of signed) trials.push({ what, request: await event.sign({ at }) })
      const now = String(Math.floor(harness.wall() / 1000))
      trials.push({
        what: 'a request validly signed with text after its timestamp',
        request: await event.sign({ timestamp: `${now}abc` }),
      })
      const words = await judgeRefused(harness, event, trials)
      if (words.status !== 'passed') return words
      // Read as seconds they are far ahead, which alone is judged elsewhere.
      const milliseconds = await refusesAt(harness, [
        ['a request validly signed with milliseconds instead of seconds', harness.wall() * 1000],
      ])
      return milliseconds.status === 'failed' ? { ...milliseconds, follows: ['freshness/future'] } : milliseconds
    },
  },
  {
    id: 'freshness/garbage-number',
    requirement: 'reject a timestamp that is no whole number of seconds: with an exponent, or with decimals',
    level: 'should',
    expects: 'reject',
    why: ['Standard Webhooks: an integer. What reads 1.7e9 as a time reads more than what is sent.'],
    applies: situation => hasTimestamp(situation) && situation.traits.timestampHeader !== undefined,
    follows: [...UNTIMED, 'freshness/garbage'],
    async run(harness) {
      const event = await harness.event()
      const seconds = Math.floor(harness.wall() / 1000)
      const written = (timestamp: string) => event.sign({ timestamp })
      return judgeRefused(harness, event, [
        {
          what: 'a request validly signed with a timestamp that has an exponent',
          request: await written(seconds.toExponential().replace('+', '')),
        },
        { what: 'a request validly signed with a timestamp that has decimals', request: await written(`${seconds}.0`) },
      ])
    },
  },
]
