// Credentials: without a signature, Basic, an API key or a bearer token proves who sends.
import type { Headers } from '../../core/message.js'
import { withoutHeaders } from '../../core/mutate/request.js'
import { corruptedCredential, underOtherScheme } from '../../core/mutate/signature.js'
import type { Check } from '../check.js'
import type { Situation, TestHarness } from '../harness.js'
import { signedNames, withHeaders } from '../test-event.js'
import { judgeAll } from './judge.js'

const credentials = ({ credentials }: Situation) => credentials

/** Sends a valid request whose credential headers were changed. */
async function withCredentials(harness: TestHarness, what: string, change: (valid: Headers) => Headers) {
  const valid = await harness.request()
  const request = withHeaders(valid, headers => [
    ...withoutHeaders(headers, signedNames(valid)),
    ...change(valid.signed),
  ])
  return judgeAll(harness, 'reject', [{ what, request }])
}

const ONLY_PROOF = 'Nothing is signed: the credentials are the only proof of who sends.'

export const authChecks: readonly Check[] = [
  {
    id: 'auth/missing',
    requirement: 'reject a request without credentials',
    level: 'must',
    expects: 'reject',
    why: [ONLY_PROOF],
    applies: credentials,
    run: harness => withCredentials(harness, 'a request without credentials', () => []),
  },
  {
    id: 'auth/wrong',
    requirement: 'reject a request with wrong credentials',
    level: 'must',
    expects: 'reject',
    why: [ONLY_PROOF],
    applies: credentials,
    run: harness =>
      withCredentials(harness, 'a request with wrong credentials', valid =>
        valid.map(([name, value]) => [name, corruptedCredential(value)]),
      ),
  },
  {
    id: 'auth/other-scheme',
    requirement: 'reject valid credentials under another scheme',
    level: 'must',
    expects: 'reject',
    why: ['A receiver that searches the whole header for the value accepts more than the scheme allows.'],
    applies: credentials,
    run: harness =>
      withCredentials(harness, 'a request with its credentials under another scheme', valid =>
        valid.map(underOtherScheme),
      ),
  },
]
