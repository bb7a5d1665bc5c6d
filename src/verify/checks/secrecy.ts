// Secrecy: what a receiver answers when it rejects a request must not help anybody to forge the next one.

import type { Headers } from '../../core/message.js'
import { corruptedCredential } from '../../core/mutate/credential.js'
import { changedHeaders, withoutHeaders } from '../../core/mutate/request.js'
import { reencoded, signatureIn } from '../../core/mutate/signature.js'
import type { Check } from '../check.js'
import type { Exchange } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { signedNames, tamperedBody, withBody, withHeaders } from '../test-event.js'
import { failed, passed } from './judge.js'
import { traceIn } from './trace-in.js'

/** Shorter secrets are found by chance. */
const LEAST_SEARCHED = 6

const textOf = ({ answer }: Exchange): string =>
  answer === null ? '' : [...answer.headers.map(([name, value]) => `${name}: ${value}`), answer.body].join('\n')

function leak(exchange: Exchange, secrets: readonly string[], expected: string | undefined): string | undefined {
  const text = textOf(exchange)
  if (secrets.some(secret => secret.length >= LEAST_SEARCHED && text.includes(secret))) return 'the secret'
  if (expected !== undefined && [expected, reencoded(expected)].some(one => text.includes(one)))
    return 'the valid signature'
  const trace = traceIn(text)
  return trace === undefined ? undefined : `a stack trace (${trace.slice(0, 80)})`
}

function leaked(exchange: Exchange, what: string): Finding {
  return failed(`an answer to ${exchange.what} that reveals nothing`, `it contains ${what}`, exchange)
}

/** Sends requests that are to be rejected, with the valid signature of each, to be searched for in the answers. */
async function rejected(harness: TestHarness): Promise<{ exchange: Exchange; valid: string | undefined }[]> {
  const { signs, traits } = harness.situation
  if (!signs) {
    const request = await harness.request()
    const names = signedNames(request)
    const wrong = withHeaders(request, headers => changedHeaders(headers, names, value => corruptedCredential(value)))
    return [{ exchange: await harness.send(wrong, 'a request with wrong credentials'), valid: undefined }]
  }
  const { signatureHeaders } = traits
  const signatureOf = (headers: Headers) =>
    signatureIn(headers.find(([name]) => signatureHeaders.includes(name.toLowerCase()))?.[1] ?? '')
  const event = await harness.event()
  const at = harness.wall()
  const body = tamperedBody(event, traits)
  const valid = await event.sign({ at })
  const validOfTampered = await event.sign({ at, body })
  const wrong = await event.sign({ at, secret: harness.wrongSecret })
  const cut = withHeaders(valid, headers => changedHeaders(headers, signatureHeaders, value => value.slice(0, -1)))
  return [
    {
      exchange: await harness.send(wrong, 'a request signed with another secret'),
      valid: signatureOf(valid.signed),
    },
    {
      exchange: await harness.send(withBody(valid, body), 'a request with one value changed after signing'),
      valid: signatureOf(validOfTampered.signed),
    },
    {
      exchange: await harness.send(cut, 'a request with a truncated signature'),
      // All but the last character was sent: an answer with the complete one reveals it.
      valid: signatureOf(valid.signed),
    },
  ]
}

export const secrecyChecks: readonly Check[] = [
  {
    id: 'secrecy/no-leak',
    requirement:
      'NOT reveal the secret, a valid signature, a stack trace or the place of an error on its server when it rejects a request',
    level: 'must',
    expects: 'reject',
    why: ['An error message that explains too much tells an attacker how to get in.'],
    applies: ({ signs, credentials }) => signs || credentials,
    runLast: true,
    async run(harness) {
      for (const { exchange, valid } of await rejected(harness)) {
        const what = leak(exchange, harness.secrets, valid)
        if (what !== undefined) return leaked(exchange, what)
      }
      await harness.send(await harness.request({ body: '{"broken":' }), 'broken JSON')
      const signed = await harness.request()
      await harness.send(
        withHeaders(signed, headers => withoutHeaders(headers, signedNames(signed))),
        'a request without a signature or credentials',
      )
      for (const exchange of harness.allExchanges()) {
        if ((exchange.answer?.status ?? 0) < 400) continue
        const what = leak(exchange, harness.secrets, undefined)
        if (what !== undefined) return leaked(exchange, what)
      }
      return passed()
    },
  },
]
