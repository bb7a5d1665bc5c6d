// Credentials: providers that sign nothing are known by Basic, an API key or a bearer token.
import type { Headers } from '../../core/message.js'
import type { Bench, Situation } from '../bench.js'
import { underOtherScheme, withHeaders, without, wrongCredential } from '../bend.js'
import type { Check } from '../check.js'
import { allOf } from '../judging.js'

const credentials = ({ credentials }: Situation) => credentials

/** Sends a good message whose credential headers were changed. */
async function withCredentials(bench: Bench, what: string, change: (own: Headers) => Headers) {
  const sealed = await (await bench.letter()).seal()
  const names = sealed.signed.map(([name]) => name.toLowerCase())
  const bent = withHeaders(sealed, headers => [...without(names)(headers), ...change(sealed.signed)])
  return allOf(bench, 'refuse', [{ what, sealed: bent }])
}

const ONLY_PROOF = 'Nothing is signed: the credentials are the only proof of who sends.'

export const authChecks: readonly Check[] = [
  {
    id: 'auth/missing',
    title: 'Refuses a message without credentials.',
    level: 'must',
    expects: 'refuse',
    why: [ONLY_PROOF],
    applies: credentials,
    run: bench => withCredentials(bench, 'a message without credentials', () => []),
  },
  {
    id: 'auth/wrong',
    title: 'Refuses a message with wrong credentials.',
    level: 'must',
    expects: 'refuse',
    why: [ONLY_PROOF],
    applies: credentials,
    run: bench =>
      withCredentials(bench, 'a message with wrong credentials', own =>
        own.map(([name, value]) => [name, wrongCredential(value)]),
      ),
  },
  {
    id: 'auth/other-scheme',
    title: 'Refuses the right credential under another scheme.',
    level: 'must',
    expects: 'refuse',
    why: ['A receiver that looks for the value anywhere in the header takes more than it was given.'],
    applies: credentials,
    run: bench =>
      withCredentials(bench, 'a message with its credential under another scheme', own => own.map(underOtherScheme)),
  },
]
