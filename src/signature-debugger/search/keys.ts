// The keys that may have been made of the secret.
import { keyOf, type SignatureScheme } from '../../provider/signature-scheme.js'
import { hashBytes } from '../../provider/signing.js'
import { alone, asSpecified, cause, mistaken, type Variation } from './cause.js'

const utf8 = (text: string) => Buffer.from(text, 'utf8')

const CLEAN_FIX = 'Take the secret exactly as it was given: without quotes and whitespace around it.'

/** Causes that add something around the secret or take it away. */
const AROUND = new Set([
  'secret-with-newline',
  'secret-with-crlf',
  'secret-with-space',
  'secret-in-quotes',
  'secret-trimmed',
  'secret-unquoted',
  'secret-with-bom',
  'secret-with-nul',
])

/** Those that are rare. */
const RARE = new Set([
  'secret-hex-encoded',
  'secret-in-other-case',
  'secret-url-encoded',
  'secret-with-bom',
  'secret-with-nul',
  'secret-with-crlf',
])

/** Forms of the secret as text with something around it, or without it. */
function decorated(secret: string): Variation<Uint8Array>[] {
  const around: [text: string, id: string, how: string][] = [
    [`${secret}\n`, 'secret-with-newline', 'with a newline after it, as files and shells add it'],
    [`${secret}\r\n`, 'secret-with-crlf', 'with CR LF after it'],
    [`${secret} `, 'secret-with-space', 'with a space after it'],
    [` ${secret}`, 'secret-with-space', 'with a space before it'],
    [`"${secret}"`, 'secret-in-quotes', 'in double quotes, as some .env readers leave them'],
    [`'${secret}'`, 'secret-in-quotes', 'in single quotes, as some .env readers leave them'],
    [`b'${secret}'`, 'secret-in-quotes', "as a Python bytes literal, b'…'"],
    [secret.trim(), 'secret-trimmed', 'without the whitespace around it'],
    [secret.replace(/^(["'])(.*)\1$/s, '$2'), 'secret-unquoted', 'without the quotes around it'],
    [Buffer.from(secret).toString('base64'), 'secret-base64-encoded', 'encoded as base64'],
    [Buffer.from(secret).toString('hex'), 'secret-hex-encoded', 'encoded as hex'],
    [secret.toLowerCase(), 'secret-in-other-case', 'in lower case'],
    [secret.toUpperCase(), 'secret-in-other-case', 'in upper case'],
    [encodeURIComponent(secret.toWellFormed()), 'secret-url-encoded', 'URL-encoded'],
    [`\uFEFF${secret}`, 'secret-with-bom', 'with a byte order mark in front, as some editors write it'],
    [`${secret}\0`, 'secret-with-nul', 'with a NUL byte after it'],
  ]
  return around.flatMap(([text, id, how]) =>
    text === secret
      ? []
      : [
          mistaken(
            utf8(text),
            id,
            `The key was the secret ${how}.`,
            AROUND.has(id) ? CLEAN_FIX : 'Use the secret as it is.',
          ),
        ].map(one => (RARE.has(id) ? alone(one) : one)),
  )
}

/** Hashes of the secret. */
function hashed(key: Uint8Array, secret: string): Variation<Uint8Array>[] {
  const of = (bytes: Uint8Array, what: string): Variation<Uint8Array>[] =>
    [hashBytes('sha256', bytes), Buffer.from(hashBytes('sha256', bytes).toString('hex'))].map(value =>
      mistaken(
        value,
        'secret-hashed',
        `The key was the SHA-256 hash of ${what}.`,
        'Use the secret itself, not its hash.',
      ),
    )
  const text = utf8(secret)
  return [...of(text, 'the secret'), ...(text.equals(key) ? [] : of(key, 'the key'))]
}

/** What base64 stands for, taken for text before it became the key. */
function lossy(core: string): Variation<Uint8Array>[] {
  const bytes = Buffer.from(core, 'base64')
  const made = (value: Buffer, id: string, how: string) =>
    mistaken<Uint8Array>(
      value,
      id,
      `The key was the decoded secret ${how}.`,
      'Decode the secret to bytes, and give the HMAC these bytes.',
    )
  if (bytes.length === 0) return []
  return [
    made(utf8(bytes.toString('utf8')), 'secret-decoded-to-text', 'turned into text (UTF-8), which loses bytes'),
    made(utf8(bytes.toString('latin1')), 'secret-decoded-to-text', 'turned into text (Latin-1) and encoded as UTF-8'),
    made(utf8(bytes.toString('hex')), 'secret-decoded-to-hex', 'written as hex'),
    made(Buffer.from(bytes.toString('latin1'), 'base64'), 'secret-decoded-twice', 'decoded from base64 once more'),
  ]
}

/** Two causes together: the secret in another form, with something around it. */
function both(form: Variation<Uint8Array>, around: readonly Variation<Uint8Array>[]): Variation<Uint8Array>[] {
  return around.map(({ causes, value }) => ({ causes: [...form.causes, ...causes], value }))
}

/** Two things around a text key: quotes and a newline behind them, as the line of an .env file has them. */
function quotedLine(secret: string): Variation<Uint8Array>[] {
  return ['"', "'"].map(quote => ({
    causes: [
      cause('secret-in-quotes', 'The key was the secret in quotes.', CLEAN_FIX),
      cause('secret-with-newline', 'A newline was behind the quotes.', CLEAN_FIX),
    ],
    value: utf8(`${quote}${secret}${quote}\n`),
  }))
}

/** The key of a secret that was given in quotes or with whitespace around it, where it is decoded. */
function keyOfClean(rule: SignatureScheme['key'], secret: string): Variation<Uint8Array>[] {
  const clean = secret.trim().replace(/^(["'])(.*)\1$/s, '$2')
  const quoted = secret.trim() !== clean
  return clean === secret
    ? []
    : [
        mistaken(
          keyOf(rule, clean),
          quoted ? 'secret-unquoted' : 'secret-trimmed',
          `The key was made from the secret without the ${quoted ? 'quotes' : 'whitespace'} around it.`,
          'Give the secret without quotes and whitespace around it, to your receiver and here.',
        ),
      ]
}

/** The secret trimmed and then decoded, where a text key is asked for. */
function decodedDecorated(secret: string, core: string, fix: string): Variation<Uint8Array>[] {
  const clean = core.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (clean === core) return []
  const cleaned = cause('secret-trimmed', 'The key was the secret without what is around it.', CLEAN_FIX)
  return (['hex', 'base64'] as const).map(encoding => ({
    causes: [cleaned, cause(`secret-${encoding}-decoded`, `The key was the secret decoded from ${encoding}.`, fix)],
    value: Buffer.from(clean === secret ? secret : clean, encoding),
  }))
}

/** Variations of the key, the scheme's own first; each distinct one once. */
export function keys(rule: SignatureScheme['key'], secret: string): Variation<Uint8Array>[] {
  const own = rule.prefix === '' ? (/^[A-Za-z]+_/.exec(secret)?.[0] ?? '') : rule.prefix
  const core = own !== '' && secret.startsWith(own) ? secret.slice(own.length) : secret
  const fix =
    rule.decoding === 'utf8'
      ? 'Use the whole secret, its prefix included, as UTF-8 text.'
      : `Take "${own}" off the secret and decode the rest from ${rule.decoding}: those bytes are the key.`
  const form = (text: string, encoding: BufferEncoding, id: string, how: string) =>
    mistaken<Uint8Array>(Buffer.from(text, encoding), id, `The key was ${how}.`, fix)
  const hexadecimal = (text: string) => /^(?:[0-9a-f]{2})+$/i.test(text)
  const whole = form(
    secret,
    'utf8',
    'secret-whole',
    'the whole secret as text, prefix included, instead of the bytes it stands for',
  )
  const without = form(
    core,
    'utf8',
    'secret-without-prefix',
    rule.decoding === 'utf8'
      ? `the secret without "${own}"`
      : `the text after "${own}", not decoded from ${rule.decoding}`,
  )
  const forms = [
    asSpecified(keyOf(rule, secret)),
    whole,
    without,
    form(core, 'base64', 'secret-base64-decoded', 'the secret decoded from base64'),
    form(secret, 'base64', 'secret-prefix-decoded', 'the whole secret decoded from base64, its prefix included'),
    form(
      secret.replace(/[^A-Za-z0-9+/]/g, ''),
      'base64',
      'secret-prefix-decoded',
      'the whole secret decoded from base64, its prefix included, as PHP does, which skips the underscore',
    ),
    ...(hexadecimal(core) ? [form(core, 'hex', 'secret-hex-decoded', 'the secret decoded from hex')] : []),
    ...(rule.decoding === 'utf8' ? [...decorated(secret), ...quotedLine(secret)] : keyOfClean(rule, secret)),
    ...[...hashed(keyOf(rule, secret), secret), ...lossy(core)].map(alone),
    // Two mistakes at the key.
    ...[
      ...(rule.decoding === 'utf8' ? [] : both(whole, decorated(secret))),
      ...(core === secret ? [] : both(without, decorated(core))),
    ],
    ...(rule.decoding === 'utf8' ? decodedDecorated(secret, core, fix) : []),
    ...['null', 'None', 'nil', '[object Object]'].map(word =>
      alone(
        form(word, 'utf8', 'secret-undefined', `the text "${word}": the variable that holds the secret was not set`),
      ),
    ),
    form('', 'utf8', 'secret-empty', 'empty: no secret was there'),
    form(
      'undefined',
      'utf8',
      'secret-undefined',
      'the text "undefined": the variable that holds the secret was not set',
    ),
  ]
  return forms
    .filter(({ value, causes: [first] }) => value.length > 0 || first === undefined || first.id === 'secret-empty')
    .filter((one, i, kept) => kept.findIndex(earlier => Buffer.from(earlier.value).equals(one.value)) === i)
}
