// The credential strings that a customer configures: how they are read, and what can be wrong with them. Source: Setup, authentication.

/** Headers that a credential must not replace: they belong to the connection or the body. */
const RESERVED = [
  'host',
  'content-length',
  'content-type',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
]

/** Servers refuse more: Node.js takes 16 KB of headers in all. */
const LONGEST_HEADER = 8192

const isTooLong = ([name, value]: [name: string, value: string]) => name.length + value.length > LONGEST_HEADER

/** The header of an API key string, split at the first colon; without a colon it is the value of Authorization. Source: Setup, API Key. */
export function apiKeyHeader(text: string): [name: string, value: string] {
  const colon = text.indexOf(':')
  if (colon < 0) return ['Authorization', text.trim()]
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

/** The value of Authorization for `user:pass`, encoded as UTF-8. Source: Setup, Basic Authorization. */
export function basicHeader(credentials: string): string {
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`
}

/** What is wrong with an API key string, in a few words; undefined when nothing is. */
export function apiKeyProblem(text: string): string | undefined {
  const [name, value] = apiKeyHeader(text)
  if (name === '') return 'the API key has no header name before its colon'
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `"${name}" is not a valid header name`
  if (RESERVED.includes(name.toLowerCase())) return `the header ${name} cannot be used for an API key`
  if (value === '') return 'the API key has no value'
  if (!/^[\t\x20-\x7e]+$/.test(value)) return 'the API key holds characters that a header cannot carry'
  if (isTooLong([name, value])) return `the API key is longer than ${LONGEST_HEADER} characters`
  return undefined
}

/** What is wrong with Basic credentials, in a few words; undefined when nothing is. */
export function basicProblem(text: string): string | undefined {
  if (!text.includes(':')) return 'Basic credentials are written user:pass, with a colon between them'
  if (isTooLong(['Authorization', basicHeader(text)]))
    return `Basic credentials make a header longer than ${LONGEST_HEADER} characters`
  return undefined
}
