// The keys of standin.yaml that are options, as plain data: which option each one sets, and for which commands.
import type { OptionName } from '../config.js'
import type { SubscriptionInput } from '../provider/port.js'

/** The file that is read in the working directory. */
export const CONFIG_FILE = 'standin.yaml'

/** A key of the file that sets an option. */
export interface ConfigKey {
  option: OptionName
  /** Commands for which it does. */
  commands: readonly string[]
  /** Its texts are paths, from the folder of the file. */
  isPath?: true
}

const SERVE = ['serve'] as const
const SENDERS = ['serve', 'run', 'trigger', 'verify', 'load'] as const
/** Commands that connect to receivers. */
const CONNECTING = [...SENDERS, 'sender'] as const
/** Commands that talk to a running server. */
const CLIENTS = [
  'trigger',
  'subscribe',
  'unsubscribe',
  'subscriptions',
  'deliveries',
  'expect',
  'resend',
  'cancel',
  'fault',
  'clock',
  'reset',
  'watch',
  'record',
  'ready',
] as const

/** Every key that sets an option; `providers` and `subscriptions` are read besides them. */
export const CONFIG_KEYS = {
  to: { option: 'to', commands: ['run', 'verify', 'load'] },
  scenarios: { option: 'scenarios', commands: ['serve', 'run', 'validate'], isPath: true },
  vars: { option: 'var', commands: ['run'] },
  reports: { option: 'report', commands: ['run'], isPath: true },
  waitForReceiver: { option: 'wait-for-receiver', commands: ['run'] },
  provider: { option: 'provider', commands: SERVE },
  port: { option: 'port', commands: SERVE },
  host: { option: 'host', commands: SERVE },
  ledger: { option: 'ledger', commands: SERVE, isPath: true },
  durable: { option: 'durable', commands: SERVE },
  clock: { option: 'clock', commands: SERVE },
  speed: { option: 'speed', commands: SERVE },
  readyFile: { option: 'ready-file', commands: SERVE, isPath: true },
  guardProviders: { option: 'guard-providers', commands: SERVE },
  allowTargets: { option: 'allow-target', commands: ['serve', 'sender'] },
  allowHosts: { option: 'allow-host', commands: SERVE },
  relay: { option: 'relay', commands: ['serve', 'sender'] },
  spaceIdle: { option: 'space-idle', commands: SERVE },
  server: { option: 'server', commands: CLIENTS },
  token: { option: 'token', commands: ['serve', ...CLIENTS] },
  seed: { option: 'seed', commands: SENDERS },
  start: { option: 'start', commands: ['serve', 'run'] },
  stamp: { option: 'stamp', commands: ['serve', 'trigger'] },
  untilSuccess: { option: 'until-success', commands: ['serve', 'run', 'trigger'] },
  maxAttempts: { option: 'max-attempts', commands: ['run', 'trigger'] },
  providerFiles: { option: 'provider-file', commands: [...SENDERS, 'validate', 'events'], isPath: true },
  ca: { option: 'ca', commands: CONNECTING, isPath: true },
  insecure: { option: 'insecure', commands: CONNECTING },
  cert: { option: 'cert', commands: CONNECTING, isPath: true },
  key: { option: 'key', commands: CONNECTING, isPath: true },
  pfx: { option: 'pfx', commands: CONNECTING, isPath: true },
} as const satisfies Readonly<Record<string, ConfigKey>>

/** The commands that read the file. */
export const CONFIG_COMMANDS: ReadonlySet<string> = new Set<string>(
  Object.values(CONFIG_KEYS).flatMap(({ commands }) => commands),
)

/** A subscription that there must be when the server starts. */
export interface Wanted {
  /** What it is found again by on a kept ledger. */
  key: string
  provider: string
  input: SubscriptionInput
  /** Where it was asked for, as a place of errors. */
  where: string
}

/** What the file says for one command. */
export interface CommandConfig {
  /** Values of options that the command line and the environment do not give. */
  values: Partial<Record<OptionName, unknown>>
  /** Where the file has the value of an option: file, line and column with the key. */
  places: Partial<Record<OptionName, string>>
  /** Arguments, where none are given. */
  args: string[]
  subscriptions: readonly Wanted[]
}
