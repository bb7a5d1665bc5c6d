// The settings of the providers of one emulator: what the ledger holds of them, checked and complete.
import type { Issue } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Ledger } from '../core/ledger.js'
import type { Subscription } from '../core/subscription.js'
import { findChannel } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import type { Registry } from '../provider/registry.js'
import {
  providerSettings,
  providerShape,
  settingIssues,
  settingsError,
  subscriptionSettingIssues,
  subscriptionSettings,
} from '../provider/settings.js'

/** How many values the settings of a provider or of a subscription may have in one change: each is checked several times. */
export const MOST_SETTINGS = 20_000

/** The settings of an emulator's providers and subscriptions. The providers must be loaded. */
export interface SettingsStore {
  /** Provider-wide settings, complete. */
  ofProvider(provider: string): Settings
  /** A subscription's settings, complete. */
  ofSubscription(subscription: Pick<Subscription, 'provider' | 'channel' | 'settings'>): Settings
  /** What is given provider-wide after a change (null: back to the default); stores nothing. Throws `invalid_setting`. */
  checkProvider(provider: string, change: JsonObject): JsonObject
  /** Checks a subscription's own settings. Throws `invalid_setting`; `where` names them in it. */
  checkSubscription(provider: string, channel: string, given: JsonObject, where: string): JsonObject
  /** To be called when provider-wide settings were stored. */
  changed(provider: string): void
  /** Rises whenever provider-wide settings change; for caches. */
  readonly revision: number
}

/** Throws `unknown_name` or `invalid_setting` for provider-wide settings that no emulator could take, by provider. */
export async function checkProviderSettings(
  registry: Registry,
  settings: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  const store = createSettingsStore({ registry, ledger: { providerSettings: () => ({}) }, untilSuccess: false })
  for (const [provider, given] of Object.entries(settings)) {
    await registry.load(provider)
    store.checkProvider(provider, given)
  }
}

/** The settings of one emulator. `untilSuccess` takes every subscription's `maxAttempts` as unlimited, or as that number. */
export function createSettingsStore({
  registry,
  ledger,
  untilSuccess,
}: {
  registry: Registry
  ledger: Pick<Ledger, 'providerSettings'>
  untilSuccess: boolean | number
}): SettingsStore {
  let revision = 0
  const complete = new Map<string, Settings>()
  // A subscription is replaced, never changed, so that its settings can be kept by the object itself.
  const perSubscription = new WeakMap<object, { revision: number; settings: Settings }>()
  const refuse = (issues: Issue[], provider: string, where: string) => {
    if (issues.length > 0) throw settingsError(issues, provider, where)
  }
  return {
    get revision() {
      return revision
    },
    ofProvider(provider) {
      const known = complete.get(provider)
      if (known) return known
      const settings = providerSettings(registry.loaded(provider), ledger.providerSettings(provider))
      complete.set(provider, settings)
      return settings
    },
    ofSubscription(subscription) {
      const known = perSubscription.get(subscription)
      if (known?.revision === revision) return known.settings
      const { provider, channel, settings: given } = subscription
      const { behaviour } = findChannel(registry.loaded(provider), channel)
      const layers = { providerWide: ledger.providerSettings(provider), own: given }
      const own = subscriptionSettings({ provider, behaviour }, layers)
      const settings =
        untilSuccess === false ? own : { ...own, maxAttempts: untilSuccess === true ? 'unlimited' : untilSuccess }
      perSubscription.set(subscription, { revision, settings })
      return settings
    },
    checkProvider(provider, change) {
      const loaded = registry.loaded(provider)
      const shape = providerShape(loaded)
      // A known setting may be null: back to its default.
      const isReset = (key: string) => change[key] === null && Object.hasOwn(shape, key)
      const kept = Object.entries(change).filter(([key]) => !isReset(key))
      refuse(settingIssues(shape, Object.fromEntries(kept)), provider, 'settings')
      const merged: JsonObject = { ...ledger.providerSettings(provider), ...change }
      const given = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as JsonObject
      providerSettings(loaded, given)
      return given
    },
    checkSubscription(provider, channel, given, where) {
      const { behaviour } = findChannel(registry.loaded(provider), channel)
      const layers = { providerWide: ledger.providerSettings(provider), own: given }
      refuse(subscriptionSettingIssues(behaviour, layers), provider, where)
      return given
    },
    changed(provider) {
      complete.delete(provider)
      revision++
    },
  }
}
