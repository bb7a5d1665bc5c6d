// The names that a scenario may use: providers, channels, event types, variants, settings, payload paths.
import { EmulatorError, type Issue } from '../core/errors.js'
import { type Json, type JsonObject, pathSegments } from '../core/json.js'
import { schemasAt, shapeOf } from '../core/zod-walk.js'
import { checkedSecret } from '../emulator/subscription-input.js'
import { catalogOf, findChannel, type LoadedProvider, loadProvider, typeIn } from '../provider/catalog.js'
import type { Channel, Settings } from '../provider/channel.js'
import { checkSet, declaredAt } from '../provider/payload-paths.js'
import type { Provider } from '../provider/provider.js'
import {
  providerSettings,
  providerShape,
  settingIssues,
  subscriptionSettingIssues,
  subscriptionSettings,
} from '../provider/settings.js'

/** A channel with its event types under the settings of now. */
export type NamedChannel = Pick<Channel, 'name' | 'eventTypes' | 'wildcard'>

/** The full name of an event type. */
export interface TypeAddress {
  provider: string
  channel: string
  type: string
}

/** What a scenario file is checked against. */
export interface Names {
  providers(): readonly string[]
  /** Channels of a known provider with these provider-wide settings. */
  channels(provider: string, settings: JsonObject): Promise<readonly NamedChannel[]>
  /** What is wrong with settings of a subscription; paths start at the settings. */
  settingProblems(provider: string, channel: string, settings: JsonObject): Promise<Issue[]>
  /** What is wrong with provider-wide settings. */
  providerSettingProblems(provider: string, settings: JsonObject): Promise<Issue[]>
  /** What is wrong with overrides of a payload under these provider-wide settings; an undefined value has only its path checked. */
  payloadProblems(
    address: TypeAddress,
    set: Record<string, Json | undefined>,
    unset: readonly string[],
    settings: JsonObject,
  ): Promise<Issue[]>
  /** Why a path leads nowhere in an event's payload under these provider-wide settings. */
  payloadPathProblem(address: TypeAddress, path: string, settings: JsonObject): Promise<Issue | undefined>
  /** The same for the payload and the bodies that are sent of it. `changed`: settings may rename their keys. */
  bodyPathProblem(
    address: TypeAddress,
    path: string,
    settings: JsonObject,
    changed: boolean,
  ): Promise<Issue | undefined>
  /** Why a channel's subscriptions cannot have a secret under these settings, with a hint; undefined where they can. */
  secretProblem(
    provider: string,
    channel: string,
    secret: string,
    settings: { providerWide: JsonObject; own: JsonObject },
  ): Promise<Issue | undefined>
}

