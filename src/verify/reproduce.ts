// How to repeat a failed check: one command, and the request as curl.
import type { Verdict } from '../api/verification.js'
import { environmentName } from '../config.js'
import type { Json } from '../core/json.js'
import { MASK, maskedText, maskedTexts } from '../core/mask.js'
import { curlText, shellQuote } from '../report/request-text.js'
import type { Exchange } from './exchange.js'

/** How to repeat a failed check: one command, the exact request as curl where it can be pasted, and what curl does not repeat. */
export type Reproduction = NonNullable<Verdict['again']>

/** What the command line needs to verify the same receiver again. */
export interface ReproductionOptions {
  provider: string
  channel: string
  to: string
  hasSecret: boolean
  settings: Readonly<Record<string, Json>>
  /** The age at which the receiver should refuse a signature, seconds. */
  freshForSeconds: number | undefined
  /** Names of the headers that carry a signature, lower case. */
  signatureHeaders: readonly string[]
  /** The observe URL, where one was given. */
  observe: string | undefined
  /** Longest wait for one answer, where it is not the provider's own. */
  timeoutMs: number | undefined
  settleMs: number | undefined
  /** Any certificate of the receiver is accepted. */
  insecure: boolean
  /** The options of the client certificate, where one was given. */
  certificate: readonly ('cert' | 'key' | 'pfx')[]
}

/** Nobody pastes a longer body. */
const LONGEST_BODY = 30_000

/** The command that repeats one check. It reads the secret from the environment: reports are shared. */
function command(options: ReproductionOptions, id: string): string {
  const { provider, channel, to, hasSecret, settings, observe, timeoutMs, settleMs, insecure, certificate } = options
  const given = Object.entries(settings).map(
    ([path, value]) => `--setting ${shellQuote(`${path}=${JSON.stringify(value)}`)}`,
  )
  return [
    `standin verify ${provider} --to ${shellQuote(to)}`,
    `--channel ${channel}`,
    ...(hasSecret ? ['--secret "$STANDIN_SECRET"'] : []),
    ...given,
    ...(observe === undefined ? [] : [`--observe ${shellQuote(observe)}`]),
    ...(timeoutMs === undefined ? [] : [`--timeout ${timeoutMs}`]),
    ...(settleMs === undefined ? [] : [`--settle ${settleMs}`]),
    ...(insecure ? ['--insecure'] : []),
    ...certificate.map(option => `--${option} "$${environmentName(option)}"`),
    `--only ${id}`,
  ].join(' ')
}

/** How to repeat the check with this id. */
export function reproductionOf(options: ReproductionOptions, id: string, exchange: Exchange | undefined): Reproduction {
  const standin = command(options, id)
  if (exchange === undefined) return { standin, curl: null, note: null }
  const { message, wire, signedString } = exchange
  if (message.body.length > LONGEST_BODY)
    return { standin, curl: null, note: `The body of ${message.body.length} bytes is too long for a command line.` }
  const { freshForSeconds, signatureHeaders } = options
  const isSigned =
    signedString !== undefined && message.headers.some(([name]) => signatureHeaders.includes(name.toLowerCase()))
  const notes = [
    ...(wire === undefined ? [] : ['curl sends these bytes, but not in this way.']),
    ...(freshForSeconds === undefined || !isSigned
      ? []
      : [
          `The signature of the curl command is as old as this report: it may be refused ${freshForSeconds} s after it.`,
        ]),
  ]
  return { standin, curl: curlText(message).trim(), note: notes.length === 0 ? null : notes.join(' ') }
}

/** The variable that takes the place of a credential in a shared curl command. */
const CREDENTIAL = 'STANDIN_CREDENTIAL'

/** The same to be shared, with every one of `secrets` masked; the curl command reads what is masked in it from the environment. */
export function maskedReproduction(again: Reproduction, secrets: readonly string[]): Reproduction {
  // Every argument is quoted for the shell, which writes an apostrophe in another way.
  const quoted = secrets.flatMap(secret => [secret, shellQuote(secret).slice(1, -1)])
  const masked = maskedTexts(again, quoted)
  if (again.curl === null || again.curl.includes(MASK)) return masked
  const variable = `"$${CREDENTIAL}"`
  const curl = maskedText(again.curl, quoted).replaceAll(MASK, `'${variable}'`).replaceAll(`${variable}''`, variable)
  if (curl === again.curl) return masked
  const fill = `Set ${CREDENTIAL} to the text that the curl command needs in its place: credentials are not shown.`
  return { ...masked, curl, note: masked.note === null ? fill : `${masked.note} ${fill}` }
}
