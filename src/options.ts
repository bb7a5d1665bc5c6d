// Every option of the command line: one table with kind and help, as plain data so that loading it costs nothing.
import type { Json } from './core/json.js'

/** The value that each kind of option is parsed to. */
export interface OptionKinds {
  flag: boolean
  text: string
  /** A whole number, 0 or more. */
  whole: number
  port: number
  /** Milliseconds of real or emulator time, as the option says. */
  duration: number
  /** A point in time, ms since 1970 UTC. */
  instant: number
  /** How fast a clock runs; `max` skips every wait. */
  speed: number | 'max'
  url: string
  /** Repeatable; separated by commas in the environment. */
  list: string[]
  /** `path=json`, repeatable; a value that is not JSON is a string. */
  pairs: Record<string, Json>
  /** `name=text`, repeatable; the value is always a string. */
  texts: Record<string, string>
  /** `format=FILE`, repeatable. */
  reports: { format: string; file: string }[]
}

export type OptionKind = keyof OptionKinds

export interface OptionSpec {
  kind: OptionKind
  /** The one-letter form. */
  short?: string
  /** The placeholder of the value in help. */
  value?: string
  help: string
  /** A list whose values may contain commas: newlines separate them in the environment. */
  multiline?: boolean
  /** A value as it may be, where the kind's own example misleads. */
  example?: string
  /** The least whole number allowed; default 0. */
  least?: number
  /** The only values allowed. */
  choices?: readonly string[]
}

