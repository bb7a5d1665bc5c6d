// A deliberate misbehaviour of the sender, as data: what it does, and to which attempts.
import type { Json } from './json.js'

export const FAULT_KINDS = [
  'duplicate',
  'reorder',
  'delay',
  'drop',
  'stale',
  'future',
  'tamper',
  'wrongSecret',
  'omitSignature',
  'malform',
  'unknownType',
  'unknownValue',
  'extraFields',
  'omitOptional',
  'nullOptional',
  'pad',
  'chunked',
  'slowBody',
  'splitPackets',
  'truncate',
  'reset',
  'lostAck',
  'contentType',
  'rotate',
  'method',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export const MALFORMATIONS = [
  'truncated',
  'array',
  'empty',
  'text',
  'bom',
  'invalidUtf8',
  'duplicateKeys',
] as const satisfies readonly string[]
export const DROPPED_AS = ['timed_out', 'refused', 'reset', 'unreachable'] as const
export const RESET_AT = ['before', 'during', 'after'] as const
export const OTHER_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

type Nothing = Record<never, never>

/** What each kind can be told. `Span` is a duration: milliseconds once checked, `90s` or milliseconds as given. */
export interface FaultParameters<Span = number> {
  duplicate: { copies: number; concurrent: boolean }
  reorder: { mode: 'reverse' | 'shuffle'; size: number; within: Span; apart: Span }
  delay: { by: Span }
  drop: { as: (typeof DROPPED_AS)[number]; status?: number; headers?: Record<string, string> }
  stale: { by: Span }
  future: { by: Span }
  tamper: { path?: string; value?: Json }
  wrongSecret: Nothing
  omitSignature: Nothing
  malform: { as: (typeof MALFORMATIONS)[number] }
  unknownType: { as?: string }
  unknownValue: { path?: string; value?: Json }
  extraFields: Nothing
  omitOptional: { paths?: string[] }
  nullOptional: { paths?: string[] }
  pad: { toBytes: number; with: 'spaces' | 'field' }
  chunked: Nothing
  slowBody: { over: Span }
  splitPackets: { bytes: number }
  truncate: { bytes: number }
  reset: { at: (typeof RESET_AT)[number] }
  lostAck: Nothing
  contentType: { value: string | null }
  rotate: Nothing
  method: { method: (typeof OTHER_METHODS)[number] }
}

/** Which attempts a fault concerns: every given field must fit; `probability` is asked last of all. */
export interface FaultScope<Span = number> {
  provider?: string
  channel?: string
  /** Event type in the provider's spelling. */
  type?: string
  /** Subscription id. */
  subscription?: string
  /** Event id. */
  event?: string
  /** Numbers of attempts, from 1. Default: every one (of `reorder`: the first). */
  attempts?: number[]
  /** Fires so often, then no more. */
  next?: number
  /** Fires for so long on the emulator's clock, from when it is added. */
  for?: Span
  /** Is forgotten after so much real time, whatever the clock. */
  ttl?: Span
  /** Chance of firing, from the run's seed: above 0, at most 1. */
  probability?: number
}

/** A fault of one kind, checked: durations in ms, defaults filled in. */
export type FaultOf<K extends FaultKind> = { kind: K } & FaultParameters[K] & FaultScope
/** Any fault, checked. */
export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind]
/** Any fault as users give it: defaults may be left out, durations are `90s`, `5m` or milliseconds. */
export type FaultInput = {
  [K in FaultKind]: { kind: K } & Partial<FaultParameters<string | number>[K]> & FaultScope<string | number>
}[FaultKind]

/** A fault that was added to an emulator. */
export interface ActiveFault {
  /** `fl_1`. */
  id: string
  fault: Fault
  /** Emulator ms. */
  addedAt: number
  /** Emulator ms from which on it fires no more; null: no such time. */
  until: number | null
  /** Real ms at which it is forgotten; null: never by itself. */
  expiresAt: number | null
  /** How often it has fired. */
  fired: number
  /** How often it may still fire; null: without limit. */
  remaining: number | null
  /** False once it will not fire any more. */
  active: boolean
  /** Why it last could not fire on an attempt that it concerns ("nothing is signed"); null: it always could. */
  lastSkipReason: string | null
}

/** One parameter or scope word, as data: from it come the checks, the editors' schema and the documents. */
export type FaultField = { about: string } & (
  | { is: 'whole'; least: number; most?: number; default?: number }
  | { is: 'span'; default?: number }
  | { is: 'flag'; default: boolean }
  | { is: 'choice'; of: readonly string[]; default: string }
  | { is: 'text' }
  | { is: 'textOrNull'; default: null }
  | { is: 'chance' }
  | { is: 'json' }
  | { is: 'texts' }
  | { is: 'wholes' }
  | { is: 'headers' }
)

/** What a kind does, in one sentence, and what it can be told. */
export interface FaultDescription<K extends FaultKind = FaultKind> {
  about: string
  fields: Readonly<Record<keyof FaultParameters[K], FaultField>>
}

const MINUTE = 60_000
const paths = (what: string): FaultField => ({ is: 'texts', about: `Payload paths; default: ${what}.` })

