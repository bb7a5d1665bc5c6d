// Several requests as one script for a POSIX shell: curl in the order and the rhythm in which they were sent, Node.js for broken connections.
import { isDeepStrictEqual } from 'node:util'
import { curlText, printf, shellQuote } from '../report/request-text.js'
import type { Exchange } from './exchange.js'
import { SENDER, SENDS } from './send-program.js'

/** The options of curl and of the script's own sender that a receiver's certificate needs. */
export interface TlsFiles {
  insecure: boolean
  /** Files, quoted for a shell. */
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  pfx?: string | undefined
}

/** What a person reads and pastes at most: more requests, or a longer script, are left to the command. */
const MOST_REQUESTS = 12
const LONGEST = 30_000

/** Shorter pauses between requests are those of any shell, ms. */
const LEAST_PAUSE_MS = 100

/** How one request is sent, as a shell command. */
function sendCommand({ message, wire }: Exchange, tls: TlsFiles): string {
  // An answer seldom ends its last line.
  const options = ["-w '\\n'", ...curlOptions(tls)]
  if (wire === undefined) return curlText(message, options).trim()
  const { pathname, search, host, href } = new URL(message.url)
  const bytes = typeof message.body === 'string' ? Buffer.from(message.body) : Buffer.from(message.body)
  const lines = [`${message.method} ${pathname}${search} HTTP/1.1`, `host: ${host}`].concat(
    message.headers.map(([name, value]) => `${name}: ${value}`),
  )
  const files = Object.entries({ CA: tls.ca, CERT: tls.cert, KEY: tls.key, PFX: tls.pfx })
  const variables = files.flatMap(([name, file]) => (file === undefined ? [] : [`${name}=${file} `]))
  if (tls.insecure) variables.push('INSECURE=1 ')
  const args = [href, JSON.stringify(wire), ...lines].map(shellQuote)
  return `${printf(bytes)} | ${variables.join('')}send ${args.join(' \\\n  ')}`
}

/** The options of curl for the receiver's certificate and the client's. */
export function curlOptions({ insecure, ca, cert, key, pfx }: TlsFiles): string[] {
  return [
    ...(insecure ? ['--insecure'] : []),
    ...(ca === undefined ? [] : [`--cacert ${ca}`]),
    ...(cert === undefined ? [] : [`--cert ${cert}`]),
    ...(key === undefined ? [] : [`--key ${key}`]),
    ...(pfx === undefined ? [] : [`--cert-type P12 --cert ${pfx}`]),
  ]
}

/** Requests that were in flight together; those before them had ended. */
interface Volley {
  exchanges: Exchange[]
  endsAt: number
}

function volleysOf(exchanges: readonly Exchange[]): Volley[] {
  const volleys: Volley[] = []
  for (const exchange of [...exchanges].sort((a, b) => a.at - b.at)) {
    const endsAt = exchange.at + exchange.durationMs
    const last = volleys.at(-1)
    // Times are whole milliseconds: one that began in the last of them began after it.
    if (last === undefined || exchange.at > last.endsAt - 1) volleys.push({ exchanges: [exchange], endsAt })
    else {
      last.exchanges.push(exchange)
      last.endsAt = Math.max(last.endsAt, endsAt)
    }
  }
  return volleys
}

function volleyCommands({ exchanges }: Volley, tls: TlsFiles): string[] {
  const [first] = exchanges
  if (first === undefined) return []
  const said = (what: string) => `# ${what.replace(/\s+/g, ' ')}`
  if (exchanges.length === 1) return [said(first.what), sendCommand(first, tls)]
  const isSame = (other: Exchange) => isDeepStrictEqual([other.message, other.wire], [first.message, first.wire])
  if (exchanges.every(isSame)) {
    const copies = exchanges.map((_, i) => i + 1).join(' ')
    return [said(first.what), `for copy in ${copies}; do`, `${sendCommand(first, tls)} &`, 'done', 'wait']
  }
  return [...exchanges.flatMap(exchange => [said(exchange.what), `{ ${sendCommand(exchange, tls)}`, '} &']), 'wait']
}

/** The script that sends these requests again and then asks the observe URL, where there is one; or why there is none. */
export function repeatScript(
  exchanges: readonly Exchange[],
  { observe, tls }: { observe: string | undefined; tls: TlsFiles },
): { script: string } | { why: string } {
  const unknown = exchanges.some(({ wire }) => Object.keys(wire ?? {}).some(name => !SENDS.has(name)))
  if (unknown) return { why: 'curl does not send these bytes in this way: the command does.' }
  const volleys = volleysOf(exchanges)
  const distinct = new Set(exchanges.map(({ message }) => message.body)).size
  const tooMany = `It takes ${exchanges.length} requests, too many to print: the command sends them.`
  if (distinct > MOST_REQUESTS || volleys.length > MOST_REQUESTS) return { why: tooMany }
  const lines: string[] = []
  let endsAt: number | undefined
  for (const volley of volleys) {
    const pause = endsAt === undefined ? 0 : (volley.exchanges[0]?.at ?? 0) - endsAt
    if (pause >= LEAST_PAUSE_MS) lines.push(`sleep ${(pause / 1000).toFixed(1)}`)
    lines.push(...volleyCommands(volley, tls))
    endsAt = volley.endsAt
  }
  if (observe !== undefined)
    lines.push('# what the receiver did', `curl -sS ${[...curlOptions(tls), shellQuote(observe)].join(' ')}`)
  const usesSender = exchanges.some(({ wire }) => wire !== undefined)
  const script = [...(usesSender ? [SENDER] : []), ...lines].join('\n')
  return script.length > LONGEST ? { why: tooMany } : { script }
}
