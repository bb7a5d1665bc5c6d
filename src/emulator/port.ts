// The port of one provider: what its routes, moves and timers can do in this emulator.
import type { Attempt } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import { type JsonObject, jsonOrText } from '../core/json.js'
import { seedWords, stream } from '../core/seed.js'
import type { Subject } from '../core/subject.js'
import type { Subscription } from '../core/subscription.js'
import { anotherFaker, reseed } from '../provider/fake.js'
import type { ProviderPort, SubscriptionInput, TriggerInput } from '../provider/port.js'
import type { EmulatorContext } from './context.js'
import { changedSubject, rootOf, withFacts } from './story.js'
import type { Subscriptions } from './subscriptions.js'
import type { Trigger } from './trigger.js'

/** How many subjects a provider reads at once by default. */
const PAGE = { limit: 1000 }

/** What a port needs of the emulator. */
export interface PortParts {
  subscriptions: Subscriptions
  trigger: Trigger
  sendOnce(subscription: Subscription, type: string, input: TriggerInput): Promise<Attempt>
  timersChanged(): void
}

/** The port of one provider, which must have been loaded. */
export function createPort(
  context: EmulatorContext,
  provider: string,
  { subscriptions, trigger, sendOnce, timersChanged }: PortParts,
): ProviderPort {
  const { ledger, clock, journal, seed } = context
  const mine = <T extends { provider: string }>(row: T | undefined): T | undefined =>
    row?.provider === provider ? row : undefined
  const own = (id: string) => {
    const found = mine(subscriptions.find(id))
    if (found) return found
    throw new EmulatorError(`There is no subscription ${id}.`, { code: 'not_found' })
  }
  return {
    provider,
    settings: () => context.settings.ofProvider(provider),
    now: () => clock.now(),
    wall: () => clock.wall(),
    random: (...label) => stream(seed, 'port', provider, ...label),
    fake: async (...label) =>
      reseed(
        anotherFaker(context.registry.loaded(provider).faker),
        seedWords(seed, 'port', provider, ...label),
        clock.now(),
      ),
    count: name => ledger.write(rows => rows.count(`${provider}/${name}`)),
    memory: context.memory(provider),

    subscriptions: filter => ledger.subscriptions({ provider, ...filter }),
    subscription: id => mine(subscriptions.find(id)),
    subscribe: (input: SubscriptionInput) => subscriptions.create(provider, input),
    async checkSubscription(input) {
      context.checkTarget(input.url)
      await subscriptions.preview(provider, input)
    },
    updateSubscription: async (id, change) => subscriptions.update(own(id).id, change),
    unsubscribe: async id => subscriptions.remove(own(id).id),
    stats: id => ledger.stats(id),

    subject: id => withFacts(context, ledger.subject(provider, id)),
    subjects: (filter, page = PAGE) =>
      ledger.subjects({ provider, ...filter }, page).map(subject => withFacts(context, subject)),
    async putSubject({ story, account = null, ...change }): Promise<Subject> {
      const own = { provider, story: story ?? change.id, account }
      const subject = await ledger.write(rows => {
        const changed = changedSubject(rows.subject(provider, change.id), change, own, clock.now())
        rows.putSubject(changed)
        return changed
      })
      journal.record({ kind: 'subject.moved', subject })
      return withFacts(context, subject)
    },
    facts: (story: string, given?: JsonObject) =>
      ledger.write(rows => {
        const { root, isNew } = rootOf(context, rows, provider, story, { given })
        if (isNew) rows.putSubject(root)
        return root.data
      }),

    lastSent(subject) {
      const [event] = ledger.events({ provider, subject }, { limit: 1 })
      const [first] = event === undefined ? [] : ledger.deliveriesOfEvent(event.id)
      if (event === undefined || first === undefined) return undefined
      return first.body === null ? event.payload : jsonOrText(first.body)
    },
    trigger: (type, options) => trigger(provider, type, options),
    async sendOnce({ channel, type, url, secret, settings, set }) {
      const subscription = await subscriptions.preview(provider, { channel, url, secret, settings, eventTypes: ['*'] })
      return sendOnce(subscription, type, { channel, set })
    },

    async setTimer(subject, name, at, data = {}) {
      await ledger.write(rows => rows.setTimer({ provider, subject, name, at, data }))
      timersChanged()
    },
    async clearTimer(subject, name) {
      await ledger.write(rows => rows.removeTimer(provider, subject, name))
      timersChanged()
    },
  }
}
