// What faults have made of one attempt so far: its text, its signing, its message and its way over the wire.
import type { ZodType } from 'zod'
import type { Json } from '../../core/json.js'
import type { Message } from '../../core/message.js'
import type { AttemptDraft } from '../../core/mutation.js'
import type { Answer, Outcome } from '../../core/outcome.js'
import type { Signed, SignRequest } from '../../core/signature.js'
import type { Subscription } from '../../core/subscription.js'
import type { Wire } from '../../core/wire.js'
import type { ChannelBehaviour, Settings } from '../../provider/channel.js'

export interface Making {
  readonly draft: AttemptDraft
  readonly behaviour: ChannelBehaviour
  readonly settings: Settings
  readonly subscription: Subscription
  /** Schema of the event's payload; undefined for a type that its channel does not know any more. */
  readonly schema: ZodType | undefined
  /** Receivers in this process have no wire. */
  readonly inProcess: boolean
  /** The text that is signed and sent. */
  body: string
  /** The bytes, where they are no text. */
  bytes: Uint8Array | undefined
  sign: Partial<Omit<SignRequest, 'attempt' | 'body' | 'bytes'>>
  /** Changes after signing, in this order. */
  edits: ((message: Message, signed: Signed) => Message)[]
  wire: Wire
  copies: number
  concurrent: boolean
  instead: Outcome | undefined
  answer: Answer | undefined
}

/** True when the fault took effect, else in a few words why it could not. */
export type Effect = true | string

/** The body as a value, or undefined when it is no JSON (any more). */
export function payloadOf({ body }: Pick<Making, 'body'>): Json | undefined {
  try {
    return JSON.parse(body) as Json
  } catch {
    return undefined
  }
}

/** A value as the channel writes it. */
export function encoded({ behaviour, settings }: Making, value: Json): string {
  return behaviour.encode ? behaviour.encode(value, settings) : JSON.stringify(value)
}

/** The signing of the attempt as made so far, with some of it otherwise. */
export function signedWith(making: Making, other: Making['sign'] = {}): Promise<Signed> {
  const { draft, body, bytes, sign } = making
  return Promise.resolve(draft.prepared.sign({ attempt: draft.number, at: draft.at, body, bytes, ...sign, ...other }))
}
