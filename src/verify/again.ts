// How a failed check is repeated: one command, and the request as curl.
import type { Json } from '../core/json.js'
import { curlText, shellQuote } from '../report/request-text.js'
import type { Exchange } from './bench.js'
import type { Again } from './report.js'

/** What the command line needs to ask the same again. */
export interface Asked {
  provider: string
  channel: string
  to: string
  hasSecret: boolean
  settings: Readonly<Record<string, Json>>
  /** Seconds for which a receiver that judges the age takes a signature. */
  goodForSeconds: number | undefined
  /** Names of the headers that a signature is shown by, in lower case. */
  signatureHeaders: readonly string[]
  /** URL, where looking was by one. */
  observe: string | undefined
  /** Longest wait for one answer, where another was asked for than the provider's own. */
  timeoutMs: number | undefined
  /** Any certificate of the receiver was accepted. */
  insecure: boolean
}

/** Longer bodies make no line that anybody pastes. */
const LONGEST_BODY = 30_000

/** The command that makes one check again. The secret is read from the environment: reports are passed on. */
function command(asked: Asked, id: string): string {
  const { provider, channel, to, hasSecret, settings, observe, timeoutMs, insecure } = asked
  const options = Object.entries(settings).map(
    ([path, value]) => `--setting ${shellQuote(`${path}=${JSON.stringify(value)}`)}`,
  )
  return [
    `standin verify ${provider} --to ${shellQuote(to)}`,
    `--channel ${channel}`,
    ...(hasSecret ? ['--secret "$STANDIN_SECRET"'] : []),
    ...options,
    ...(observe === undefined ? [] : [`--observe ${shellQuote(observe)}`]),
    ...(timeoutMs === undefined ? [] : [`--timeout ${timeoutMs}`]),
    ...(insecure ? ['--insecure'] : []),
    `--only ${id}`,
  ].join(' ')
}

/** Both ways to repeat a check. */
export function again(asked: Asked, id: string, exchange: Exchange | undefined): Again {
  const standin = command(asked, id)
  if (exchange === undefined) return { standin, curl: null, note: null }
  if (exchange.message.body.length > LONGEST_BODY)
    return {
      standin,
      curl: null,
      note: `The body of ${exchange.message.body.length} bytes is too long for a command line.`,
    }
  const isSigned = exchange.message.headers.some(([name]) => asked.signatureHeaders.includes(name.toLowerCase()))
  const notes = [
    ...(exchange.wire === undefined ? [] : ['curl sends these bytes, but not in this way on the wire.']),
    ...(asked.goodForSeconds === undefined || exchange.signedString === undefined || !isSigned
      ? []
      : [
          `The signature of the curl command is as old as this report: it may be refused ${asked.goodForSeconds} s after it.`,
        ]),
  ]
  return { standin, curl: curlText(exchange.message).trim(), note: notes.length === 0 ? null : notes.join(' ') }
}
