// How a digest may have been encoded, and whether a text is that digest, whole or in part.
import { type Cause, cause } from './cause.js'

type Encoding = 'hex' | 'base64'

/** Fewer characters of a digest prove nothing. */
const LEAST_CHARACTERS = 8

/** Every encoding of a digest, the scheme's own first. */
function writings(digest: Buffer, own: Encoding): { text: string; causes: Cause[] }[] {
  const hex = digest.toString('hex')
  const base64 = digest.toString('base64')
  const url = digest.toString('base64url')
  const fix = own === 'hex' ? 'Write the digest as lower-case hex.' : 'Write the digest as base64 with its padding.'
  const instead = `instead of ${own}`
  const as = (text: string, id: string, how: string) => ({
    text,
    causes: [cause(id, `It is written as ${how}.`, fix)],
  })
  const twice = (text: string, how: string) => as(text, 'encoded-twice', how)
  return [
    { text: own === 'hex' ? hex : base64, causes: [] },
    own === 'hex' ? as(base64, 'base64-for-hex', `base64 ${instead}`) : as(hex, 'hex-for-base64', `hex ${instead}`),
    as(hex.toUpperCase(), 'upper-case-hex', `hex in upper case ${own === 'hex' ? 'instead of lower case' : instead}`),
    as(
      base64.replace(/=+$/, ''),
      'base64-without-padding',
      `base64 without its padding ${own === 'hex' ? instead : ''}`.trim(),
    ),
    as(url, 'base64url', `base64url (- and _ for + and /, no padding) ${instead}`),
    as(url.padEnd(base64.length, '='), 'base64url', `base64url (- and _ for + and /) ${instead}`),
    twice(Buffer.from(hex).toString('base64'), 'base64 of the hex text, so encoded twice'),
    twice(Buffer.from(base64).toString('base64'), 'base64 of the base64 text, so encoded twice'),
    twice(Buffer.from(hex).toString('hex'), 'hex of the hex text, so encoded twice'),
    twice(Buffer.from(base64).toString('hex'), 'hex of the base64 text, so encoded twice'),
  ]
}

/** The causes by which a received text is this digest, none where it is encoded as it should be; undefined where it is another digest. */
export function writtenAs(received: string, digest: Buffer, own: Encoding): Cause[] | undefined {
  const all = writings(digest, own)
  const whole = all.find(({ text }) => text === received)
  if (whole !== undefined) return whole.causes
  if (received.length < LEAST_CHARACTERS) return undefined
  for (const { text, causes } of all.slice(0, 2)) {
    if (text.startsWith(received) || text.endsWith(received))
      return [
        ...causes,
        cause(
          'truncated',
          `It was cut: ${received.length} of ${text.length} characters came.`,
          'Send and store the whole signature: look at the width of columns and variables.',
        ),
      ]
    if (received.startsWith(text) || received.endsWith(text))
      return [
        ...causes,
        cause(
          'more-than-the-signature',
          'There is other text around the signature.',
          'Send nothing but the signature in its place.',
        ),
      ]
  }
  if (own === 'hex' && received.toLowerCase() === all[0]?.text)
    return [
      cause(
        'upper-case-hex',
        'It is written as hex in mixed case instead of lower case.',
        'Write the digest as lower-case hex.',
      ),
    ]
  return undefined
}

/** Names of the causes that lie in how a digest is written. */
export function writingCauses(own: Encoding): string[] {
  const all = writings(Buffer.alloc(32), own).flatMap(({ causes }) => causes.map(({ id }) => id))
  return [...new Set([...all, 'truncated', 'more-than-the-signature'])]
}
