// How to repeat a failed check: one command, and the request as curl.
import type { Verdict } from '../api/verification.js'
import { environmentName } from '../config.js'
import { isJsonObject, type Json } from '../core/json.js'
import { MASK, maskedText, maskedTexts } from '../core/mask.js'
import { curlText, shellQuote } from '../report/request-text.js'
import type { Expects } from './check.js'
import { type Exchange, isAccepted, isRejected } from './exchange.js'
import { curlOptions, repeatScript, type TlsFiles } from './repeat-script.js'

/** How to repeat a failed check: one command; the exact request as curl, or several as a script; and what they do not repeat. */
export type Reproduction = NonNullable<Verdict['again']>

/** What only a command line knows: the files behind the options, and their names. */
export interface RepeatWith {
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  pfx?: string | undefined
  insecure?: boolean | undefined
  providerFiles?: readonly string[] | undefined
  allowTargets?: readonly string[] | undefined
}

/** What the command line needs to verify the same receiver again. */
export interface ReproductionOptions {
  provider: string
  channel: string
  to: string
  seed: number
  hasSecret: boolean
  settings: Readonly<Record<string, Json>>
  /** The age at which the receiver should refuse a signature, seconds. */
  freshForSeconds: number | undefined
  /** Names of the headers that carry a signature, and of the one with its time, lower case. */
  signatureHeaders: readonly string[]
  timestampHeader: string | undefined
  /** The observe URL, or that a function observes. */
  observe: string | 'function' | undefined
  /** Further options that take one value, as `--name value` shows them. */
  values: Readonly<Record<string, string | number | undefined>>
  files: RepeatWith
}

/** A failed check: the exchange that shows it, and all that the check made. */
export interface FailedCheck {
  id: string
  expects: Expects
  exchange: Exchange | undefined
  exchanges: readonly Exchange[]
  /** The other check that sent what shows it, if one did. */
  madeBy?: string | undefined
}

/** Nobody pastes a longer body. */
const LONGEST_BODY = 30_000

/** Families whose verdicts rest on several requests, whatever the last answer was. */
const STORIES = /^(idempotency|ordering)\//

/** Families whose requests are many at once: no few of them show it. */
const MANY = /^load\//

/** Those whose last request shows it after hundreds of others. */
const LATE = /^idempotency\/late-duplicate/

/** The variable that a user puts a secret setting in. */
const settingVariable = (path: string) => environmentName(`setting_${path.replace(/[^A-Za-z0-9]+/g, '_')}`)

/** `--setting` for each setting; a secret one is read from a variable, whose names are `variables`. */
function settingOptions(settings: Readonly<Record<string, Json>>): { options: string[]; variables: string[] } {
  const variables: string[] = []
  const given = (path: string, value: Json): string[] => {
    const text = JSON.stringify(value)
    if (!text.includes(`"${MASK}"`)) return [`--setting ${shellQuote(`${path}=${text}`)}`]
    if (isJsonObject(value)) return Object.entries(value).flatMap(([key, inner]) => given(`${path}.${key}`, inner))
    const variable = settingVariable(path)
    variables.push(variable)
    return [`--setting ${shellQuote(`${path}=`)}"$${variable}"`]
  }
  const options = Object.entries(settings).flatMap(([path, value]) => given(path, value))
  return { options, variables }
}

/** The files of certificates as words of a shell: by name, or by the variable of the option where only the content is known. */
function tlsFiles({ insecure, ca, cert, key, pfx }: RepeatWith): TlsFiles {
  const word = (file: string | undefined) =>
    file === undefined ? undefined : file.startsWith('$') ? `"${file}"` : shellQuote(file)
  return { insecure: insecure === true, ca: word(ca), cert: word(cert), key: word(key), pfx: word(pfx) }
}

