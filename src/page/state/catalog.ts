// What there is to choose from: the providers with their event types, and the subscriptions.
import type { Page } from '../../api/page.js'
import type { Provider, ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import type { JsonObject } from '../../core/json.js'
import { get, segment } from '../api.js'
import { type Live, liveOf } from './live.js'

/** Subscriptions that are read at once, the most that the API gives. */
const PAGE_SIZE = 500

async function allSubscriptions(abort: AbortSignal): Promise<Subscription[]> {
  const all: Subscription[] = []
  let before: string | undefined
  do {
    const page: Page<Subscription> = await get('/subscriptions', { limit: PAGE_SIZE, before }, abort)
    all.push(...page.items)
    before = page.next ?? undefined
  } while (before !== undefined)
  return all
}

/** Every subscription, newest first, kept up to date. */
export const liveSubscriptions = (): Live<Subscription[]> =>
  liveOf(allSubscriptions, ({ kind }) => kind === 'subscription.changed')

/** The providers with the names of their event types. */
export const liveProviders = (): Live<ProviderSummary[]> =>
  liveOf(
    async abort => (await get<{ items: ProviderSummary[] }>('/providers', {}, abort)).items,
    () => false,
  )

/** A provider with its schemas, and its provider-wide settings, complete and masked. */
export interface ProviderWithSettings {
  provider: Provider
  settings: JsonObject
}

/** Reads a provider with its settings. */
export async function readWithSettings(name: string): Promise<ProviderWithSettings> {
  const [provider, settings] = await Promise.all([
    readProvider(name),
    get<JsonObject>(`/providers/${segment(name)}/settings`),
  ])
  return { provider, settings }
}

/** A provider with its schemas and samples. */
export const readProvider = (name: string, abort?: AbortSignal): Promise<Provider> =>
  get(`/providers/${segment(name)}`, {}, abort)
