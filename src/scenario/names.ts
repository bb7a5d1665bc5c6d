// The names a scenario may use: providers, channels, event types, variants, settings; and how to find a type by its short name.
import { ZodObject } from 'zod'
import { didYouMean, EmulatorError, type Issue } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import { checkSet, declaredAt } from '../emulator/paths.js'
import type { ChannelBehaviour, EventType, Settings } from '../provider/channel.js'
import type { Provider } from '../provider/provider.js'

/** One channel's catalog, as far as names go. */
export interface NamedChannel {
  name: string
  eventTypes: readonly Pick<EventType, 'name' | 'variants'>[]
}

/** Where a type is. */
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
  /** What is wrong with settings of a subscription; paths from the settings' root. */
  settingProblems(provider: string, channel: string, settings: JsonObject): Promise<Issue[]>
  /** What is wrong with provider-wide settings. */
  providerSettingProblems(provider: string, settings: JsonObject): Promise<Issue[]>
  /** What is wrong with overrides of a payload under these provider-wide settings; of undefined values only the path is checked. */
  payloadProblems(
    address: TypeAddress,
    set: Record<string, Json | undefined>,
    unset: readonly string[],
    settings: JsonObject,
  ): Promise<Issue[]>
}

/** The names that scenarios may use with these providers, down to the paths of their payloads. */
export function namesOf(providers: readonly Provider[]): Names {
  const find = (name: string) => providers.find(provider => provider.name === name)
  const loadChannel = (provider: string, channel: string) =>
    find(provider)
      ?.channels.find(one => one.name === channel)
      ?.load()
  const catalogs = new Map<string, Promise<NamedChannel[]>>()
  const catalogOf = async (provider: Provider, settings: JsonObject): Promise<NamedChannel[]> => {
    const complete = provider.channels.some(channel => channel.catalog) ? await completed(provider, settings) : {}
    return provider.channels.map(channel => ({
      name: channel.name,
      eventTypes: channel.catalog?.(complete) ?? channel.eventTypes,
    }))
  }
  return {
    providers: () => providers.map(provider => provider.name),
    channels: async (name, settings) => {
      const provider = find(name)
      if (provider === undefined) return []
      const key = JSON.stringify([name, settings])
      const known = catalogs.get(key) ?? catalogOf(provider, settings)
      catalogs.set(key, known)
      return known
    },
    settingProblems: async (provider, channel, settings) => {
      const behaviour = await loadChannel(provider, channel)
      return behaviour === undefined ? [] : problemsOf(behaviour.settings, settings)
    },
    providerSettingProblems: async (provider, settings) => {
      const known = find(provider)
      if (known === undefined) return []
      const schemas = [
        (await known.load()).settings,
        ...(await Promise.all(known.channels.map(async channel => (await channel.load()).settings))),
      ]
      // A key belongs to the provider or, as the default of its subscriptions, to a channel: one schema that takes it is enough.
      return Object.entries(settings).flatMap(([key, value]) => {
        const found = schemas.map(schema => problemsOf(schema, { [key]: value }))
        if (found.some(issues => issues.length === 0)) return []
        return (
          found.find(issues => issues.every(issue => !issue.message.startsWith(UNKNOWN))) ??
          found[0] ??
          []
        ).slice(0, 1)
      })
    },
    payloadProblems: async ({ provider: name, channel, type }, set, unset, settings) => {
      const provider = find(name)
      const behaviour = await loadChannel(name, channel)
      const schema = provider && behaviour?.definition(type, await completed(provider, settings))?.schema
      if (schema === undefined) return []
      return [
        ...Object.entries(set).flatMap(([path, value]) =>
          issueOf(path, () => (value === undefined ? declaredAt(schema, path, 'set') : checkSet(schema, path, value))),
        ),
        ...unset.flatMap(path => issueOf(path, () => declaredAt(schema, path, 'unset'))),
      ]
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

/** Provider-wide settings with every default; as given where they are wrong, which is told elsewhere. */
async function completed(provider: Provider, given: JsonObject): Promise<Settings> {
  const schemas = [
    ...(await Promise.all(provider.channels.map(async channel => (await channel.load()).settings))),
    (await provider.load()).settings,
  ]
  const parts = schemas.map(schema => {
    const fitting = Object.entries(given).filter(([key, value]) => problemsOf(schema, { [key]: value }).length === 0)
    const parsed = schema.safeParse(Object.fromEntries(fitting))
    return parsed.success ? parsed.data : {}
  })
  return Object.assign({}, ...parts) as Settings
}

const UNKNOWN = 'Unknown setting'

function unknownSetting(key: string, schema: ChannelBehaviour['settings']): string {
  const hint = schema instanceof ZodObject ? didYouMean(key, Object.keys(schema.shape)) : undefined
  return `${UNKNOWN} "${key}".${hint === undefined ? '' : ` ${hint}`}`
}

function problemsOf(schema: ChannelBehaviour['settings'], settings: JsonObject): Issue[] {
  const parsed = schema.safeParse(settings)
  if (parsed.success) return []
  return parsed.error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ path: [...issue.path, key].join('.'), message: unknownSetting(key, schema) }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  )
}

/** Types that a short or full name can mean, best first. `provider` and `channel` narrow the search. */
export async function findType(
  names: Names,
  wanted: { type: string; provider?: string | undefined; channel?: string | undefined },
  settings: Record<string, JsonObject>,
): Promise<TypeAddress[]> {
  const parts = wanted.type.split('/')
  const known = new Set(names.providers())
  const readings: { type: string; provider?: string | undefined; channel?: string | undefined }[] = [wanted]
  if (parts.length > 1 && known.has(parts[0] ?? '') && (wanted.provider ?? parts[0]) === parts[0]) {
    readings.unshift({ provider: parts[0], type: parts.slice(1).join('/'), channel: wanted.channel })
    if (parts.length > 2) readings.unshift({ provider: parts[0], channel: parts[1], type: parts.slice(2).join('/') })
  }
  for (const reading of readings) {
    const found: TypeAddress[] = []
    for (const provider of known) {
      if (reading.provider !== undefined && reading.provider !== provider) continue
      const channels = await names.channels(provider, settings[provider] ?? {})
      // The first channel that has a type is the default one for it.
      const channel = channels.find(
        one =>
          (reading.channel === undefined || reading.channel === one.name) &&
          one.eventTypes.some(type => type.name === reading.type),
      )
      if (channel !== undefined) found.push({ provider, channel: channel.name, type: reading.type })
    }
    if (found.length > 0) return found
  }
  return []
}
