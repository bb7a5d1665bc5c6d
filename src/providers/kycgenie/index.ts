// KYC Genie as plain data; schemas, factories and routes are loaded on first use.
import { defineChannel, type EventsOf } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { ALL, ALL_TITLE, catalog, eventTypes, type NamedTypes } from './catalog.js'
import type { Definitions } from './events/index.js'
import { sources } from './sources.js'
import { subjects } from './subjects.js'

const webhooks = defineChannel({
  name: 'webhooks',
  title: 'Webhooks',
  eventTypes,
  wildcard: { name: ALL, title: ALL_TITLE },
  // Source: Webhooks API, "Test Webhook".
  testEvent: 'test',
  catalog: ({ extraEventTypes }) =>
    catalog(Array.isArray(extraEventTypes) ? extraEventTypes.filter(name => typeof name === 'string') : []),
  load: async () => (await import('./channel.js')).webhooksChannel(),
})

/** KYC Genie: compliance platform with a webhook subscription API. */
export const kycgenie = defineProvider({
  name: 'kycgenie',
  title: 'KYC Genie',
  about:
    'Onboarding, questionnaires, AML screening and identity verification; one event type per webhook, managed over its API.',
  assumptions,
  sources,
  // Each API key is an account of its own.
  accountIsCredential: true,
  channels: [webhooks],
  subjects,
  load: async () => (await import('./behaviour.js')).behaviour,
})

/** Payload and variants of each event type, for completion in an editor. */
export type KycgenieEvents = EventsOf<NamedTypes, Definitions>
