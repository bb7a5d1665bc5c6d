// Every option: one table with kind, environment variable, default and help, as plain data so that reading it costs nothing.
import { parseDuration } from './core/duration.js'
import { EmulatorError } from './core/errors.js'
import type { Json } from './core/json.js'

/** What the kinds of options become once read. */
export interface OptionKinds {
  flag: boolean
  text: string
  /** A whole number, 0 or more. */
  whole: number
  port: number
  /** Milliseconds of real or emulator time, as the option says. */
  duration: number
  /** An instant, ms since 1970 UTC. */
  instant: number
  /** How fast a clock runs; `max` skips every wait. */
  speed: number | 'max'
  url: string
  /** May be given several times; commas separate in the environment. */
  list: string[]
  /** `path=json`, several times; a value that is not JSON is taken as a string. */
  pairs: Record<string, Json>
  /** `name=text`, several times; the text is taken as it is. */
  texts: Record<string, string>
  /** `format=FILE`, several times. */
  reports: { format: string; file: string }[]
}

export type OptionKind = keyof OptionKinds

export interface OptionSpec {
  kind: OptionKind
  /** One letter that may be written instead. */
  short?: string
  /** What stands for the value in help. */
  value?: string
  help: string
  /** In the environment line ends separate the values of a list, for commas are part of them. */
  lines?: boolean
  /** The only values allowed. */
  choices?: readonly string[]
}

