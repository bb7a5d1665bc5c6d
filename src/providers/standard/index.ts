// Standard Webhooks as plain data: a provider whose event types are declared by its user; schemas and factories are loaded on first use.
import { defineChannel } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { catalog, eventTypes } from './catalog.js'
import { sources } from './sources.js'

const events = defineChannel({
  name: 'events',
  title: 'Webhooks of the Standard Webhooks specification',
  eventTypes,
  catalog: ({ eventTypes: declared }) => catalog(declared),
  load: async () => (await import('./channel.js')).eventsChannel(),
})

/** Any provider that follows Standard Webhooks: its event types are a setting, with JSON Schema or without. */
export const standard = defineProvider({
  name: 'standard',
  title: 'Standard Webhooks',
  about: 'Any provider that follows the Standard Webhooks specification; declare its event types as a setting.',
  assumptions,
  sources,
  channels: [events],
  // The kind and its state are ours: the specification has events only.
  subjects: { subject: { title: 'What the events of a story are about', states: ['known'] } },
  load: async () => (await import('./behaviour.js')).behaviour(),
})
