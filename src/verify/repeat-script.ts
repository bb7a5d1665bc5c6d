// Several requests as one script for a POSIX shell: curl in the order and the rhythm in which they were sent, Node.js for broken connections.
import { isDeepStrictEqual } from 'node:util'
import { curlText, printf, shellQuote } from '../report/request-text.js'
import type { Exchange } from './exchange.js'

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

/** A shell function that sends what it reads from stdin in one of the ways that curl cannot, and prints the response. */
const SENDER = `send() { node -e '
const [url, way, ...lines] = process.argv.slice(1)
const { chunked, slowBodyMs, packetBytes, missingBytes = 0, expectContinue, idleMs, cut } = JSON.parse(way)
const { hostname, port, protocol } = new URL(url)
const whole = require("fs").readFileSync(0)
lines.push(chunked ? "transfer-encoding: chunked" : "content-length: " + whole.length, "connection: close")
if (expectContinue) lines.push("expect: 100-continue")
const body = whole.subarray(0, Math.max(0, whole.length - missingBytes))
const size = Math.ceil(body.length / (slowBodyMs ? 20 : 2)) || 1
const framed = part => Buffer.concat([Buffer.from(part.length.toString(16) + "\\r\\n"), part, Buffer.from("\\r\\n")])
const parts = []
for (let at = 0; at < body.length; at += size) parts.push(body.subarray(at, at + size))
if (chunked) parts.splice(0, parts.length, ...parts.map(framed))
if (chunked && !missingBytes) parts.push(Buffer.from("0\\r\\n\\r\\n"))
const wait = ms => new Promise(done => setTimeout(done, ms))
const file = name => process.env[name] && require("fs").readFileSync(process.env[name])
const host = hostname.replace(/[[\\]]/g, "")
const isSecure = protocol === "https:"
const trust = { ca: file("CA"), cert: file("CERT"), key: file("KEY"), pfx: file("PFX"), rejectUnauthorized: !process.env.INSECURE }
const socket = require(isSecure ? "tls" : "net").connect({ host, port: port || (isSecure ? 443 : 80), ...trust })
const reset = () => socket.resetAndDestroy()
const write = async bytes => {
  const step = packetBytes || bytes.length
  for (let at = 0; at < bytes.length; at += step) {
    await new Promise(done => socket.write(bytes.subarray(at, at + step), done))
    if (packetBytes) await wait(1)
  }
}
socket.setNoDelay(true)
socket.on("error", error => console.error(error.message))
socket.on("data", bytes => cut ? cut === "answer" && reset() : process.stdout.write(bytes))
socket.once(isSecure ? "secureConnect" : "connect", async () => {
  if (idleMs) await wait(idleMs)
  if (cut === "before") return reset()
  await write(Buffer.from(lines.join("\\r\\n") + "\\r\\n\\r\\n", "latin1"))
  if (expectContinue) await Promise.race([wait(1000), new Promise(done => socket.once("data", done))])
  for (const part of cut === "during" ? parts.slice(0, Math.ceil(parts.length / 2)) : parts) {
    if (slowBodyMs) await wait(slowBodyMs / parts.length)
    await write(part)
  }
  if (cut === "during" || cut === "after") setTimeout(reset, 25)
  else if (missingBytes) socket.end()
})
' "$@"; }`

/** The parts of a wire that the sender above knows. */
const KNOWN: ReadonlySet<string> = new Set([
  'chunked',
  'slowBodyMs',
  'packetBytes',
  'missingBytes',
  'expectContinue',
  'idleMs',
  'cut',
])

/** How one request is sent, as a shell command. */
function sendCommand({ message, wire }: Exchange, tls: TlsFiles): string {
  const options = curlOptions(tls)
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
  const unknown = exchanges.some(({ wire }) => Object.keys(wire ?? {}).some(name => !KNOWN.has(name)))
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
