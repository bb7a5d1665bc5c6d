// A request as text: raw HTTP, a curl command that is safe to paste into any POSIX shell, or JSON.
import type { Json } from '../core/json.js'
import type { Message } from '../core/message.js'
import { plain } from './plain.js'

/** Length of a single argument that every system takes; longer bodies go through a pipe. */
const LONGEST_ARGUMENT = 100_000

const bytesOf = (body: Message['body']): Buffer =>
  typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body)

/** A text quoted as one word for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** True where bytes are text that can be pasted: UTF-8 without tabs and control characters other than newlines. */
function isTypable(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\t') && plain(text) === text
}

/** The URL as a request has it: blanks and the like are escaped, and there is no fragment. */
function sentUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const sent = new URL(url)
  sent.hash = ''
  return sent.href
}

/** A printf command that writes exactly these bytes; those that cannot be typed are octal. */
export function printf(bytes: Buffer): string {
  if (isTypable(bytes)) return `printf '%s' ${shellQuote(bytes.toString('utf8'))}`
  const format = [...bytes]
    .map(byte => {
      const typed = byte > 31 && byte < 127 && byte !== 0x25 && byte !== 0x27 && byte !== 0x5c
      return typed ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
    })
    .join('')
  return `printf '${format}'`
}

/** A curl command that sends exactly this message, without the headers that curl adds by itself; `options` are further ones of curl, quoted. */
export function curlText(message: Message, options: readonly string[] = []): string {
  const bytes = bytesOf(message.body)
  const inline = bytes.length <= LONGEST_ARGUMENT && isTypable(bytes)
  const names = new Set(message.headers.map(([name]) => name.toLowerCase()))
  // "Name;" sends an empty header, "Name:" removes curl's own.
  const headers = message.headers.map(([name, value]) => shellQuote(value === '' ? `${name};` : `${name}: ${value}`))
  for (const own of ['Content-Type', 'Accept', 'User-Agent', 'Expect'])
    if (!names.has(own.toLowerCase())) headers.push(shellQuote(`${own}:`))
  const parts = [
    `curl -sS -i --globoff -X ${shellQuote(message.method)}`,
    ...options.map(option => `  ${option}`),
    ...headers.map(header => `  -H ${header}`),
    inline ? `  --data-raw ${shellQuote(bytes.toString('utf8'))}` : '  --data-binary @-',
    `  ${shellQuote(sentUrl(message.url))}`,
  ]
  return `${inline ? '' : `${printf(bytes)} | `}${parts.join(' \\\n')}\n`
}

/** The request as raw HTTP, without connection headers. */
export function httpText(message: Message): Buffer {
  const url = new URL(message.url)
  const body = bytesOf(message.body)
  const head = [
    `${message.method} ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    ...message.headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'utf8'), body])
}

/** The request as JSON; a body that is not UTF-8 text is base64. */
export function requestRecord(message: Message, signedString: string | undefined): Json {
  const bytes = bytesOf(message.body)
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(bytes)
  return {
    kind: 'request',
    method: message.method,
    url: sentUrl(message.url),
    headers: message.headers.map(([name, value]) => [name, value]),
    ...(isText ? { body: text } : { bodyBase64: bytes.toString('base64') }),
    ...(signedString === undefined ? {} : { signedString }),
  }
}
