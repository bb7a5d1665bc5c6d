// What may have been signed in place of a body's text: what is left where it was lost, and what it is taken for.
import { hashBytes } from '../../provider/signing.js'

/** Texts that stand where a body was lost, with what they tell. */
export const LOST_BODIES: readonly [id: string, text: (body: string) => string, what: string][] = [
  ['object-object', () => '[object Object]', 'over the text "[object Object]": a parsed body was put into a string'],
  ['undefined-body', () => 'undefined', 'over the text "undefined": the raw body was not kept'],
  ['null-body', () => 'null', 'over the text "null": the raw body was not there'],
  ['empty-body', () => '', 'over an empty body: something else had read it already'],
  ['empty-object', () => '{}', 'over "{}": a body that was not parsed was written as an empty object'],
  ['empty-object', () => '[]', 'over "[]": a body that was not parsed was written as an empty list'],
  ['empty-object', () => '""', 'over """": an empty text was written as JSON'],
  ['object-object', () => '[object Promise]', 'over "[object Promise]": the body was not awaited'],
  [
    'object-object',
    () => '[object ReadableStream]',
    'over "[object ReadableStream]": the stream of the body was not read',
  ],
  ['object-object', () => '[object ArrayBuffer]', 'over "[object ArrayBuffer]": bytes were put into a string'],
  ['object-object', () => 'System.Byte[]', 'over the text "System.Byte[]": bytes were put into a string'],
  ['object-object', () => 'Array', 'over the text "Array": a PHP array was put into a string'],
  ['null-body', () => 'None', 'over the text "None": the raw body was not there'],
]

/** The whole text, or its bytes, taken for something else. */
export const TAKEN_AS: readonly [id: string, how: string, to: (bytes: Buffer) => Buffer][] = [
  [
    'json-of-text',
    'as a JSON string, quotes and escapes included',
    bytes => Buffer.from(JSON.stringify(String(bytes))),
  ],
  [
    'bytes-literal',
    "as a Python bytes literal, b'…': the bytes were put into a text without decode()",
    bytes => bytesLiteral(bytes),
  ],
  ['body-as-numbers', 'as the numbers of its bytes, separated by commas', bytes => Buffer.from(bytes.join(','))],
  [
    'body-as-numbers',
    'as the numbers of its bytes, as Go writes a slice',
    bytes => Buffer.from(`[${bytes.join(' ')}]`),
  ],
  [
    'body-as-numbers',
    'as JSON.stringify writes a Buffer, {"type":"Buffer","data":[…]}',
    bytes => Buffer.from(JSON.stringify(bytes)),
  ],
  ...(['&#x27;', '&#039;', '&#39;'] as const).map((quote): (typeof TAKEN_AS)[number] => [
    'html-entities',
    'with &quot;, &amp; and the like, as code against cross-site scripting escapes its input',
    bytes => Buffer.from(htmlEntities(String(bytes), quote)),
  ]),
  [
    'html-entities',
    'with &quot;, &amp;, &#x2F; and the like, as validator.js escapes its input',
    bytes => Buffer.from(validatorEntities(String(bytes))),
  ],
  ['body-hashed', 'hashed with SHA-256 (hex)', bytes => Buffer.from(hashBytes('sha256', bytes).toString('hex'))],
  ['body-hashed', 'hashed with SHA-256 (base64)', bytes => Buffer.from(hashBytes('sha256', bytes).toString('base64'))],
  ['body-hashed', 'hashed with SHA-256 (bytes)', bytes => hashBytes('sha256', bytes)],
  ['body-in-base64', 'encoded as base64', bytes => Buffer.from(bytes.toString('base64'))],
  ['body-in-hex', 'encoded as hex', bytes => Buffer.from(bytes.toString('hex'))],
  ['body-url-encoded', 'URL-encoded', bytes => Buffer.from(encodeURIComponent(String(bytes)))],
  ['body-url-encoded', 'URL-encoded as a form, with + for spaces', bytes => Buffer.from(formText(String(bytes)))],
  [
    'body-url-encoded',
    'encoded as a form with the text as its only key',
    bytes => Buffer.from(`${formText(String(bytes))}=`),
  ],
  ['body-twice', 'twice', bytes => Buffer.concat([bytes, bytes])],
  ['body-in-other-case', 'in lower case', bytes => Buffer.from(String(bytes).toLowerCase())],
  ['body-in-other-case', 'in upper case', bytes => Buffer.from(String(bytes).toUpperCase())],
  [
    'whitespace-removed',
    'without any whitespace, in its texts too',
    bytes => Buffer.from(String(bytes).replace(/\s+/g, '')),
  ],
]

function htmlEntities(text: string, quote: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": quote }
  return text.replace(/[&<>"']/g, unit => names[unit] ?? unit)
}

function validatorEntities(text: string): string {
  const names: Readonly<Record<string, string>> = { '/': '&#x2F;', '\\': '&#x5C;', '`': '&#96;' }
  return htmlEntities(text, '&#x27;').replace(/[/\\`]/g, unit => names[unit] ?? unit)
}

const formText = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)

function bytesLiteral(bytes: Buffer): Buffer {
  const names: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const text = bytes
    .toString('latin1')
    .replace(/[^ -[\]-~]/g, unit => names[unit] ?? `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`)
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  return Buffer.from(`b${quote}${quote === "'" ? text.replaceAll("'", "\\'") : text}${quote}`)
}
