// Every kind of fault and its parameters described as data, from which checks, the editors' schema and documents are made.
import {
  DROPPED_AS,
  type FaultKind,
  type FaultParameters,
  type FaultScope,
  MALFORMATIONS,
  OTHER_METHODS,
  RESET_AT,
} from './fault.js'

/** One parameter or field of the scope, as data: the checks, the editors' schema and the documents are made from it. */
export type FaultField = { about: string } & (
  | { is: 'integer'; min: number; max?: number; default?: number }
  | { is: 'duration'; default?: number }
  | { is: 'boolean'; default: boolean }
  | { is: 'choice'; of: readonly string[]; default: string }
  | { is: 'string' }
  | { is: 'stringOrNull'; default: null }
  | { is: 'probability' }
  | { is: 'json' }
  | { is: 'path' }
  | { is: 'paths' }
  | { is: 'integers' }
  | { is: 'headers' }
)

/** What a kind does, in one sentence, and its parameters. */
export interface FaultDescription<K extends FaultKind = FaultKind> {
  about: string
  fields: Readonly<Record<keyof FaultParameters[K], FaultField>>
}

const MINUTE = 60_000
const paths = (what: string): FaultField => ({ is: 'paths', about: `Payload paths; default: ${what}.` })

/** Every kind of fault. */
export const FAULTS: { readonly [K in FaultKind]: FaultDescription<K> } = {
  duplicate: {
    about: 'Sends the same request more than once.',
    fields: {
      copies: { is: 'integer', min: 1, max: 1000, default: 1, about: 'How many more.' },
      concurrent: { is: 'boolean', default: false, about: 'At the same time instead of one after the other.' },
    },
  },
  reorder: {
    about: "Holds a subscription's deliveries back and releases them in another order.",
    fields: {
      mode: { is: 'choice', of: ['reverse', 'shuffle'], default: 'reverse', about: 'The order of their release.' },
      size: { is: 'integer', min: 2, max: 10_000, default: 2, about: 'How many are held back and released together.' },
      within: {
        is: 'duration',
        default: MINUTE,
        about: "After this time on the emulator's clock they are released even if there are fewer.",
      },
      apart: { is: 'duration', default: 100, about: "Time between two releases, on the emulator's clock." },
    },
  },
  delay: {
    about: 'Sends later than due, with a fresh signature.',
    fields: { by: { is: 'duration', default: MINUTE, about: "How much later, on the emulator's clock." } },
  },
  drop: {
    about: 'Nothing reaches the receiver, as if the path to it were down.',
    fields: {
      as: { is: 'choice', of: DROPPED_AS, default: 'timed_out', about: 'What the sender sees instead.' },
      status: { is: 'integer', min: 100, max: 599, about: 'Status that a proxy on the path answers instead.' },
      headers: { is: 'headers', about: 'Headers of that response.' },
    },
  },
  stale: {
    about: 'Signs validly with a timestamp in the past.',
    fields: { by: { is: 'duration', default: 10 * MINUTE, about: 'How old.' } },
  },
  future: {
    about: 'Signs validly with a timestamp in the future.',
    fields: { by: { is: 'duration', default: 10 * MINUTE, about: 'How far ahead.' } },
  },
  tamper: {
    about: 'Changes one value of the payload after it was signed.',
    fields: {
      path: { is: 'path', about: 'Payload path; default: a value chosen by the seed.' },
      value: { is: 'json', about: 'Its new value; default: one similar to the old.' },
    },
  },
  wrongSecret: { about: 'Signs with a wrong secret, or sends wrong credentials.', fields: {} },
  omitSignature: { about: 'Omits the signature or the credentials.', fields: {} },
  malform: {
    about: 'Sends a malformed body, validly signed.',
    fields: { as: { is: 'choice', of: MALFORMATIONS, default: 'truncated', about: 'In which way.' } },
  },
  unknownType: {
    about: 'Sends an unknown event type, validly signed.',
    fields: { as: { is: 'string', about: 'Its name; default: one in the style of the others.' } },
  },
  unknownValue: {
    about: 'Sends an unknown value in a field with known values, validly signed.',
    fields: {
      path: { is: 'path', about: 'Payload path; default: a status or the like.' },
      value: { is: 'json', about: 'The value; default: one in the style of the known ones.' },
    },
  },
  extraFields: { about: 'Adds unknown fields at every level of the payload, validly signed.', fields: {} },
  omitOptional: {
    about: 'Omits optional fields, validly signed.',
    fields: { paths: paths('every field that the documents call optional') },
  },
  nullOptional: {
    about: 'Sends null for optional fields, validly signed.',
    fields: { paths: paths('every field that may be absent or null') },
  },
  pad: {
    about: 'Makes the body larger, validly signed.',
    fields: {
      toBytes: { is: 'integer', min: 1, max: 64 * 1024 * 1024, default: 100_000, about: 'Its minimum size.' },
      with: { is: 'choice', of: ['spaces', 'field'], default: 'spaces', about: 'Whitespace, or a field of text.' },
    },
  },
  chunked: { about: 'Sends the body chunked, without a content length.', fields: {} },
  slowBody: {
    about: 'Sends the body slowly.',
    fields: { over: { is: 'duration', default: 3000, about: 'Real time it takes.' } },
  },
  splitPackets: {
    about: 'Writes the request in small packets.',
    fields: { bytes: { is: 'integer', min: 1, default: 1, about: 'Maximum bytes of a packet.' } },
  },
  truncate: {
    about: 'Leaves out the end of the body that it announces, then closes its side of the connection.',
    fields: { bytes: { is: 'integer', min: 1, default: 10, about: 'Bytes that are missing.' } },
  },
  reset: {
    about: 'Resets the TCP connection.',
    fields: {
      at: { is: 'choice', of: RESET_AT, default: 'during', about: 'Before, during or after the body.' },
    },
  },
  lostAck: { about: "Resets the TCP connection as the receiver's response arrives, unread.", fields: {} },
  contentType: {
    about: 'Sends another content type, or none.',
    fields: { value: { is: 'stringOrNull', default: null, about: 'The header; null: none.' } },
  },
  rotate: {
    about: 'Signs twice, as after a rotation: the valid signature comes second. Only where a header may carry several.',
    fields: {},
  },
  method: {
    about: 'Sends the request with another method; GET without a body.',
    fields: { method: { is: 'choice', of: OTHER_METHODS, default: 'GET', about: 'The method.' } },
  },
}

/** The fields of every fault's scope. */
export const FAULT_SCOPE: Readonly<Record<keyof FaultScope, FaultField>> = {
  provider: { is: 'string', about: 'Only this provider.' },
  channel: { is: 'string', about: 'Only this channel.' },
  type: { is: 'string', about: "Only this event type, in the provider's spelling." },
  subscription: { is: 'string', about: 'Only this subscription.' },
  event: { is: 'string', about: 'Only the event with this id.' },
  attempts: {
    is: 'integers',
    about: 'Only attempts with these numbers, from 1; default: all (of reorder: the first).',
  },
  next: { is: 'integer', min: 1, about: 'Fires this many times, then no more.' },
  for: { is: 'duration', about: "Fires for this long on the emulator's clock." },
  ttl: { is: 'duration', about: 'Is removed after this much real time, whatever the clock.' },
  probability: { is: 'probability', about: 'Probability of firing, decided by the seed.' },
}
