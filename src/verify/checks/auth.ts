// Credentials: without a signature, Basic, an API key or a bearer token proves who sends.

import type { Headers } from '../../core/message.js'
import {
  corruptedCredential,
  ignoredCredentials,
  nearCredentials,
  partialCredentials,
  underOtherHeader,
  underOtherScheme,
  urlWithCredential,
} from '../../core/mutate/credential.js'
import { withoutHeaders } from '../../core/mutate/request.js'
import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import { signedNames, withHeaders } from '../test-event.js'
import { sendUntilAnswered } from './busy.js'
import { judgeRefused, refusesKnown } from './effects.js'
import { failed, passed } from './judge.js'

const credentials = ({ credentials }: Situation) => credentials

/** Sends valid requests of one event with their credential headers changed. */
async function refuses(harness: TestHarness, ways: (valid: Headers) => readonly [what: string, changed: Headers][]) {
  const event = await harness.event()
  const valid = await event.sign()
  const trials = ways(valid.signed).map(([what, changed]) => ({
    what,
    request: withHeaders(valid, headers => [...withoutHeaders(headers, signedNames(valid)), ...changed]),
  }))
  return judgeRefused(harness, event, trials)
}

/** Each wrong value of each credential header, with the others as they are. */
const eachWrong = (valid: Headers, wrongOf: (value: string) => readonly [what: string, value: string][]) =>
  valid.flatMap(([name, value], at) =>
    wrongOf(value).map(([what, wrong]): [string, Headers] => [
      `a request with its credentials ${what}`,
      valid.map((header, i) => (i === at ? [name, wrong] : header)),
    ]),
  )

/** Finds a header of which only the beginning is compared: a decoder that ignores a character behind the credential ignores it within, too. */
async function comparesWhole(harness: TestHarness) {
  const valid = await harness.request()
  const [name, value] = valid.signed.find(([, value]) => ignoredCredentials(value)) ?? []
  const ignored = value === undefined ? undefined : ignoredCredentials(value)
  if (name === undefined || ignored === undefined) return passed()
  const sent = (changed: string, what: string) =>
    sendUntilAnswered(
      harness,
      withHeaders(valid, headers => [...withoutHeaders(headers, [name.toLowerCase()]), [name, changed]]),
      what,
    )
  const behind = await sent(ignored.behind, 'a request with a character behind its credentials')
  if (!isAccepted(behind)) return passed()
  const within = await sent(ignored.within, 'a request with a character within its credentials')
  if (isAccepted(within)) return passed('characters that are not of base64 are ignored')
  return failed(
    'a 4xx answer to a request with a character behind its credentials',
    `${seen(behind)}, though one within them was ${seen(within)}`,
    behind,
  )
}

const ONLY_PROOF = 'Nothing is signed: the credentials are the only proof of who sends.'

/** Where these fail, credentials are not compared, and nothing else is to be said of it. */
const UNCHECKED = ['auth/missing', 'auth/wrong']

export const authChecks: readonly Check[] = [
  {
    id: 'auth/missing',
    requirement: 'reject a request without credentials',
    level: 'must',
    expects: 'reject',
    why: [ONLY_PROOF],
    applies: credentials,
    follows: ['auth/wrong'],
    async run(harness) {
      const missing = await refuses(harness, () => [['a request without credentials', []]])
      if (missing.status !== 'passed') return missing
      return refusesKnown(harness, 'a request without credentials', valid =>
        withHeaders(valid, headers => withoutHeaders(headers, signedNames(valid))),
      )
    },
  },
  {
    id: 'auth/wrong',
    requirement: 'reject a request with wrong credentials',
    level: 'must',
    expects: 'reject',
    why: [ONLY_PROOF],
    applies: credentials,
    run: harness =>
      refuses(harness, valid => [
        ['a request with wrong credentials', valid.map(([name, value]) => [name, corruptedCredential(value)])],
      ]),
  },
  {
    id: 'auth/near-miss',
    requirement: 'reject credentials that are cut, extended, in quotes or in other case',
    level: 'must',
    expects: 'reject',
    why: ['A comparison of beginnings, of parts or without regard to case takes what is easier to guess.'],
    applies: credentials,
    follows: [...UNCHECKED, 'auth/partial'],
    async run(harness) {
      const near = await refuses(harness, valid => eachWrong(valid, nearCredentials))
      return near.status === 'passed' ? comparesWhole(harness) : near
    },
  },
  {
    id: 'auth/partial',
    requirement: 'reject a part of the credentials: the user or the password alone, half a key, an empty one',
    level: 'must',
    expects: 'reject',
    why: [
      'Of Basic both the user and the password are to be compared (RFC 7617, section 2), and an empty text proves nothing.',
    ],
    applies: credentials,
    follows: UNCHECKED,
    run: harness => refuses(harness, valid => eachWrong(valid, partialCredentials)),
  },
  {
    id: 'auth/other-scheme',
    requirement: 'reject valid credentials under another scheme, in another header or in the query',
    level: 'must',
    expects: 'reject',
    why: [
      'A receiver that searches the whole header for the value accepts more than the scheme allows.',
      'URLs are written to logs, and proxies check the header that is agreed on only.',
    ],
    applies: credentials,
    // What is not compared as a whole is often not looked at as a whole either: its scheme, and where it stands.
    follows: [...UNCHECKED, 'auth/near-miss', 'auth/partial'],
    async run(harness) {
      const event = await harness.event()
      const valid = await event.sign()
      const without = withHeaders(valid, headers => withoutHeaders(headers, signedNames(valid)))
      const withThese = (added: Headers) => withHeaders(without, headers => [...headers, ...added])
      return judgeRefused(harness, event, [
        {
          what: 'a request with its credentials under another scheme',
          request: withThese(valid.signed.map(underOtherScheme)),
        },
        {
          what: 'a request with its credentials in another header',
          request: withThese(valid.signed.map(underOtherHeader)),
        },
        {
          what: 'a request with its credentials in the query of its URL',
          request: {
            ...without,
            message: { ...without.message, url: urlWithCredential(valid.message.url, valid.signed) },
          },
        },
      ])
    },
  },
]