const table = {
  port: { kind: 'port', value: 'N', help: 'port to listen on; 0 is any free one' },
  host: { kind: 'text', value: 'H', help: 'address to listen on; beyond loopback a token is demanded' },
  ledger: { kind: 'text', value: 'FILE', help: 'SQLite file of the ledger, or :memory:' },
  durable: { kind: 'flag', help: 'survive loss of power too (synchronous=FULL)' },
  seed: { kind: 'whole', value: 'N', help: 'root of all chance; made up and printed when not given' },
  clock: { kind: 'text', value: 'KIND', choices: ['system', 'manual'], help: 'system runs by itself, manual is moved' },
  speed: { kind: 'speed', value: 'N|max', help: 'how fast the clock runs; max does not wait between retries' },
  start: { kind: 'instant', value: 'T', help: "the emulator's time at the start, RFC 3339 or ms" },
  stamp: {
    kind: 'text',
    value: 'KIND',
    choices: ['wall', 'clock'],
    help: "stamp signatures with wall time or the emulator's",
  },
  provider: { kind: 'text', value: 'P', help: 'name of a provider' },
  channel: { kind: 'text', value: 'C', help: 'channel of the provider, where it has several' },
  'provider-file': { kind: 'list', value: 'F.js', help: 'a module with a provider of your own (repeatable)' },
  setting: { kind: 'pairs', value: 'PATH=JSON', help: "the provider's settings (repeatable)" },
  body: { kind: 'text', value: 'FILE', help: 'file with the body, byte for byte' },
  header: { kind: 'list', lines: true, value: "'NAME: VALUE'", help: 'a header of the request (repeatable)' },
  secret: { kind: 'text', value: 'S', help: 'secret that signatures are made with' },
  to: { kind: 'url', value: 'URL', help: 'the receiver' },
  server: { kind: 'url', value: 'URL', help: 'a running server' },
  set: { kind: 'pairs', value: 'PATH=JSON', help: 'change a value of the payload (repeatable)' },
  unset: { kind: 'list', value: 'PATH', help: 'take a value out of the payload (repeatable)' },
  subject: { kind: 'text', value: 'ID', help: 'what the event is about: an id, or a label that names a story' },
  variant: { kind: 'text', value: 'V', help: 'named form of the event type' },
  account: { kind: 'text', value: 'A', help: 'provider account the event belongs to' },
  id: { kind: 'text', value: 'ID', help: 'idempotency id: the same again triggers nothing new' },
  print: {
    kind: 'text',
    value: 'FORM',
    choices: ['http', 'curl', 'json'],
    help: 'show the exact signed request and send nothing',
  },
  'no-wait': { kind: 'flag', help: 'do not wait until the deliveries are settled' },
  'until-success': { kind: 'flag', help: "go on after the end of the provider's schedule, until the accepted answer" },
  'max-attempts': { kind: 'whole', value: 'N', help: 'with --until-success and --speed max: attempts at the most' },
  ca: { kind: 'text', value: 'FILE', help: 'extra certificate authorities (PEM) for https receivers' },
  insecure: { kind: 'flag', help: 'accept any certificate of a receiver' },
  token: { kind: 'text', value: 'T', help: 'access token of the control API' },
  'allow-target': {
    kind: 'list',
    value: 'HOST',
    help: 'a host that may be a receiver; others are refused (repeatable)',
  },
  'allow-host': { kind: 'list', value: 'NAME', help: 'a name the server may be called by (repeatable)' },
  'ready-file': { kind: 'text', value: 'F', help: 'written once listening, removed on exit' },
  var: { kind: 'texts', value: 'K=V', help: 'a variable of the scenario (repeatable)' },
  tag: { kind: 'list', value: 'T', help: 'only scenarios with this tag (repeatable)' },
  'wait-for-receiver': { kind: 'duration', value: '30s', help: 'wait at most so long until the receiver listens' },
  explain: { kind: 'flag', help: 'show what would be sent and when; send nothing' },
  report: {
    kind: 'reports',
    value: 'FORM=FILE',
    help: 'also write a report: junit, json, markdown, of verify also html (repeatable)',
  },
  only: { kind: 'list', value: 'CHECK', help: 'only checks that begin with this, such as signature (repeatable)' },
  except: { kind: 'list', value: 'CHECK', help: 'no checks that begin with this (repeatable)' },
  level: { kind: 'text', value: 'L', choices: ['must', 'should'], help: 'should adds the softer checks' },
  observe: {
    kind: 'url',
    value: 'URL',
    help: 'tells what the receiver did: {"effects":{key:count},"states":{subject:state}}',
  },
  list: { kind: 'flag', help: 'show the checks and send nothing' },
  answers: {
    kind: 'list',
    value: 'LIST',
    help: 'what to answer, the last repeats: statuses, timeout, reset, 3xx, each with a delay such as 200@2s',
  },
  'until-eof': {
    kind: 'flag',
    help: 'end when standard input ends, as it does with the program that started this one',
  },
  'each-body': { kind: 'flag', help: 'play the answers from the start for every distinct body' },
  status: {
    kind: 'text',
    value: 'S',
    choices: ['waiting', 'attempting', 'delivered', 'exhausted', 'cancelled'],
    help: 'only deliveries in this status',
  },
  type: { kind: 'text', value: 'T', help: 'only this event type' },
  subscription: { kind: 'text', value: 'ID', help: 'only this subscription' },
  event: { kind: 'text', value: 'ID', help: 'only this event' },
  url: { kind: 'text', value: 'TEXT', help: 'only where the URL contains this' },
  limit: { kind: 'whole', value: 'N', help: 'rows at the most' },
  original: { kind: 'flag', help: "send the first attempt's bytes and signature again" },
  output: { kind: 'text', short: 'o', value: 'FILE', help: 'file to write; JSON when it ends in .json, else YAML' },
  wait: { kind: 'flag', help: 'wait until the server answers' },
  timeout: { kind: 'duration', value: '30s', help: 'wait at most so long (real time)' },
  json: { kind: 'flag', help: 'machine-readable lines on stdout, one JSON object each' },
  help: { kind: 'flag', short: 'h', help: 'this help' },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof table

/** The table of every option. */
export const options: Readonly<Record<OptionName, OptionSpec>> = table

/** Options whose value is always there: a flag is false, a list empty when not given. */
type AlwaysThere = 'flag' | 'list' | 'pairs' | 'texts' | 'reports'
type ValueOf<N extends OptionName> = OptionKinds[(typeof table)[N]['kind']]

/** Values of some options; one with a default in `D` is never undefined. */
export type OptionValues<N extends OptionName, D = unknown> = {
  [K in N]: (typeof table)[K]['kind'] extends AlwaysThere
    ? ValueOf<K>
    : K extends keyof D
      ? ValueOf<K>
      : ValueOf<K> | undefined
}

/** Defaults that a command gives to options. */
export type OptionDefaults<N extends OptionName> = { [K in N]?: ValueOf<K> }

/** Name of the environment variable of an option: `ready-file` is `STANDIN_READY_FILE`. */
export function environmentName(option: string): string {
  return `STANDIN_${option.toUpperCase().replaceAll('-', '_')}`
}

/** A variable of the environment; undefined when unset or empty. */
function environment(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The whole environment, for variables of scenarios that are read from it. */
export function environmentVariables(): Readonly<Record<string, string | undefined>> {
  return process.env
}

/** True unless the environment asks for no colour (`NO_COLOR`, or a dumb terminal). */
export function colourAllowed(): boolean {
  return environment('NO_COLOR') === undefined && process.env.TERM !== 'dumb'
}

/** True under GitHub Actions, which shows annotations. */
export function onGitHubActions(): boolean {
  return process.env.GITHUB_ACTIONS === 'true'
}

/** A seed for when none is given: a whole number below 2^32. */
export function randomSeed(): number {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 1
}

/** A truly random access token of 32 hex characters. */
export function randomToken(): string {
  return [...globalThis.crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')
}

function wrong(where: string, text: string, hint: string): EmulatorError {
  return new EmulatorError(`"${text}" is not what ${where} takes.`, { code: 'usage', where, hint })
}

function cutPair(text: string, where: string): [name: string, value: string] {
  const cut = text.indexOf('=')
  if (cut < 1) throw wrong(where, text, 'Write it as name=value.')
  return [text.slice(0, cut), text.slice(cut + 1)]
}

/** `path=json` apart; a value that is not JSON is a string. `where` names the option or variable for errors. */
function parsePair(text: string, where: string): [path: string, value: Json] {
  const [path, raw] = cutPair(text, where)
  try {
    const value: Json = JSON.parse(raw)
    return [path, value]
  } catch {
    return [path, raw]
  }
}

function parseSingle(kind: OptionKind, text: string, where: string): string | number | boolean {
  switch (kind) {
    case 'flag':
      if (/^(1|true|yes|on)$/i.test(text)) return true
      if (/^(0|false|no|off)$/i.test(text)) return false
      throw wrong(where, text, 'It is a switch: 1 or 0.')
    case 'whole': {
      const value = Number(text)
      if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
      throw wrong(where, text, 'Give a whole number, 0 or more.')
    }
    case 'port': {
      const value = Number(text)
      if (/^\d+$/.test(text) && value <= 65535) return value
      throw wrong(where, text, 'Give a port from 0 (any free one) to 65535.')
    }
    case 'duration':
      return parseDuration(text, where)
    case 'instant': {
      const at = /^\d+$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
      if (Number.isFinite(at) && Math.abs(at) <= 8.64e15) return at
      throw wrong(where, text, 'Give a time such as 2026-01-15T09:00:00Z, or milliseconds since 1970.')
    }
    case 'speed': {
      if (text === 'max') return 'max'
      const value = Number(text)
      if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
      throw wrong(where, text, 'Give a number above 0 (60 makes an hour pass in a minute), or max.')
    }
    case 'url': {
      const url = URL.canParse(text) ? new URL(text) : undefined
      if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return text
      throw new EmulatorError(`"${text}" is not a URL that can be called.`, {
        code: 'invalid_url',
        where,
        hint: 'Give a whole one, such as http://127.0.0.1:3000/webhooks.',
      })
    }
    default:
      return text
  }
}

/** Checks and reads the texts given for an option, `where` naming the option or its environment variable. */
export function parseOption(name: OptionName, texts: readonly string[], where: string): OptionKinds[OptionKind] {
  const { kind, choices } = options[name]
  if (kind === 'pairs') return Object.fromEntries(texts.map(text => parsePair(text, where)))
  if (kind === 'texts') return Object.fromEntries(texts.map(text => cutPair(text, where)))
  if (kind === 'reports')
    return texts.map(text => {
      const [format, file] = cutPair(text, where)
      return { format, file }
    })
  if (kind === 'list') return [...texts]
  const text = texts.at(-1) ?? ''
  if (choices !== undefined && !choices.includes(text)) throw wrong(where, text, `Give one of ${choices.join(', ')}.`)
  return parseSingle(kind, text, where)
}

/** What the environment gives for an option; several values are separated by commas, pairs and reports by line ends. */
export function fromEnvironment(name: OptionName): OptionKinds[OptionKind] | undefined {
  const variable = environmentName(name)
  const text = environment(variable)
  if (text === undefined) return undefined
  const { kind, lines } = options[name]
  const separator =
    kind === 'list' && !lines ? ',' : ['list', 'pairs', 'texts', 'reports'].includes(kind) ? '\n' : undefined
  const texts = separator === undefined ? [text] : text.split(separator).filter(part => part !== '')
  return parseOption(name, texts, variable)
}
