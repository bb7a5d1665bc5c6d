// Which channel a received request came through, with the settings, traits and scheme that hold for it.
import { type Json, valueAt } from '../core/json.js'
import { catalogOf, findChannel, loadChannel, traitsOf } from './catalog.js'
import type { ChannelBehaviour, ChannelTraits, Settings } from './channel.js'
import type { Provider } from './provider.js'
import {
  pickSettings,
  type SettingLayers,
  settingIssues,
  settingsError,
  settingsShape,
  subscriptionSettings,
} from './settings.js'
import type { SignatureScheme } from './signature-scheme.js'

/** A channel as it sends to one subscription. */
export interface ResolvedChannel {
  name: string
  behaviour: ChannelBehaviour
  /** Complete. */
  settings: Settings
  traits: ChannelTraits
  /** How messages are signed; undefined where nothing is. */
  scheme: SignatureScheme | undefined
  /** Names of the event types. */
  types: ReadonlySet<string>
}

/** What a subscription is known to be. */
export interface SubscriptionFacts extends SettingLayers {
  /** Default: every channel of the provider. */
  channel?: string | undefined
  /** Names the subscription's own settings in errors, such as the option they came from. */
  where?: string | undefined
}

/**
 * The channels that a request may have come through, resolved for one subscription. A setting counts for every channel that has it.
 * Throws `unknown_name` for the channel, `invalid_setting` for a setting that none of the channels has and for an invalid value.
 */
export async function resolveChannels(
  provider: Provider,
  { channel: named, providerWide, own = {}, where }: SubscriptionFacts,
): Promise<ResolvedChannel[]> {
  const { channels: all } = provider
  const loaded = await Promise.all(
    (named === undefined ? all : [findChannel({ provider, channels: all }, named)]).map(loadChannel),
  )
  const known = Object.assign({}, ...loaded.map(({ behaviour }) => settingsShape(behaviour.settings)))
  const unknown = settingIssues(known, own).filter(({ path }) => !Object.hasOwn(known, path.split('.')[0] ?? ''))
  if (unknown.length > 0) throw settingsError(unknown, provider.name, where)
  return loaded.map(channel => {
    const { name, behaviour } = channel
    const mine = pickSettings(own, settingsShape(behaviour.settings))
    const settings = subscriptionSettings({ provider: provider.name, behaviour }, { providerWide, own: mine }, where)
    return {
      name,
      behaviour,
      settings,
      traits: traitsOf(behaviour, settings),
      scheme: behaviour.scheme?.(settings),
      types: new Set(
        (providerWide === undefined ? channel.eventTypes : catalogOf(channel, providerWide)).map(type => type.name),
      ),
    }
  })
}

/**
 * The channel that a request came through: by the event type in its body, known or not; else by its signature headers, a channel whose
 * bodies name no type before one whose bodies do; else one whose bodies name no type. So nobody gets past a check by an invented type.
 * `body` is the parsed body, undefined where it is not JSON; header names are in lower case.
 */
export function channelOfRequest<C extends Pick<ResolvedChannel, 'traits' | 'types'>>(
  channels: readonly C[],
  { body, headers }: { body: Json | undefined; headers: Readonly<Record<string, string>> },
): C | undefined {
  const typeIn = ({ traits: { typePath } }: C) => {
    const type = typePath === undefined ? undefined : valueAt(body, typePath)
    return typeof type === 'string' ? type : undefined
  }
  const hasNoType = ({ traits }: C) => body !== undefined && traits.typePath === undefined
  const hasHeader = ({ traits }: C) => traits.signatureHeaders.some(name => headers[name] !== undefined)
  return (
    channels.find(channel => channel.types.has(typeIn(channel) ?? '')) ??
    channels.find(channel => typeIn(channel) !== undefined) ??
    channels.find(channel => hasNoType(channel) && hasHeader(channel)) ??
    channels.find(hasHeader) ??
    channels.find(hasNoType) ??
    channels[0]
  )
}
