// The subscriptions that `serve` is asked for: by --to, --provider, --channel and --secret.
import type { OptionName } from '../../../config.js'
import { EmulatorError, unknownName } from '../../../core/errors.js'
import { findChannel, findProvider } from '../../../provider/catalog.js'
import type { Provider } from '../../../provider/provider.js'
import type { Wanted } from '../../config-keys.js'
import { parseOption } from '../../option-values.js'

interface Asked {
  /** Options of the command line itself: what only the environment gives may be meant for another command. */
  given: ReadonlySet<OptionName>
  to: readonly string[]
  provider: string | undefined
  channel: string | undefined
  secret: readonly string[]
}

const usage = (message: string, where: string, hint: string) =>
  new EmulatorError(message, { code: 'usage', where, hint })

/** `provider=` or `provider/channel=` before a value; neither name has a character of a URL's beginning. */
const PAIR = /^([^:/?#=]+)(?:\/([^:/?#=]+))?=(.*)$/s

/** A receiver with the provider and channel that it is for. */
interface Target {
  provider: string
  channel: string | undefined
  url: string
  isPair: boolean
}

function targetOf(text: string, { provider, channel }: Asked): Target {
  const pair = PAIR.exec(text)
  const url = String(parseOption({ kind: 'url', help: '' }, [pair?.[3] ?? text], '--to'))
  if (pair !== null) return { provider: pair[1] ?? '', channel: pair[2], url, isPair: true }
  if (provider !== undefined) return { provider, channel, url, isPair: false }
  throw usage(
    `--to ${text} does not say for which provider it is.`,
    '--to',
    `Add --provider P, or write --to P=${text}; standin events lists providers.`,
  )
}

const named = ({ provider, channel }: Target) => (channel === undefined ? provider : `${provider}/${channel}`)

/** The secret of each target, in their order. Throws `usage` where it is unclear which one a secret is for. */
function secretsOf(
  targets: readonly Target[],
  secrets: readonly string[],
  providers: readonly Provider[],
): (string | undefined)[] {
  const names = targets.map(named)
  const [only] = targets
  if (targets.length === 1 && only !== undefined) {
    const text = secrets.at(-1)
    const prefix = `${names[0]}=`
    if (text?.startsWith(prefix)) return [text.slice(prefix.length)]
    // Any other text before a "=" may be a part of the secret, but the name of a provider is not meant as one.
    const name = text === undefined ? undefined : PAIR.exec(text)?.[1]
    if (providers.some(provider => provider.name === name))
      throw usage(
        `--secret is for ${name}, and the only receiver is for ${names[0]}.`,
        '--secret',
        `Write --secret SECRET, or --to ${name}=URL for another receiver.`,
      )
    return [text]
  }
  const found = new Map<string, string>()
  for (const text of secrets) {
    const pair = PAIR.exec(text)
    const name = pair === null ? undefined : pair[2] === undefined ? pair[1] : `${pair[1]}/${pair[2]}`
    if (pair === null || name === undefined)
      throw usage(
        `--secret does not say for which of the ${targets.length} receivers it is.`,
        '--secret',
        `Write --secret ${names[0]}=SECRET, and so for each.`,
      )
    if (!names.includes(name)) throw unknownName('receiver', name, names, { where: '--secret' })
    found.set(name, pair[3] ?? '')
  }
  return names.map(name => found.get(name))
}

/** What the options ask for. Throws `usage` for combinations that mean nothing, and `unknown_name`. */
export function wantedByOptions(asked: Asked, providers: readonly Provider[]): Wanted[] {
  const { given, provider, channel, secret } = asked
  const to = asked.to.filter(text => given.has('to') || provider !== undefined || PAIR.test(text))
  for (const name of ['secret', 'channel'] as const)
    if (given.has(name) && to.length === 0)
      throw usage(
        `--${name} is for a subscription, and none is asked for.`,
        `--${name}`,
        'Give the receiver with --to URL.',
      )
  if (to.length === 0) return []
  const targets = to.map(text => targetOf(text, asked))
  if (given.has('channel') && targets.every(({ isPair }) => isPair))
    throw usage(
      '--channel is for a --to without a provider of its own.',
      '--channel',
      `Write the channel with its provider: --to ${targets[0]?.provider}/${channel}=${targets[0]?.url}.`,
    )
  const secrets = secretsOf(targets, secret, providers)
  const wanted = targets.map((target, i): Wanted => {
    const provider = findProvider(providers, target.provider)
    const { name } = findChannel({ provider, channels: provider.channels }, target.channel)
    return {
      key: `${provider.name}/${name}`,
      provider: provider.name,
      input: { channel: name, url: target.url, secret: secrets[i] },
      where: '--to',
    }
  })
  const twice = wanted.find(({ key }, i) => wanted.findIndex(other => other.key === key) !== i)
  if (twice !== undefined)
    throw usage(
      `--to gives ${twice.key} twice.`,
      '--to',
      'Give one receiver for each channel; more of them have a name each under subscriptions in standin.yaml.',
    )
  return wanted
}
