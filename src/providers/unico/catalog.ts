// Unico's event types as plain data, with their variants. Their names are ours: the payload has none.
import type { EventType } from '../../provider/channel.js'
import {
  DEFAULT_LAST_EVENT,
  LABEL_NAMES,
  LAST_EVENT_NAMES,
  LAST_EVENTS,
  MAGIC_LINK_LABELS,
  STEP_NAMES,
} from './enums.js'

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
    assumption: 'eventNames',
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
    assumption: 'eventNames',
  },
  {
    name: 'process.finished.expired',
    title: 'A process expired before its user completed it',
    subject: 'process',
    variants: EXPIRIES,
    documented: false,
    assumption: 'eventNames',
  },
] as const satisfies readonly EventType[]

/** Three types, as many as webhooks V2 have; their whole names are not published. Source: Magic Link webhook V2, events. */
export const magicLinkEventTypes = [
  {
    name: 'MAGIC_LINK_TRACK',
    title: 'A step of a magic link was completed',
    subject: 'magic_link',
    variants: STEP_NAMES.map(name => ({ name, title: `The step ${name}` })),
    documented: false,
    assumption: 'magicLinkEvents',
  },
  {
    name: 'MAGIC_LINK_RESULT',
    title: 'A magic link has its result',
    subject: 'magic_link',
    variants: LABEL_NAMES.map(name => ({ name, title: MAGIC_LINK_LABELS[name][0] })),
    documented: false,
    assumption: 'magicLinkEvents',
  },
  {
    name: 'MAGIC_LINK_RETAKE',
    title: 'A picture of a magic link is to be taken again',
    subject: 'magic_link',
    variants: [],
    documented: false,
    assumption: 'magicLinkEvents',
  },
] as const satisfies readonly EventType[]