/** Every kind of fault. */
export const FAULTS: { readonly [K in FaultKind]: FaultDescription<K> } = {
  duplicate: {
    about: 'Sends the same request more than once.',
    fields: {
      copies: { is: 'whole', least: 1, most: 1000, default: 1, about: 'How many more.' },
      concurrent: { is: 'flag', default: false, about: 'At the same time instead of one after the other.' },
    },
  },
  reorder: {
    about: "Holds a subscription's deliveries back and releases them in another order.",
    fields: {
      mode: { is: 'choice', of: ['reverse', 'shuffle'], default: 'reverse', about: 'The order of their release.' },
      size: { is: 'whole', least: 2, most: 10_000, default: 2, about: 'So many are held and released together.' },
      within: {
        is: 'span',
        default: MINUTE,
        about: "After so much time on the emulator's clock they are released even if they are fewer.",
      },
      apart: { is: 'span', default: 100, about: "Time between two releases, on the emulator's clock." },
    },
  },
  delay: {
    about: 'Sends later than due; the signature is fresh all the same.',
    fields: { by: { is: 'span', default: MINUTE, about: "So much later, on the emulator's clock." } },
  },
  drop: {
    about: 'Nothing reaches the receiver, as if the path to it were down.',
    fields: {
      as: { is: 'choice', of: DROPPED_AS, default: 'timed_out', about: 'What the sender meets instead.' },
      status: { is: 'whole', least: 100, most: 599, about: 'Status that something on the path answers instead.' },
      headers: { is: 'headers', about: 'Headers of that answer.' },
    },
  },
  stale: {
    about: 'Signs rightly with a timestamp of the past.',
    fields: { by: { is: 'span', default: 10 * MINUTE, about: 'How old.' } },
  },
  future: {
    about: 'Signs rightly with a timestamp of the future.',
    fields: { by: { is: 'span', default: 10 * MINUTE, about: 'How far ahead.' } },
  },
  tamper: {
    about: 'Changes one value of the payload after it was signed.',
    fields: {
      path: { is: 'text', about: 'Payload path; default: a value chosen by the seed.' },
      value: { is: 'json', about: 'What it becomes; default: something close to what it was.' },
    },
  },
  wrongSecret: { about: 'Signs with another secret, or shows other credentials.', fields: {} },
  omitSignature: { about: 'Leaves the signature or the credentials out.', fields: {} },
  malform: {
    about: 'Sends a body that is not the JSON it should be, signed as it is sent.',
    fields: { as: { is: 'choice', of: MALFORMATIONS, default: 'truncated', about: 'In which way.' } },
  },
  unknownType: {
    about: 'Sends an event type that does not exist (yet), well signed.',
    fields: { as: { is: 'text', about: 'Its name; default: one in the style of the others.' } },
  },
  unknownValue: {
    about: 'Sends a new value in a field whose values are known, well signed.',
    fields: {
      path: { is: 'text', about: 'Payload path; default: a status or the like.' },
      value: { is: 'json', about: 'The value; default: one in the style of the known ones.' },
    },
  },
  extraFields: { about: 'Adds unknown fields at every level of the payload, well signed.', fields: {} },
  omitOptional: {
    about: 'Leaves optional fields out, well signed.',
    fields: { paths: paths('every field that the documents call optional') },
  },
  nullOptional: {
    about: 'Sends null for optional fields, well signed.',
    fields: { paths: paths('every field that may be absent or null') },
  },
  pad: {
    about: 'Makes the body larger, well signed.',
    fields: {
      toBytes: { is: 'whole', least: 1, most: 64 * 1024 * 1024, default: 100_000, about: 'Its size at the least.' },
      with: { is: 'choice', of: ['spaces', 'field'], default: 'spaces', about: 'White space, or a field of text.' },
    },
  },
  chunked: { about: 'Sends the body chunked instead of with a content length.', fields: {} },
  slowBody: {
    about: 'Sends the body in dribs and drabs.',
    fields: { over: { is: 'span', default: 3000, about: 'Real time that it takes.' } },
  },
  splitPackets: {
    about: 'Writes the request in small packets.',
    fields: { bytes: { is: 'whole', least: 1, default: 1, about: 'Bytes of a packet at the most.' } },
  },
  truncate: {
    about: 'Promises a longer body than it sends, then closes its side.',
    fields: { bytes: { is: 'whole', least: 1, default: 10, about: 'Bytes that never come.' } },
  },
  reset: {
    about: 'Cuts the connection with a TCP reset.',
    fields: {
      at: { is: 'choice', of: RESET_AT, default: 'during', about: 'Before, during or after the body.' },
    },
  },
  lostAck: { about: "Cuts the connection as the receiver's answer arrives, unread.", fields: {} },
  contentType: {
    about: 'Sends another content type, or none.',
    fields: { value: { is: 'textOrNull', default: null, about: 'The header; null: none.' } },
  },
  rotate: {
    about: 'Signs twice, as after a rotation: the right signature stands second. Only where several may stand.',
    fields: {},
  },
  method: {
    about: 'Sends the request with another method; GET without a body.',
    fields: { method: { is: 'choice', of: OTHER_METHODS, default: 'GET', about: 'The method.' } },
  },
}

/** What every fault can be told of the attempts it concerns. */
export const FAULT_SCOPE: Readonly<Record<keyof FaultScope, FaultField>> = {
  provider: { is: 'text', about: 'Only this provider.' },
  channel: { is: 'text', about: 'Only this channel.' },
  type: { is: 'text', about: "Only this event type, in the provider's spelling." },
  subscription: { is: 'text', about: 'Only this subscription.' },
  event: { is: 'text', about: 'Only the event with this id.' },
  attempts: {
    is: 'wholes',
    about: 'Only attempts of these numbers, from 1; default every one (of reorder: the first).',
  },
  next: { is: 'whole', least: 1, about: 'Fires so often, then no more.' },
  for: { is: 'span', about: "Fires for so long on the emulator's clock." },
  ttl: { is: 'span', about: 'Is forgotten after so much real time, whatever the clock.' },
  probability: { is: 'chance', about: 'Chance of firing, decided by the seed.' },
}
