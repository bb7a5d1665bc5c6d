// Making, changing and ending subscriptions: checked whole before anything is stored.
import { EmulatorError } from '../core/errors.js'
import { checkValue } from '../core/json.js'
import type { LedgerRows } from '../core/ledger.js'
import { stream } from '../core/seed.js'
import type { Subscription } from '../core/subscription.js'
import type { LoadedChannel } from '../provider/catalog.js'
import { findChannel } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import type { SubscriptionChange, SubscriptionInput } from '../provider/port.js'
import type { EmulatorContext } from './context.js'
import { MOST_SETTINGS } from './settings.js'
import { checkedSecret, checkedTypes, checkedUrl } from './subscription-input.js'

/** The subscriptions of one emulator, as its parts use them. */
export interface Subscriptions {
  get(id: string): Subscription
  find(id: string): Subscription | undefined
  /** All of a provider, oldest first. */
  ofProvider(provider: string): readonly Subscription[]
  /** A checked subscription that is not stored. */
  preview(provider: string, input: SubscriptionInput): Promise<Subscription>
  create(provider: string, input: SubscriptionInput): Promise<Subscription>
  update(id: string, change: SubscriptionChange): Promise<Subscription>
  remove(id: string): Promise<void>
  rotate(id: string, secret?: string): Promise<{ subscription: Subscription; validUntil: number | null }>
  deactivate(id: string): Promise<void>
  /** Empties the cache. */
  forget(): void
}

