// How a digest may have been encoded, and whether a text is that digest, whole or in part.
import { type Cause, cause } from './cause.js'

type Encoding = 'hex' | 'base64'

/** Fewer characters of a digest prove nothing. */
const LEAST_CHARACTERS = 8

/** One encoding of a digest; without causes the scheme's own. `text` is made when it is compared. */
interface Writing {
  causes: Cause[]
  text(digest: Buffer): string
  /** Texts that cannot be of this encoding are not compared. Default: any. */
  like?: RegExp
}

const hexOf = (digest: Buffer) => digest.toString('hex')
const base64Of = (digest: Buffer) => digest.toString('base64')
const LITERAL = "a Python bytes literal, b'…': the bytes were put into a text without decode()"

/** Every encoding, the scheme's own first, then the other one. */
function writings(own: Encoding): Writing[] {
  const fix = own === 'hex' ? 'Write the digest as lower-case hex.' : 'Write the digest as base64 with its padding.'
  const instead = `instead of ${own}`
  const onlyForHex = own === 'hex' ? ` ${instead}` : ''
  const as = (text: Writing['text'], id: string, how: string, like?: RegExp): Writing => ({
    text,
    causes: [cause(id, `It is written as ${how}.`, fix)],
    ...(like && { like }),
  })
  const twice = (inner: Writing['text'], outer: Encoding, how: string) =>
    as(digest => Buffer.from(inner(digest)).toString(outer), 'encoded-twice', `${how}, so encoded twice`, /^.{50}/)
  const separated = (between: string) =>
    [hexOf, (digest: Buffer) => hexOf(digest).toUpperCase()].map(hex =>
      as(
        digest => (hex(digest).match(/../g) ?? []).join(between),
        'hex-with-separators',
        `hex with "${between}" between the bytes ${between === '-' ? "(as .NET's BitConverter does) " : ''}${instead}`,
        /^[0-9a-f]{2}[-: ][0-9a-f]{2}[-: ]/i,
      ),
    )
  const numbers = (text: Writing['text']) =>
    as(text, 'bytes-as-numbers', `the numbers of its bytes ${instead}`, /^\[?\d{1,3}[, ]/)
  const hex: Writing = { text: hexOf, causes: [] }
  const base64: Writing = { text: base64Of, causes: [] }
  return [
    ...(own === 'hex'
      ? [hex, as(base64Of, 'base64-for-hex', `base64 ${instead}`)]
      : [base64, as(hexOf, 'hex-for-base64', `hex ${instead}`)]),
    as(
      digest => hexOf(digest).toUpperCase(),
      'upper-case-hex',
      `hex in upper case ${own === 'hex' ? 'instead of lower case' : instead}`,
      /^[0-9A-F]+$/,
    ),
    as(
      digest => base64Of(digest).replace(/=+$/, ''),
      'base64-without-padding',
      `base64 without its padding${onlyForHex}`,
      /[^=]$/,
    ),
    as(
      digest => digest.toString('base64url'),
      'base64url',
      `base64url (- and _ for + and /, no padding) ${instead}`,
      /[-_]/,
    ),
    as(
      digest => digest.toString('base64url').padEnd(base64Of(digest).length, '='),
      'base64url',
      `base64url (- and _ for + and /) ${instead}`,
      /[-_]/,
    ),
    ...['-', ':', ' '].flatMap(separated),
    numbers(digest => digest.join(',')),
    numbers(digest => `[${digest.join(' ')}]`),
    numbers(digest => `[${digest.join(', ')}]`),
    as(
      digest => `[${new Int8Array(digest).join(', ')}]`,
      'bytes-as-numbers',
      `the numbers of its bytes, as Java's Arrays.toString does, ${instead}`,
      /^\[-?\d/,
    ),
    as(
      digest => [...digest].map(byte => byte.toString(16)).join(''),
      'hex-without-zeros',
      `hex without the leading zero of small bytes${own === 'hex' ? ': each byte takes two digits' : ` ${instead}`}`,
      /^[0-9a-f]+$/i,
    ),
    as(
      digest => encodeURIComponent(base64Of(digest)),
      'url-encoded',
      `base64 with URL escapes (%2B, %2F, %3D)${onlyForHex}`,
      /%/,
    ),
    as(
      digest => base64Of(digest).replaceAll('+', ' '),
      'url-decoded',
      `base64 with spaces for +, as URL decoding leaves it${onlyForHex}`,
      / /,
    ),
    ...[hexOf, base64Of].map(text => as(digest => `b'${text(digest)}'`, 'bytes-literal', LITERAL, /^b'/)),
    twice(hexOf, 'base64', 'base64 of the hex text'),
    twice(base64Of, 'base64', 'base64 of the base64 text'),
    twice(hexOf, 'hex', 'hex of the hex text'),
    twice(base64Of, 'hex', 'hex of the base64 text'),
  ]
}

const WRITINGS: Readonly<Record<Encoding, readonly Writing[]>> = { hex: writings('hex'), base64: writings('base64') }

/** The causes by which a received text is this digest, none where it is encoded as it should be; undefined where it is another digest. */
export function writtenAs(received: string, digest: Buffer, own: Encoding): Cause[] | undefined {
  const all = WRITINGS[own]
  const whole = all.find(({ text, like }) => like?.test(received) !== false && text(digest) === received)
  if (whole !== undefined) return whole.causes
  if (received.length < LEAST_CHARACTERS) return undefined
  for (const { text: write, causes } of all.slice(0, 2)) {
    const text = write(digest)
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
  if (own === 'hex' && received.toLowerCase() === hexOf(digest))
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
  const all = WRITINGS[own].flatMap(({ causes }) => causes.map(({ id }) => id))
  return [...new Set([...all, 'truncated', 'more-than-the-signature'])]
}
