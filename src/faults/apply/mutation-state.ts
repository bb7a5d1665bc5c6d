// What the faults have changed so far of one attempt: its body, its signing, its message and how it is written to the connection.
import type { ZodType } from 'zod'
import type { Json } from '../../core/json.js'
import type { Message } from '../../core/message.js'
import type { AttemptDraft } from '../../core/mutation.js'
import type { Answer, Outcome } from '../../core/outcome.js'
import type { Signed, SignRequest } from '../../core/signature.js'
import type { Subscription } from '../../core/subscription.js'
import type { Wire } from '../../core/wire.js'
import type { ChannelBehaviour, ChannelTraits, Settings } from '../../provider/channel.js'

export interface MutationState {
  readonly draft: AttemptDraft
  readonly behaviour: ChannelBehaviour
  readonly settings: Settings
  readonly traits: ChannelTraits
  readonly subscription: Subscription
  /** Schema of the event's payload; undefined for a type that its channel no longer has. */
  readonly schema: ZodType | undefined
  /** The receiver runs in this process: there is no connection to change. */
  readonly inProcess: boolean
  /** The text that is signed and sent. */
  body: string
  /** The bytes to sign and send, where they are not text. */
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

/** True when the fault took effect, else in a few words why it was skipped. */
export type Effect = true | string

/** A value as JSON text, in the channel's way. */
export function encoded({ behaviour, settings }: MutationState, value: Json): string {
  return behaviour.encode?.(value, settings) ?? JSON.stringify(value)
}

/** Signs the attempt as it is so far, with other options where given. */
export function signedWith(state: MutationState, other: MutationState['sign'] = {}): Promise<Signed> {
  const { draft, body, bytes, sign } = state
  return Promise.resolve(draft.prepared.sign({ attempt: draft.number, at: draft.at, body, bytes, ...sign, ...other }))
}
