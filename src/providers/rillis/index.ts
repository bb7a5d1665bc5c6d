// Rillis: the Flow API's webhooks and the Transaction Screening API's webhook, as plain data; the rest loads on first use.
import { defineChannel, type EventsOf } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { flowTypes, transactionTypes } from './catalog.js'
import type { flowEvents } from './events/flow.js'
import type { identityEvents } from './events/identity.js'
import type { onboardingEvents } from './events/onboarding.js'
import type { transactionEvent } from './events/transaction.js'
import { sources } from './sources.js'
import { subjects } from './subjects.js'

const flow = defineChannel({
  name: 'flow',
  title: 'Flow API webhooks',
  eventTypes: flowTypes,
  load: async () => (await import('./channels.js')).flowChannel,
})

const transaction = defineChannel({
  name: 'transaction',
  title: 'Transaction Screening API webhook',
  eventTypes: transactionTypes,
  load: async () => (await import('./channels.js')).transactionChannel,
})

/** Rillis: compliance flows, identity verification, onboarding forms and transaction screening. */
export const rillis = defineProvider({
  name: 'rillis',
  title: 'Rillis',
  about: 'Compliance: flows, identity verification, onboarding forms and transaction screening.',
  assumptions,
  sources,
  channels: [flow, transaction],
  subjects,
  load: async () => (await import('./behaviour.js')).behaviour,
})

/** Payload and variants of each event type, for completion in an editor. */
export type RillisEvents = EventsOf<
  readonly [...typeof flowTypes, ...typeof transactionTypes],
  typeof flowEvents &
    typeof identityEvents &
    typeof onboardingEvents & { TRANSACTION_STATE_CHANGED: typeof transactionEvent }
>
