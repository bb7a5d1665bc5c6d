// Unico IDCloud: the webhook that says an identity process has finished, and the API that has its details.
import { defineChannel, type EventType } from '../../provider/channel.js'
import { defineProvider } from '../../provider/provider.js'
import { assumptions } from './assumptions.js'
import { DEFAULT_LAST_EVENT, LAST_EVENT_NAMES, LAST_EVENTS, PROCESS_STATES } from './vocabulary.js'

/** One variant for each last event, the default one first. */
const EXPIRIES = [DEFAULT_LAST_EVENT, ...LAST_EVENT_NAMES.filter(name => name !== DEFAULT_LAST_EVENT)].map(name => ({
  name,
  title: LAST_EVENTS[name],
}))

const eventTypes = [
  {
    name: 'process.finished.ok',
    title: 'A process ended normally (which does not mean approved)',
    subject: 'process',
    variants: [
      { name: 'approved', title: 'Live, and the identity is confirmed' },
      { name: 'inconclusive', title: 'Live, but the identity could not be confirmed or refuted' },
    ],
    documented: false,
  },
  {
    name: 'process.finished.invalid_identity',
    title: 'A process ended with an identity that is not the claimed one',
    subject: 'process',
    variants: [
      { name: 'refused', title: 'Live, but the face belongs to somebody else' },
      { name: 'not_live', title: 'The liveness check failed' },
    ],
    documented: false,
  },
  {
    name: 'process.finished.expired',
    title: 'A process expired before its user completed it',
    subject: 'process',
    variants: EXPIRIES,
    documented: false,
  },
] as const satisfies readonly EventType[]

const processChannel = defineChannel({
  name: 'process',
  title: 'Finished processes',
  eventTypes,
  load: async () => (await import('./channel.js')).channel,
})

/** Unico IDCloud, playable; listing it loads names only. */
export const unico = defineProvider({
  name: 'unico',
  title: 'Unico IDCloud',
  about: 'Identity verification: tells when a process has finished, and shows its details by GetProcess.',
  assumptions,
  channels: [processChannel],
  subjects: { process: { title: 'Identity process', states: PROCESS_STATES } },
  load: async () => (await import('./behaviour.js')).behaviour,
})

/** The types of Unico's one channel. */
export type UnicoTypes = typeof eventTypes