/** The names that scenarios may use with these providers, down to the paths of their payloads. */
export function namesOf(providers: readonly Provider[]): Names {
  const complete = new WeakMap<object, Settings>()
  /** Made once for each object of settings: every trigger of a file is checked under the same one. */
  const completeSettings = (loaded: LoadedProvider, given: JsonObject): Settings => {
    const key = Object.keys(given).length > 0 ? given : loaded
    const known = complete.get(key) ?? madeComplete(loaded, given)
    complete.set(key, known)
    return known
  }
  const find = (name: string) => providers.find(provider => provider.name === name)
  const load = async (name: string) => {
    const provider = find(name)
    return provider && loadProvider(provider)
  }
  const channelsOf = async (provider: Provider, settings: JsonObject): Promise<NamedChannel[]> => {
    const loaded = provider.channels.some(channel => channel.catalog) ? await loadProvider(provider) : undefined
    const complete = loaded === undefined ? {} : completeSettings(loaded, settings)
    return provider.channels.map(channel => ({
      name: channel.name,
      eventTypes: catalogOf(channel, complete),
      ...(channel.wildcard && { wildcard: channel.wildcard }),
    }))
  }
  const schemaOf = async ({ provider, channel, type }: TypeAddress, settings: JsonObject) => {
    const loaded = await load(provider)
    return loaded && findChannel(loaded, channel).behaviour.definition(type, completeSettings(loaded, settings))?.schema
  }
  const payloadPathProblem: Names['payloadPathProblem'] = async (address, path, settings) => {
    const schema = await schemaOf(address, settings)
    return schema && issueOf(path, () => declaredAt(schema, path, 'payload'))[0]
  }
  const catalogs = new Map<string, Promise<NamedChannel[]>>()
  return {
    providers: () => providers.map(provider => provider.name),
    channels: async (name, settings) => {
      const provider = find(name)
      if (provider === undefined) return []
      const key = JSON.stringify([name, settings])
      const known = catalogs.get(key) ?? channelsOf(provider, settings)
      catalogs.set(key, known)
      return known
    },
    settingProblems: async (name, channelName, settings) => {
      const loaded = await load(name)
      return loaded ? subscriptionSettingIssues(findChannel(loaded, channelName).behaviour, { own: settings }) : []
    },
    providerSettingProblems: async (name, settings) => {
      const loaded = await load(name)
      return loaded === undefined ? [] : settingIssues(providerShape(loaded), settings)
    },
    payloadProblems: async (address, set, unset, settings) => {
      const schema = await schemaOf(address, settings)
      if (schema === undefined) return []
      return [
        ...Object.entries(set).flatMap(([path, value]) =>
          issueOf(path, () => (value === undefined ? declaredAt(schema, path, 'set') : checkSet(schema, path, value))),
        ),
        ...unset.flatMap(path => issueOf(path, () => declaredAt(schema, path, 'unset'))),
      ]
    },
    payloadPathProblem,
    bodyPathProblem: async (address, path, settings, changed) => {
      const problem = await payloadPathProblem(address, path, settings)
      const loaded = problem && (await load(address.provider))
      if (!loaded || findChannel(loaded, address.channel).behaviour.wrap === undefined) return problem
      const segments = pathSegments(path)
      if (changed && segments.length === 1) return undefined
      // A body may be one member of the payload.
      const schema = await schemaOf(address, settings)
      const members = Object.values((schema && shapeOf(schema)) ?? {})
      return members.some(member => schemasAt(member, segments, { declaredOnly: true }).length > 0)
        ? undefined
        : problem
    },
    secretProblem: async (name, channelName, secret, { providerWide, own }) => {
      const loaded = await load(name)
      if (loaded === undefined) return undefined
      const channel = findChannel(loaded, channelName)
      // Invalid settings are reported in their own place.
      if (subscriptionSettingIssues(channel.behaviour, { providerWide, own }).length > 0) return undefined
      const settings = subscriptionSettings({ provider: name, behaviour: channel.behaviour }, { providerWide, own })
      return issueOf('secret', () => checkedSecret(channel, secret, settings))[0]
    },
  }
}

/** The error that a check throws, as an issue at a path. */
function issueOf(path: string, check: () => unknown): Issue[] {
  try {
    check()
    return []
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    return [{ path, message: error.hint === undefined ? error.message : `${error.message} ${error.hint}` }]
  }
}

/** Provider-wide settings with every default; without those that are invalid, which are reported elsewhere. */
function madeComplete(loaded: LoadedProvider, given: JsonObject): Settings {
  const invalid = new Set(settingIssues(providerShape(loaded), given).map(({ path }) => path.split('.')[0]))
  return providerSettings(loaded, Object.fromEntries(Object.entries(given).filter(([key]) => !invalid.has(key))))
}

/** The event types that a short or full name can mean, best first. `provider` and `channel` narrow the search. */
export async function addressesOf(
  names: { providers: Names['providers']; channels(provider: string): Promise<readonly NamedChannel[]> },
  search: { type: string; provider?: string | undefined; channel?: string | undefined },
): Promise<TypeAddress[]> {
  const parts = search.type.split('/')
  const known = new Set(names.providers())
  const candidates: { type: string; provider?: string | undefined; channel?: string | undefined }[] = [search]
  if (parts.length > 1 && known.has(parts[0] ?? '') && (search.provider ?? parts[0]) === parts[0]) {
    candidates.unshift({ provider: parts[0], type: parts.slice(1).join('/'), channel: search.channel })
    if (parts.length > 2) candidates.unshift({ provider: parts[0], channel: parts[1], type: parts.slice(2).join('/') })
  }
  for (const candidate of candidates) {
    const found: TypeAddress[] = []
    for (const provider of known) {
      if (candidate.provider !== undefined && candidate.provider !== provider) continue
      const all = await names.channels(provider)
      const channels = all.filter(({ name }) => candidate.channel === undefined || candidate.channel === name)
      // The channels' event types are those under these settings already.
      const first = typeIn(channels, candidate.type, {})
      if (first) found.push({ provider, channel: first.channel.name, type: candidate.type })
    }
    if (found.length > 0) return found
  }
  return []
}
