// Unico IDCloud as plain data: the webhook that reports a finished identity process; the rest is loaded on first use.
import { defineChannel, type EventsOf } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { BY_CLIENT_STATES } from './by-client.js'
import { eventTypes, magicLinkEventTypes } from './catalog.js'
import { PROCESS_STATES } from './enums.js'
import type { events } from './events.js'
import type { magicLinkEvents } from './magic-link-events.js'
import { sources } from './sources.js'

const processChannel = defineChannel({
  name: 'process',
  title: 'Finished processes',
  eventTypes,
  load: async () => (await import('./channel.js')).channel,
})

const magicLinkChannel = defineChannel({
  name: 'magic-link',
  title: 'Magic Link (Mexico): steps and results',
  eventTypes: magicLinkEventTypes,
  load: async () => (await import('./magic-link-channel.js')).channel,
})

/** Unico IDCloud: identity verification. */
export const unico = defineProvider({
  name: 'unico',
  title: 'Unico IDCloud',
  about: 'Identity verification: reports when a process has finished, and has its details in GetProcess.',
  assumptions,
  sources,
  channels: [processChannel, magicLinkChannel],
  subjects: {
    process: { title: 'Identity process', states: PROCESS_STATES },
    magic_link: { title: 'Magic link', states: ['active', 'finished'] },
    api_process: { title: 'Process of the by-client API', states: BY_CLIENT_STATES },
  },
  load: async () => (await import('./behaviour.js')).behaviour,
})

/** Payload and variants of each event type, for completion in an editor. */
export type UnicoEvents = EventsOf<typeof eventTypes, typeof events> &
  EventsOf<typeof magicLinkEventTypes, typeof magicLinkEvents>