/** The command that repeats one check. It reads the secret from the environment: reports are shared. */
function command(options: ReproductionOptions, ids: readonly string[]): { standin: string; variables: string[] } {
  const { provider, channel, to, seed, hasSecret, settings, observe, values, files } = options
  const { insecure, ...certificates } = tlsFiles(files)
  const given = settingOptions(settings)
  const standin = [
    `standin verify ${provider} --to ${shellQuote(to)}`,
    `--channel ${channel}`,
    ...(hasSecret ? ['--secret "$STANDIN_SECRET"'] : []),
    ...given.options,
    ...(observe === undefined || observe === 'function' ? [] : [`--observe ${shellQuote(observe)}`]),
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`])),
    ...(insecure ? ['--insecure'] : []),
    ...Object.entries(certificates).flatMap(([name, file]) => (file === undefined ? [] : [`--${name} ${file}`])),
    ...(files.providerFiles ?? []).map(file => `--provider-file ${shellQuote(file)}`),
    ...(files.allowTargets ?? []).map(host => `--allow-target ${shellQuote(host)}`),
    `--seed ${seed}`,
    ...ids.map(id => `--only ${id}`),
  ].join(' ')
  return { standin, variables: given.variables }
}

/** `12:04:10 UTC`, rounded down. */
const timeOfDay = (at: number) => `${new Date(at).toISOString().slice(11, 19)} UTC`

/** Until when the receiver takes a signature for fresh, ms; undefined where it carries none, or none that is fresh. */
function validUntil({ message, signedString, at }: Exchange, options: ReproductionOptions): number | undefined {
  const { freshForSeconds, signatureHeaders, timestampHeader } = options
  const headerOf = (isIt: (name: string) => boolean) => message.headers.find(([name]) => isIt(name.toLowerCase()))?.[1]
  if (freshForSeconds === undefined || signedString === undefined) return undefined
  if (headerOf(name => signatureHeaders.includes(name)) === undefined) return undefined
  const stamp = timestampHeader === undefined ? undefined : Number(headerOf(name => name === timestampHeader))
  if (stamp === undefined) return at + freshForSeconds * 1000
  const signedAt = stamp * (stamp > 1e11 ? 1 : 1000)
  const until = signedAt + freshForSeconds * 1000
  // Where the time itself is what was tried, it is neither now nor fresh.
  return Number.isFinite(until) && until > at && signedAt <= at + 1000 ? until : undefined
}

/** Whether the answer to one request shows that the check failed. */
function showsAlone({ expects }: FailedCheck, exchange: Exchange): boolean {
  if (expects === 'accept') return !isAccepted(exchange)
  return expects === 'reject' ? !isRejected(exchange) : !isAccepted(exchange) && !isRejected(exchange)
}

/** The requests of a check, as curl where one shows it and as a script where several do. */
function requestsOf(check: FailedCheck, options: ReproductionOptions) {
  const { id, exchange, exchanges } = check
  const tls = tlsFiles(options.files)
  const sent = exchanges.length > 0 ? exchanges : exchange ? [exchange] : []
  const one = exchange ?? sent.at(-1)
  if (one === undefined) return { curl: null, script: null, used: [], notes: [] }
  if (MANY.test(id) || LATE.test(id)) {
    const needed = MANY.test(id) ? `${sent.length} requests, many of them at once` : 'all the requests before it'
    const all = `It takes ${needed}: the command sends them, and no single request shows it.`
    return { curl: null, script: null, used: [], notes: [all] }
  }
  const alone =
    !STORIES.test(id) && one.wire === undefined && (sent.length === 1 || (exchange && showsAlone(check, exchange)))
  const isLong = sent.some(({ message }) => message.body.length > LONGEST_BODY)
  if (isLong && (!alone || one.message.body.length > LONGEST_BODY)) {
    const length = Math.max(...sent.map(({ message }) => message.body.length))
    return {
      curl: null,
      script: null,
      used: [],
      notes: [`The body of ${length} bytes is too long for a command line.`],
    }
  }
  const curl = () => curlText(one.message, curlOptions(tls)).trim()
  if (alone) return { curl: curl(), script: null, used: [one], notes: [] }
  const observe = options.observe === 'function' ? undefined : options.observe
  const made = repeatScript(sent, { observe, tls })
  if ('script' in made) {
    const notes =
      sent.length > 1
        ? ['A receiver that remembers ids knows those of the script already: restart it before you run it.']
        : []
    return { curl: null, script: made.script, used: sent, notes }
  }
  if (one.wire !== undefined) return { curl: null, script: null, used: [], notes: [made.why] }
  return {
    curl: curl(),
    script: null,
    used: [one],
    notes: [`curl sends one of them, which may not show it. ${made.why}`],
  }
}

/** How to repeat a failed check. */
export function reproductionOf(options: ReproductionOptions, check: FailedCheck): Reproduction {
  const { standin, variables } = command(options, [check.id, ...(check.madeBy === undefined ? [] : [check.madeBy])])
  const { curl, script, used, notes } = requestsOf(check, options)
  const untils = used.flatMap(exchange => validUntil(exchange, options) ?? [])
  const until = untils.length === 0 ? undefined : Math.min(...untils)
  const all = [
    ...(variables.length === 0
      ? []
      : [`Set ${variables.join(' and ')} to the setting, as JSON: secret settings are not shown.`]),
    ...(options.observe === 'function'
      ? ['What a function observes, the command cannot: give it an --observe URL.']
      : []),
    ...notes,
    ...(until === undefined
      ? []
      : [`The signature of the ${script === null ? 'curl command' : 'script'} is valid until ${timeOfDay(until)}.`]),
  ]
  return { standin, curl, script, note: all.length === 0 ? null : all.join(' ') }
}

/** The variable that takes the place of a credential in a shared curl command. */
const CREDENTIAL = 'STANDIN_CREDENTIAL'

/** A text for a shell in which what is masked is read from the environment instead; unchanged where nothing is. */
function withCredential(text: string | null, secrets: readonly string[]): string | null {
  if (text === null || text.includes(MASK)) return text
  const variable = `"$${CREDENTIAL}"`
  // Everything is quoted for the shell in single quotes.
  return maskedText(text, secrets).replaceAll(MASK, `'${variable}'`).replaceAll(`${variable}''`, variable)
}

/** The same to be shared, with every one of `secrets` masked; curl and scripts read what is masked in them from the environment. */
export function maskedReproduction(again: Reproduction, secrets: readonly string[]): Reproduction {
  // Every argument is quoted for the shell, which writes an apostrophe in another way.
  const quoted = secrets.flatMap(secret => [secret, shellQuote(secret).slice(1, -1)])
  const masked = maskedTexts(again, quoted)
  const [curl, script] = [again.curl, again.script].map(text => withCredential(text, quoted))
  if (curl === again.curl && script === again.script) return masked
  if (curl?.includes(MASK) || script?.includes(MASK)) return masked
  const fill = `Set ${CREDENTIAL} to the text that ${script ? 'the script' : 'the curl command'} needs in its place: credentials are not shown.`
  return {
    ...masked,
    curl: curl ?? null,
    script: script ?? null,
    note: masked.note === null ? fill : `${masked.note} ${fill}`,
  }
}
