// Unico's event types as plain data, with their variants. Their names are ours: the payload has none.
import type { EventType } from '../../provider/channel.js'
import { DEFAULT_LAST_EVENT, LAST_EVENT_NAMES, LAST_EVENTS } from './enums.js'

/** One variant for each last event, the default first. */
const EXPIRIES = [DEFAULT_LAST_EVENT, ...LAST_EVENT_NAMES.filter(name => name !== DEFAULT_LAST_EVENT)].map(name => ({
  name,
  title: LAST_EVENTS[name],
}))

/** One type for each `result`. Source: Event types, "Payload schema". */
export const eventTypes = [
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
