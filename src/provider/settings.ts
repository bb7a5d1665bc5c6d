// Settings in three layers: the schema's defaults, provider-wide settings over them, a subscription's own on top.
import { ZodObject, type ZodType } from 'zod'
import { didYouMean, EmulatorError, type Issue } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Ledger } from '../core/ledger.js'
import type { Subscription } from '../core/subscription.js'
import type { LoadedChannel, LoadedProvider } from '../emulator/contract.js'
import type { Settings } from './channel.js'
import { findChannel, type Registry } from './registry.js'

export interface SettingsBook {
  /** Provider-wide settings, complete, with the channels' defaults in them. */
  wide(provider: string): Settings
  /** As given: only what differs from the defaults. */
  wideGiven(provider: string): JsonObject
  /** Checks a change (null: back to the default) against the schemas and answers what is then given; stores nothing. */
  checkWide(provider: string, change: JsonObject): JsonObject
  /** Checks a subscription's own settings; answers them as they are to be stored. */
  check(provider: string, channel: string, given: JsonObject, where: string): JsonObject
  /** A subscription's settings, complete. */
  of(subscription: Pick<Subscription, 'provider' | 'channel' | 'settings'>): Settings
  /** To be called when provider-wide settings were stored. */
  changed(provider: string): void
  /** Rises whenever provider-wide settings change; for caches. */
  readonly revision: number
}

/** The keys of an object schema. */
export function shapeOf(schema: ZodType): Record<string, ZodType> {
  if (schema instanceof ZodObject) return schema.shape as Record<string, ZodType>
  throw new Error('settings must be described by a zod object')
}

/** What is wrong with given settings: unknown keys (with the nearest) and wrong values. */
function problems(shape: Record<string, ZodType>, given: JsonObject, where: string): Issue[] {
  const issues: Issue[] = []
  for (const [key, value] of Object.entries(given)) {
    const field = shape[key]
    if (!field) {
      issues.push({
        path: `${where}.${key}`,
        message: `unknown setting. ${didYouMean(key, Object.keys(shape)) ?? ''}`.trim(),
      })
      continue
    }
    const parsed = field.safeParse(value)
    if (!parsed.success)
      for (const issue of parsed.error.issues)
        issues.push({ path: [`${where}.${key}`, ...issue.path.map(String)].join('.'), message: issue.message })
  }
  return issues
}

/** One error for all that is wrong with settings. */
function settingsError(issues: Issue[], whose: string): EmulatorError {
  const first = issues[0]
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new EmulatorError(`Settings of ${whose} are wrong: ${first?.path}: ${first?.message}${more}`, {
    code: 'invalid_setting',
    where: issues[0]?.path,
    hint: `\`standin events ${whose}\` tells what every setting is for; GET /_standin/providers/${whose} has their schemas.`,
    issues,
  })
}

const pick = (given: JsonObject, shape: Record<string, ZodType>): JsonObject =>
  Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(shape, key)))

/** Throws `unknown_name` or `invalid_setting` for provider-wide settings that no emulator could take, by provider. */
export async function checkWideSettings(
  registry: Registry,
  settings: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  const book = createSettingsBook({ registry, ledger: { providerSettings: () => ({}) }, untilSuccess: false })
  for (const [provider, given] of Object.entries(settings)) {
    await registry.load(provider)
    book.checkWide(provider, given)
  }
}

/** The settings of the providers of one emulator. `untilSuccess` takes every subscription's `maxAttempts` as unlimited, or as that number. */
export function createSettingsBook({
  registry,
  ledger,
  untilSuccess,
}: {
  registry: Registry
  ledger: Pick<Ledger, 'providerSettings'>
  untilSuccess: boolean | number
}): SettingsBook {
  let revision = 0
  const complete = new Map<string, Settings>()
  // A subscription is replaced, never changed, so that its settings can be kept by the object itself.
  const perSubscription = new WeakMap<object, { revision: number; settings: Settings }>()
  const channelShape = (channel: LoadedChannel) => shapeOf(channel.behaviour.settings)
  const wideShape = (playable: LoadedProvider) =>
    Object.assign({}, ...playable.channels.map(channelShape), shapeOf(playable.behaviour.settings)) as Record<
      string,
      ZodType
    >
  const parse = (schema: ZodType<Settings>, given: JsonObject, whose: string): Settings => {
    const parsed = schema.safeParse(given)
    if (parsed.success) return parsed.data
    throw settingsError(
      parsed.error.issues.map(issue => ({ path: issue.path.join('.') || 'settings', message: issue.message })),
      whose,
    )
  }
  const fill = (playable: LoadedProvider, given: JsonObject): Settings => {
    const parts = playable.channels.map(channel =>
      parse(channel.behaviour.settings, pick(given, channelShape(channel)), playable.provider.name),
    )
    const own = parse(
      playable.behaviour.settings,
      pick(given, shapeOf(playable.behaviour.settings)),
      playable.provider.name,
    )
    return Object.assign({}, ...parts, own) as Settings
  }
  const book: SettingsBook = {
    get revision() {
      return revision
    },
    wide(provider) {
      const known = complete.get(provider)
      if (known) return known
      const settings = fill(registry.loaded(provider), ledger.providerSettings(provider))
      complete.set(provider, settings)
      return settings
    },
    wideGiven: provider => ledger.providerSettings(provider),
    checkWide(provider, change) {
      const playable = registry.loaded(provider)
      const kept = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null))
      const issues = problems(wideShape(playable), kept, 'settings')
      for (const key of Object.keys(change))
        if (change[key] === null && !Object.hasOwn(wideShape(playable), key))
          issues.push({
            path: `settings.${key}`,
            message: `unknown setting. ${didYouMean(key, Object.keys(wideShape(playable))) ?? ''}`.trim(),
          })
      if (issues.length > 0) throw settingsError(issues, provider)
      const merged: JsonObject = { ...ledger.providerSettings(provider), ...change }
      const given = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as JsonObject
      fill(playable, given)
      return given
    },
    check(provider, channelName, given, where) {
      const channel = findChannel(registry.loaded(provider), channelName)
      const issues = problems(channelShape(channel), given, where)
      if (issues.length > 0) throw settingsError(issues, provider)
      parse(
        channel.behaviour.settings,
        { ...pick(ledger.providerSettings(provider), channelShape(channel)), ...given },
        provider,
      )
      return given
    },
    of(subscription) {
      const known = perSubscription.get(subscription)
      if (known?.revision === revision) return known.settings
      const { provider, channel: name, settings: given } = subscription
      const channel = findChannel(registry.loaded(provider), name)
      const wide = pick(ledger.providerSettings(provider), channelShape(channel))
      const own = parse(channel.behaviour.settings, { ...wide, ...given }, provider)
      const settings =
        untilSuccess === false ? own : { ...own, maxAttempts: untilSuccess === true ? 'unlimited' : untilSuccess }
      perSubscription.set(subscription, { revision, settings })
      return settings
    },
    changed(provider) {
      complete.delete(provider)
      revision++
    },
  }
  return book
}
