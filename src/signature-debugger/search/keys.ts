// The keys that may have been made of the secret.
import { keyOf, type SignatureScheme } from '../../provider/signature-scheme.js'
import { asSpecified, mistaken, type Variation } from './cause.js'

const utf8 = (text: string) => Buffer.from(text, 'utf8')

const CLEAN_FIX = 'Take the secret exactly as it was given: without quotes and whitespace around it.'

/** Forms of the secret as text with something around it, or without it. */
function decorated(secret: string): Variation<Uint8Array>[] {
  const around: [text: string, id: string, how: string][] = [
    [`${secret}\n`, 'secret-with-newline', 'with a newline after it, as files and shells add it'],
    [`${secret}\r\n`, 'secret-with-crlf', 'with CR LF after it'],
    [`${secret} `, 'secret-with-space', 'with a space after it'],
    [` ${secret}`, 'secret-with-space', 'with a space before it'],
    [`"${secret}"`, 'secret-in-quotes', 'in double quotes, as some .env readers leave them'],
    [`'${secret}'`, 'secret-in-quotes', 'in single quotes, as some .env readers leave them'],
    [secret.trim(), 'secret-trimmed', 'without the whitespace around it'],
    [secret.replace(/^(["'])(.*)\1$/s, '$2'), 'secret-unquoted', 'without the quotes around it'],
    [Buffer.from(secret).toString('base64'), 'secret-base64-encoded', 'encoded as base64'],
  ]
  return around.flatMap(([text, id, how]) =>
    text === secret
      ? []
      : [
          mistaken(
            utf8(text),
            id,
            `The key was the secret ${how}.`,
            id.startsWith('secret-base64') ? 'Use the secret as it is.' : CLEAN_FIX,
          ),
        ],
  )
}

/** Variations of the key, the scheme's own first; each distinct one once. */
export function keys(rule: SignatureScheme['key'], secret: string): Variation<Uint8Array>[] {
  const own = rule.prefix === '' ? (/^[A-Za-z]+_/.exec(secret)?.[0] ?? '') : rule.prefix
  const core = own !== '' && secret.startsWith(own) ? secret.slice(own.length) : secret
  const fix =
    rule.decoding === 'utf8'
      ? 'Use the whole secret, its prefix included, as UTF-8 text.'
      : `Take "${own}" off the secret and decode the rest from base64: those bytes are the key.`
  const form = (text: string, encoding: BufferEncoding, id: string, how: string) =>
    mistaken<Uint8Array>(Buffer.from(text, encoding), id, `The key was ${how}.`, fix)
  const hexadecimal = (text: string) => /^(?:[0-9a-f]{2})+$/i.test(text)
  const forms = [
    asSpecified(keyOf(rule, secret)),
    form(
      secret,
      'utf8',
      'secret-whole',
      'the whole secret as text, prefix included, instead of the bytes it stands for',
    ),
    form(
      core,
      'utf8',
      'secret-without-prefix',
      rule.decoding === 'utf8' ? `the secret without "${own}"` : `the text after "${own}", not decoded from base64`,
    ),
    form(core, 'base64', 'secret-base64-decoded', 'the secret decoded from base64'),
    form(secret, 'base64', 'secret-prefix-decoded', 'the whole secret decoded from base64, its prefix included'),
    ...(hexadecimal(core) ? [form(core, 'hex', 'secret-hex-decoded', 'the secret decoded from hex')] : []),
    ...(rule.decoding === 'utf8' ? decorated(secret) : []),
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
