// Secrecy: what a receiver says when it refuses must help nobody to forge the next message.

import type { Bench, Exchange } from '../bench.js'
import { changed, codeIn, tampered, withBody, withHeaders } from '../bend.js'
import type { Check, Finding } from '../check.js'
import { failed, passed } from '../judging.js'
import { spared } from './signature.js'

/** Marks of a stack trace in the common languages. */
const TRACES = [
  /\bat (?:[\w.<>$[\] ]+ )?\(?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s)]+:\d+:\d+\)?/,
  /Traceback \(most recent call last\)/,
  /\bat [\w.$]+\([\w]+\.(?:java|kt|scala):\d+\)/,
  /\bat .+ in .+\.cs:line \d+/,
  /goroutine \d+ \[running\]/,
  /\.(?:rb|php):\d+:in [`']/,
]

/** Shorter secrets are found by chance. */
const LEAST_SEARCHED = 6

const saidIn = ({ answer }: Exchange): string =>
  answer === null ? '' : [...answer.headers.map(([name, value]) => `${name}: ${value}`), answer.body].join('\n')

function leak(exchange: Exchange, secrets: readonly string[], expected: string | undefined): string | undefined {
  const said = saidIn(exchange)
  if (secrets.some(secret => secret.length >= LEAST_SEARCHED && said.includes(secret))) return 'the secret'
  if (expected !== undefined && said.includes(expected)) return 'the signature that would have been right'
  const trace = TRACES.map(mark => mark.exec(said)?.[0]).find(text => text !== undefined)
  return trace === undefined ? undefined : `a stack trace (${trace.slice(0, 80)})`
}

function found(exchange: Exchange, what: string): Finding {
  return failed(`an answer to ${exchange.what} that gives nothing away`, `it contains ${what}`, exchange)
}

/** Refused messages whose right signature is known, so that it can be looked for in the answers. */
async function provoked(bench: Bench): Promise<{ exchange: Exchange; expected: string | undefined }[]> {
  const { situation } = bench
  if (!situation.signs) return []
  const header = situation.traits.signatureHeaders
  const codeOf = (headers: readonly [string, string][]) =>
    codeIn(headers.find(([name]) => header.includes(name.toLowerCase()))?.[1] ?? '')
  const letter = await bench.letter()
  const at = bench.wall()
  const right = await letter.seal({ at })
  const stranger = await letter.seal({ at, secret: bench.strangerSecret })
  const body = tampered(letter.body, letter.value, spared(situation))
  const tamperedRight = await letter.seal({ at, body })
  const cut = withHeaders(
    right,
    changed(header, value => value.slice(0, -1)),
  )
  return [
    {
      exchange: await bench.send(stranger, 'a message signed with another secret'),
      expected: codeOf(right.signed),
    },
    {
      exchange: await bench.send(withBody(right, body), 'a message with one value changed after signing'),
      expected: codeOf(tamperedRight.signed),
    },
    {
      exchange: await bench.send(cut, 'a message with its signature cut'),
      // All but the last character was sent: giving the whole back is the leak.
      expected: codeOf(right.signed),
    },
  ]
}

export const secrecyChecks: readonly Check[] = [
  {
    id: 'secrecy/no-leak',
    title: 'Gives away neither the secret nor the right signature nor a stack trace when it refuses.',
    level: 'must',
    expects: 'refuse',
    why: ['An error that explains itself too well tells a stranger how to get in.'],
    applies: ({ signs, credentials }) => signs || credentials,
    last: true,
    async run(bench) {
      for (const { exchange, expected } of await provoked(bench)) {
        const what = leak(exchange, bench.secrets, expected)
        if (what !== undefined) return found(exchange, what)
      }
      const letter = await bench.letter()
      await bench.send(await letter.seal({ body: '{"broken":' }), 'broken JSON')
      const naked = await letter.seal()
      const own = naked.signed.map(([name]) => name.toLowerCase())
      await bench.send(
        withHeaders(naked, headers => headers.filter(([name]) => !own.includes(name.toLowerCase()))),
        'a message without proof of its sender',
      )
      for (const exchange of bench.exchanges()) {
        if ((exchange.answer?.status ?? 0) < 400) continue
        const what = leak(exchange, bench.secrets, undefined)
        if (what !== undefined) return found(exchange, what)
      }
      return passed()
    },
  },
]