/** Creates the subscriptions of one emulator. */
export function createSubscriptions(context: EmulatorContext): Subscriptions {
  const { ledger, registry, settings: settingsStore, clock, journal, seed, checkTarget } = context
  const cache = new Map<string, Subscription>()
  const lists = new Map<string, readonly Subscription[]>()

  const sameGroup = (channel: LoadedChannel, provider: string, settings: Settings, except?: string): Subscription[] => {
    const group = channel.behaviour.secret.group?.(settings)
    if (group === undefined) return []
    return ledger
      .subscriptions({ provider, channel: channel.name })
      .filter(
        other => other.id !== except && channel.behaviour.secret.group?.(settingsStore.ofSubscription(other)) === group,
      )
  }

  const previewSubscription = async (
    providerName: string,
    input: SubscriptionInput,
    ordinal: number,
  ): Promise<Subscription> => {
    checkValue(input, 'subscription', MOST_SETTINGS)
    const loaded = await registry.load(providerName)
    const { channel, eventTypes } = checkedTypes(
      loaded,
      input.channel,
      input.eventTypes,
      settingsStore.ofProvider(providerName),
    )
    const given = settingsStore.checkSubscription(providerName, channel.name, input.settings ?? {}, 'settings')
    const settings = settingsStore.ofSubscription({ provider: providerName, channel: channel.name, settings: given })
    const url = checkedUrl(input.url, channel, settings)
    const random = stream(seed, 'subscription', providerName, channel.name, ordinal)
    const rules = channel.behaviour.secret
    const shared = sameGroup(channel, providerName, settings).find(other => other.secret !== null)
    const secret =
      input.secret !== undefined
        ? checkedSecret(channel, input.secret, settings)
        : rules.use === 'none' || rules.use === 'given'
          ? null
          : (shared?.secret ?? rules.make(random, settings))
    if (shared && input.secret !== undefined && secret !== shared.secret)
      throw new EmulatorError(`Subscription ${shared.id} shares its secret with this one and has a different one.`, {
        code: 'conflict',
        hint: 'Leave secret out to use the shared one, or change it there first.',
        where: 'secret',
      })
    const now = clock.now()
    return {
      id: input.id ?? channel.behaviour.subscriptionId?.(random) ?? `sub_${ordinal}`,
      provider: providerName,
      channel: channel.name,
      url,
      eventTypes,
      active: input.active ?? true,
      secret,
      previousSecret: shared && input.secret === undefined ? shared.previousSecret : null,
      settings: given,
      notes: input.notes ?? {},
      account: input.account ?? null,
      createdAt: now,
      updatedAt: now,
    }
  }

  /** What is read next of it comes from the ledger, where a write beside this one may have changed or removed it. */
  const changed = (id: string, change: 'created' | 'updated' | 'removed') => {
    cache.delete(id)
    lists.clear()
    journal.record({ kind: 'subscription.changed', subscriptionId: id, change })
  }

  /** Updates one, and those that share its secret as far as they still exist. Throws `not_found`. */
  const updateAll = (rows: LedgerRows, one: Subscription, others: readonly Subscription[]) => {
    rows.updateSubscription(one)
    for (const other of others) if (rows.subscription(other.id)) rows.updateSubscription(other)
  }

  const subscriptions: Subscriptions = {
    find(id) {
      const known = cache.get(id) ?? ledger.subscription(id)
      if (known) cache.set(id, known)
      return known
    },
    get(id) {
      const found = subscriptions.find(id)
      if (found) return found
      throw new EmulatorError(`There is no subscription ${id}.`, {
        code: 'not_found',
        hint: 'List them with GET /_standin/subscriptions.',
      })
    },
    ofProvider(provider) {
      const known = lists.get(provider)
      if (known) return known
      const list = ledger.subscriptions({ provider }).map(({ id }) => subscriptions.get(id))
      lists.set(provider, list)
      return list
    },
    preview: (provider, input) => previewSubscription(provider, input, ledger.counter('subscription') + 1),
    async create(provider, input) {
      checkValue(input, 'subscription', MOST_SETTINGS)
      await registry.load(provider)
      checkTarget(input.url)
      const ordinal = await ledger.write(rows => rows.count('subscription'))
      const subscription = await previewSubscription(provider, input, ordinal)
      await ledger.write(rows => {
        // Read in the write: of two with one id at once the second is refused.
        if (rows.subscription(subscription.id))
          throw new EmulatorError(`There is a subscription ${subscription.id} already.`, {
            code: 'conflict',
            hint: 'Choose another id.',
          })
        rows.insertSubscription(subscription)
      })
      changed(subscription.id, 'created')
      return subscription
    },
    async update(id, change) {
      checkValue(change, 'change', MOST_SETTINGS)
      const present = subscriptions.get(id)
      if (change.url !== undefined && change.url !== present.url) checkTarget(change.url)
      const loaded = await registry.load(present.provider)
      const wide = settingsStore.ofProvider(present.provider)
      const types =
        change.eventTypes === undefined
          ? present.eventTypes
          : checkedTypes(loaded, present.channel, change.eventTypes, wide).eventTypes
      const channel = findChannel(loaded, present.channel)
      const merged = { ...present.settings, ...change.settings }
      const given = Object.fromEntries(
        Object.entries(merged).filter(([key, value]) => value !== null || change.settings?.[key] !== null),
      )
      const settings = settingsStore.ofSubscription({
        ...present,
        settings: settingsStore.checkSubscription(present.provider, present.channel, given, 'settings'),
      })
      const url =
        change.url === undefined && change.settings === undefined
          ? present.url
          : checkedUrl(change.url ?? present.url, channel, settings)
      const next: Subscription = {
        ...present,
        url,
        eventTypes: types,
        active: change.active ?? present.active,
        secret: change.secret === undefined ? present.secret : checkedSecret(channel, change.secret, settings),
        settings: given,
        notes: { ...present.notes, ...change.notes },
        updatedAt: clock.now(),
      }
      const others =
        change.secret === undefined
          ? []
          : sameGroup(channel, present.provider, settings, id).map(other => ({
              ...other,
              secret: next.secret,
              previousSecret: null,
              updatedAt: clock.now(),
            }))
      await ledger.write(rows => {
        updateAll(rows, next, others)
        if (present.active && !next.active) rows.cancelWaiting(id, clock.now())
      })
      for (const other of others) changed(other.id, 'updated')
      changed(id, 'updated')
      return next
    },
    async remove(id) {
      subscriptions.get(id)
      await ledger.write(rows => {
        rows.cancelWaiting(id, clock.now())
        rows.cancelAttempting(id, clock.now())
        rows.removeSubscription(id)
      })
      changed(id, 'removed')
    },
    async rotate(id, secret) {
      checkValue(secret, 'secret')
      const present = subscriptions.get(id)
      const loaded = await registry.load(present.provider)
      const channel = findChannel(loaded, present.channel)
      const rules = channel.behaviour.secret
      if (rules.use === 'none')
        throw new EmulatorError(`Channel ${channel.name} has no secret to rotate.`, {
          code: 'conflict',
          hint: 'Its credentials are settings of the subscription: PATCH them.',
        })
      if (rules.use === 'given' && (secret === undefined || present.secret === null))
        throw new EmulatorError(`Secrets of channel ${channel.name} are never generated.`, {
          code: 'conflict',
          hint: 'PATCH the subscription: its secret, or the credentials in its settings.',
        })
      const settings = settingsStore.ofSubscription(present)
      const count = await ledger.write(rows => rows.count(`rotation/${id}`))
      const fresh =
        secret === undefined
          ? rules.make(stream(seed, 'rotation', id, count), settings)
          : checkedSecret(channel, secret, settings)
      const overlap = rules.overlapMs(settings)
      const validUntil = overlap > 0 && present.secret !== null ? clock.now() + overlap : null
      const rotate = (one: Subscription): Subscription => ({
        ...one,
        secret: fresh,
        previousSecret: validUntil === null || one.secret === null ? null : { secret: one.secret, until: validUntil },
        updatedAt: clock.now(),
      })
      const mine = rotate(present)
      const others = sameGroup(channel, present.provider, settings, id).map(rotate)
      await ledger.write(rows => updateAll(rows, mine, others))
      for (const one of [mine, ...others]) changed(one.id, 'updated')
      return { subscription: mine, validUntil }
    },
    async deactivate(id) {
      const present = subscriptions.find(id)
      if (present?.active) await subscriptions.update(id, { active: false })
    },
    forget() {
      cache.clear()
      lists.clear()
    },
  }
  return subscriptions
}
