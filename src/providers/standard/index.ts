// Standard Webhooks as plain data: a provider whose event types its user declares; schemas and factories are loaded on first use.
import { defineChannel } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { catalog, eventTypes } from './declared.js'
import { subjects } from './subjects.js'

const events = defineChannel({
  name: 'events',
  title: 'Webhooks after the Standard Webhooks specification',
  eventTypes,
  catalog: ({ eventTypes: declared }) => catalog(declared),
  load: async () => (await import('./channel.js')).eventsChannel(),
})

/** Any provider that keeps to Standard Webhooks: its event types are a setting, with JSON Schema or without. */
export const standard = defineProvider({
  name: 'standard',
  title: 'Standard Webhooks',
  about: 'Any provider that keeps to the Standard Webhooks specification; declare its event types as a setting.',
  assumptions,
  channels: [events],
  subjects,
  load: async () => (await import('./behaviour.js')).behaviour(),
})