/** Every option by name. */
export const optionTable = {
  port: { kind: 'port', value: 'N', help: 'port to listen on; 0 picks a free one' },
  host: { kind: 'text', value: 'H', help: 'address to listen on' },
  ledger: { kind: 'text', value: 'FILE', help: 'SQLite file of the ledger, or :memory:' },
  durable: { kind: 'flag', help: 'survive power loss too (synchronous=FULL)' },
  seed: {
    kind: 'whole',
    value: 'N',
    help: 'seed of all random values; a random seed is used and printed when omitted',
  },
  clock: {
    kind: 'text',
    value: 'KIND',
    choices: ['system', 'manual'],
    help: 'system runs in real time, manual moves only on request',
  },
  speed: { kind: 'speed', value: 'N|max', help: 'speed of the clock; max skips the wait between retries' },
  start: { kind: 'instant', value: 'T', help: 'start time of the emulator, RFC 3339 or ms' },
  stamp: {
    kind: 'text',
    value: 'KIND',
    choices: ['wall', 'clock'],
    help: "timestamp of signatures: wall time or the emulator's time",
  },
  config: {
    kind: 'text',
    value: 'FILE',
    help: 'config file; default: standin.yaml in the working directory, if there is one',
  },
  provider: { kind: 'text', value: 'P', help: 'provider name' },
  channel: { kind: 'text', value: 'C', help: 'channel of the provider, if it has several' },
  'provider-file': { kind: 'list', value: 'FILE', help: 'your provider: OpenAPI, AsyncAPI or module (repeatable)' },
  setting: { kind: 'pairs', value: 'PATH=JSON', help: 'provider setting (repeatable)' },
  body: { kind: 'text', value: 'FILE', help: 'file with the exact request body' },
  header: { kind: 'list', multiline: true, value: "'NAME: VALUE'", help: 'request header (repeatable)' },
  secret: { kind: 'text', value: 'S', help: 'signing secret; STANDIN_SECRET keeps it out of the process list' },
  to: { kind: 'url', value: 'URL', help: 'URL of the receiver' },
  server: { kind: 'url', value: 'URL', example: 'http://127.0.0.1:4010', help: 'URL of a running server' },
  set: { kind: 'pairs', value: 'PATH=JSON', help: 'set a value in the payload (repeatable)' },
  unset: { kind: 'list', value: 'PATH', help: 'remove a value from the payload (repeatable)' },
  subject: { kind: 'text', value: 'ID', help: 'subject of the event: an id, or a label of your own' },
  variant: { kind: 'text', value: 'V', help: 'variant of the event type' },
  account: { kind: 'text', value: 'A', help: 'account of the event at the provider' },
  id: { kind: 'text', value: 'ID', help: 'idempotency id: using it again triggers nothing new' },
  print: {
    kind: 'text',
    value: 'FORM',
    choices: ['http', 'curl', 'json'],
    help: 'print the exact signed request without sending it',
  },
  'no-wait': { kind: 'flag', help: 'do not wait for the deliveries to settle' },
  'until-success': {
    kind: 'flag',
    help: "keep retrying after the provider's schedule ends, until the receiver accepts",
  },
  'max-attempts': {
    kind: 'whole',
    value: 'N',
    least: 1,
    help: 'maximum number of attempts, with --until-success and --speed max',
  },
  ca: { kind: 'text', value: 'FILE', help: 'extra certificate authorities (PEM file) for https receivers' },
  insecure: { kind: 'flag', help: 'accept any certificate from a receiver' },
  cert: { kind: 'text', value: 'FILE', help: 'client certificate (PEM file) for receivers that want mutual TLS' },
  key: {
    kind: 'text',
    value: 'FILE',
    help: 'private key (PEM file) of --cert; STANDIN_PASSPHRASE opens an encrypted one',
  },
  pfx: {
    kind: 'text',
    value: 'FILE',
    help: 'client certificate and key as PKCS #12, in place of --cert and --key; STANDIN_PASSPHRASE opens it',
  },
  token: {
    kind: 'text',
    value: 'T',
    help: 'access token of the control API; STANDIN_TOKEN keeps it out of the process list',
  },
  'guard-providers': {
    kind: 'flag',
    help: "require the access token for the providers' APIs too, in the header X-Standin-Token",
  },
  'allow-target': {
    kind: 'list',
    value: 'HOST',
    help: 'host allowed as a receiver (name, address, host:port or *.domain); all others are blocked (repeatable)',
  },
  'allow-host': {
    kind: 'list',
    value: 'NAME',
    help: 'Host header the server accepts besides its address (repeatable)',
  },
  'space-idle': {
    kind: 'duration',
    value: '1d',
    help: 'delete a space that is unused for so long and owes no delivery',
  },
  scenarios: {
    kind: 'text',
    value: 'FOLDER',
    help: 'folder whose scenario files (.yaml, .yml) the page and the control API list and run',
  },
  relay: {
    kind: 'text',
    value: 'URL',
    example: 'redis://127.0.0.1:6379',
    help: 'Redis or Valkey through which `standin sender` processes send; STANDIN_RELAY_PASSWORD has its password',
  },
  'ready-file': { kind: 'text', value: 'F', help: 'file to write once the server listens; removed on exit' },
  open: { kind: 'flag', help: 'open the page in a browser (the program that BROWSER names, if it is set)' },
  page: { kind: 'flag', help: 'serve the page too, and on a terminal keep it until Ctrl-C' },
  var: { kind: 'texts', value: 'K=V', help: 'set a variable of the scenario (repeatable)' },
  tag: { kind: 'list', value: 'T', help: 'only scenarios with this tag (repeatable)' },
  'wait-for-receiver': { kind: 'duration', value: '30s', help: 'wait up to this long for the receiver to listen' },
  explain: { kind: 'flag', help: 'print what would be sent and when, without sending it' },
  report: {
    kind: 'reports',
    value: 'FORM=FILE',
    help: 'write a report: junit, json, markdown, or (verify and load only) html (repeatable)',
  },
  only: { kind: 'list', value: 'CHECK', help: 'run only checks with this prefix, such as signature (repeatable)' },
  except: { kind: 'list', value: 'CHECK', help: 'skip checks with this prefix (repeatable)' },
  level: {
    kind: 'text',
    value: 'L',
    choices: ['must', 'should'],
    help: 'must runs the required checks, should adds the recommended ones',
  },
  observe: {
    kind: 'url',
    value: 'URL',
    example: 'http://127.0.0.1:3000/observe',
    help: 'URL that reports what the receiver did: {"effects":{key:count},"states":{subject:state}}',
  },
  baseline: {
    kind: 'text',
    value: 'FILE',
    help: 'JSON report of an earlier run to compare with: only a check that did not fail before fails the command',
  },
  evidence: { kind: 'flag', help: 'keep every request and its response in JSON and HTML reports' },
  list: { kind: 'flag', help: 'list the checks without sending anything' },
  answers: {
    kind: 'list',
    value: 'LIST',
    help: 'responses in order, the last repeats: a status, timeout, reset or 3xx, optionally with a delay such as 200@2s',
  },
  rate: { kind: 'text', value: 'N/s', help: 'events per second, minute or hour: 200/s, 90/m, 3600/h' },
  ramp: {
    kind: 'text',
    value: 'A..B',
    help: 'in place of --rate: where the rate begins and where it ends, 10/s..500/s',
  },
  for: { kind: 'duration', value: '60s', help: 'how long events arrive' },
  types: {
    kind: 'list',
    value: 'A,B',
    help: "event types, drawn by the seed; default: the channel's first (repeatable)",
  },
  arrivals: {
    kind: 'text',
    value: 'KIND',
    choices: ['uniform', 'poisson'],
    help: 'uniform spreads arrivals evenly, poisson as independent senders do',
  },
  'no-ledger': { kind: 'flag', help: 'send each event once without storing it, for the highest rate' },
  'fail-if': {
    kind: 'list',
    value: 'CONDITION',
    help: "fail under this condition: 'p99>500ms', 'errors>1%', 'lost>0', 'rate<100/s' (repeatable)",
  },
  'find-limit': { kind: 'flag', help: 'search for the highest rate that the receiver holds; --rate is the first' },
  step: { kind: 'duration', value: '10s', help: 'how long each rate of --find-limit is tried' },
  shard: { kind: 'text', value: 'I/N', help: 'send one part of the arrivals, such as 2/4; needs --seed and --start' },
  'in-flight': { kind: 'whole', value: 'N', least: 1, help: 'the most events without an answer at a time' },
  'retry-wait': {
    kind: 'duration',
    value: '1s',
    help: 'the longest wait before a retry, however long the provider waits',
  },
  drain: {
    kind: 'duration',
    value: '30s',
    help: "how long answers and retries are waited for after the last arrival; default: the provider's timeout and 10 s",
  },
  'until-eof': {
    kind: 'flag',
    help: 'stop when standard input closes, as when the parent process ends',
  },
  'each-body': { kind: 'flag', help: 'start the responses over for each distinct body' },
  where: {
    kind: 'pairs',
    value: 'PATH=JSON',
    help: 'only events whose payload has this value at the path (repeatable)',
  },
  within: { kind: 'duration', value: '10s', help: "from the event to the outcome, on the emulator's clock" },
  'never-within': {
    kind: 'duration',
    value: '5s',
    help: "the outcome must not come for this long, on the emulator's clock",
  },
  attempts: { kind: 'whole', value: 'N', help: 'exact number of attempts made' },
  bodies: { kind: 'flag', help: 'show the bodies of requests and responses too' },
  status: {
    kind: 'text',
    value: 'S',
    choices: ['waiting', 'attempting', 'delivered', 'exhausted', 'cancelled'],
    help: 'only deliveries with this status',
  },
  type: { kind: 'text', value: 'T', help: 'only this event type' },
  subscription: { kind: 'text', value: 'ID', help: 'only this subscription' },
  event: { kind: 'text', value: 'ID', help: 'only this event' },
  url: { kind: 'text', value: 'TEXT', help: 'only URLs that contain this text' },
  limit: { kind: 'whole', value: 'N', least: 1, help: 'maximum number of rows' },
  original: { kind: 'flag', help: "resend the first attempt's exact bytes and signature" },
  output: { kind: 'text', short: 'o', value: 'FILE', help: 'file to write: JSON if it ends in .json, otherwise YAML' },
  wait: { kind: 'flag', help: 'wait until the server responds' },
  timeout: { kind: 'duration', value: '30s', help: 'how long to wait (real time)' },
  settle: {
    kind: 'duration',
    value: '10s',
    help: 'how long the receiver may take to act on a request that it has answered; default learnt from the first',
  },
  write: { kind: 'flag', help: 'offer the tools that change or send something too' },
  json: { kind: 'flag', help: 'print machine-readable output: one JSON object per line on stdout' },
  help: { kind: 'flag', short: 'h', help: 'show this help' },
} as const satisfies Record<string, OptionSpec>
