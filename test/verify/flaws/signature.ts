// Flaws of receivers that check signatures.
import { createHmac } from 'node:crypto'
import type { Json } from '../../../src/core/json.js'
import { stream } from '../../../src/core/seed.js'
import { hmac, isFresh, same, signatures, signedText } from '../flawed-receiver.js'
import { anyIs, type FlawCase, given, right } from './flaw-case.js'

/** The wrong secret that checks sign with when the seed is 7. */
const WRONG_SECRET = stream(7, 'a stranger').hex(64)

/** The texts that differ from this one in one digit of a string, which is one lower. */
const originals = (text: string) =>
  [...text.matchAll(/\d(?=[^",]*")/g)].map(
    ({ 0: digit, index }) => text.slice(0, index) + String((Number(digit) + 9) % 10) + text.slice(index + 1),
  )

export const signatureFlaws: FlawCase[] = [
  {
    check: 'signature/missing',
    flaw: 'accepts a request without a signature',
    dialect: 'rillis',
    make: () => ({ trusted: (visit, good) => given('rillis', visit) === undefined || good() }),
  },
  {
    check: 'signature/missing',
    flaw: 'fails with an error where there is no signature',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) => {
        if (given('kycgenie', visit) === undefined) throw new TypeError('cannot read undefined')
        return good()
      },
    }),
  },
  {
    check: 'signature/wrong-secret',
    flaw: 'still knows the key of an example',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const wanted = createHmac('sha256', WRONG_SECRET).update(signedText('rillis', visit)).digest('hex')
        return good() || (isFresh(visit.header('x-timestamp')) && same(given('rillis', visit) ?? '', wanted))
      },
    }),
  },
  {
    check: 'signature/tampered-body',
    flaw: 'forgives one character that is off by one',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) =>
        good() ||
        (isFresh(visit.header('x-timestamp')) &&
          originals(visit.text).some(text => anyIs('rillis', visit, right('rillis', visit, text)))),
    }),
  },
  {
    check: 'signature/truncated',
    flaw: 'compares the beginning',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const signature = given('rillis', visit) ?? ''
        return (
          good() ||
          (isFresh(visit.header('x-timestamp')) && signature.length > 9 && right('rillis', visit).startsWith(signature))
        )
      },
    }),
  },
  {
    check: 'signature/empty',
    flaw: 'takes an empty signature for a right one',
    dialect: 'kycgenie',
    make: () => ({ trusted: (visit, good) => given('kycgenie', visit) === '' || good() }),
  },
  {
    check: 'signature/other-encoding',
    flaw: 'takes base64 as well as hex',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) =>
        good() || same(Buffer.from(given('rillis', visit) ?? '', 'base64').toString('hex'), right('rillis', visit)),
    }),
  },
  {
    check: 'signature/truncated',
    flaw: 'compares in constant time without a look at the lengths',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const signature = given('rillis', visit)
        if (signature !== undefined && signature.length !== 64) throw new RangeError('Input buffers must be as long')
        return good()
      },
    }),
    follows: [
      'signature/empty',
      'signature/other-encoding',
      'signature/extended',
      'signature/extended-ignored',
      'signature/version',
    ],
  },
  {
    check: 'signature/other-header-timestamp',
    flaw: 'forgives a clock that is a second off',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) => {
        const stamp = visit.header('webhook-timestamp') ?? ''
        if (!isFresh(stamp)) return false
        const next = `${visit.header('webhook-id')}.${Number(stamp) + 1}.${visit.text}`
        return good() || anyIs('kycgenie', visit, hmac('kycgenie', next))
      },
    }),
  },
  {
    check: 'signature/key-order',
    flaw: 'wants the keys in the order of the documents',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (Object.keys(event)[0] !== 'id') throw new Error('where is the id?')
      },
    }),
  },
  {
    check: 'signature/whitespace',
    flaw: 'reads one line',
    dialect: 'rillis',
    make: () => ({ trusted: (visit, good) => !visit.text.includes('\n') && good() }),
    follows: ['signature/body-bytes'],
  },
  {
    check: 'signature/added-whitespace',
    flaw: 'checks the signature over JSON that it writes again, too',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) =>
        good() ||
        (isFresh(visit.header('webhook-timestamp')) &&
          anyIs('kycgenie', visit, right('kycgenie', visit, JSON.stringify(JSON.parse(visit.text))))),
    }),
  },
  {
    check: 'signature/whitespace',
    flaw: 'checks the signature over JSON that it writes again, only',
    dialect: 'kycgenie',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        anyIs('kycgenie', visit, right('kycgenie', visit, JSON.stringify(JSON.parse(visit.text)))),
    }),
    follows: [
      'signature/body-bytes',
      'signature/unicode',
      'signature/escapes',
      'signature/numbers',
      'signature/added-whitespace',
    ],
  },
  {
    check: 'signature/unicode',
    flaw: 'loses what is beyond the basic plane',
    dialect: 'kycgenie',
    make: () => ({ decode: bytes => strict(bytes).replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?') }),
  },
  {
    check: 'signature/numbers',
    flaw: 'has no room for large integers',
    dialect: 'kycgenie',
    make: () => ({
      parse: text => {
        if (/[[,:]-?\d{17,}/.test(text)) throw new RangeError('too large')
        return JSON.parse(text) as Json
      },
    }),
  },
  {
    check: 'signature/rotation',
    flaw: 'looks at the first signature only',
    dialect: 'kycgenie',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        same(signatures('kycgenie', given('kycgenie', visit))[0] ?? '', right('kycgenie', visit)),
    }),
  },
  {
    check: 'signature/wrong-secret',
    flaw: 'is content with any signature of the right form',
    dialect: 'rillis',
    make: () => ({
      trusted: visit => isFresh(visit.header('x-timestamp')) && /^[0-9a-f]{64}$/.test(given('rillis', visit) ?? ''),
    }),
    follows: ['signature/tampered-body', 'signature/other-header-timestamp', 'signature/near-miss'],
  },
]

function strict(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
