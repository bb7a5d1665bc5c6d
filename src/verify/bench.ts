// What a check works with: letters to the receiver under test, signed as well or as badly as wanted, and a look at what they did.
import type { JsonObject } from '../core/json.js'
import type { Headers, Message } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { RetryPlan } from '../core/retry.js'
import type { ChannelTraits } from '../provider/channel.js'
import type { SignatureRefusal } from '../signature-debugger/explain-refusal.js'

/** Whom the receiver listens to, and how. */
export interface Situation {
  provider: string
  channel: string
  /** As the subscription's settings make them. */
  traits: ChannelTraits
  /** Messages carry a signature. */
  signs: boolean
  /** Messages carry credentials (Basic, an API key, a bearer token). */
  credentials: boolean
  plan: RetryPlan
  /** Longest wait for one answer, real ms. */
  timeoutMs: number
  types: readonly { name: string; variants: readonly string[] }[]
}

/** How bytes are put on the wire otherwise than by a plain client; the sender's own words for it. */
export interface OnTheWire {
  chunked?: boolean
  slowBodyMs?: number
  packetBytes?: number
  missingBytes?: number
  cut?: 'before' | 'during' | 'after' | 'answer'
}

/** How a letter is sealed. */
export interface Sealing {
  /** Text to sign and send instead of the letter's own. */
  body?: string
  /** Stamp of the signature, ms; default now. */
  at?: number
  secret?: string
  previousSecret?: string
  /** Number of the attempt; default 1. */
  attempt?: number
}

/** A request with its signature. */
export interface Sealed {
  message: Message
  /** The signer's headers, which are among the message's. */
  signed: Headers
  signedString: string | undefined
}

/** One event for the receiver, not yet sent. */
export interface Letter {
  type: string
  variant: string | null
  subject: string | null
  /** What a receiver deduplicates by; undefined where the letter holds none. */
  key: string | undefined
  body: string
  value: JsonObject
  /** The shape of the payload allows it without the value at this dotted path. */
  mayLack(path: string): boolean
  seal(how?: Sealing): Promise<Sealed>
}

/** One request made, and what came of it. */
export interface Exchange {
  /** What was sent, in words: "a valid FLOW_COMPLETED". */
  what: string
  message: Message
  wire: OnTheWire | undefined
  signedString: string | undefined
  outcome: Outcome
  answer: Answer | null
  /** Real ms. */
  durationMs: number
}

/** What the receiver did so far, as it tells it itself. */
export interface Observation {
  /** Idempotency key → how often the receiver acted on it. */
  effects: Readonly<Record<string, number>>
  /** Subject id → its state, in the receiver's own words. */
  states: Readonly<Record<string, string>>
}

/** One delivery of a subscription of its own, with what was attempted for it. */
export interface Delivered {
  what: string
  attempts: readonly (Exchange & { number: number })[]
}

export interface Campaign {
  /** Distinct events, triggered at once. */
  count: number
  /** So many first attempts reach nobody: the way to the receiver is cut. */
  cutAttempts?: number
}

export interface Bench {
  situation: Situation
  /** A new event about a subject of its own, unless one is named; default the channel's first type. */
  letter(input?: { type?: string; variant?: string; subject?: string }): Promise<Letter>
  /** Events about one subject, a second apart, in the order they happen. */
  story(steps: readonly { type: string; variant?: string }[]): Promise<Letter[]>
  send(sealed: Sealed | Message, what: string, wire?: OnTheWire): Promise<Exchange>
  /** Deliveries as the emulator makes them: the subscription's concurrency, its retries without their waits. */
  deliver(campaign: Campaign): Promise<Delivered[]>
  /** Why a good signature may have been refused, by what the answer says; undefined where it is not signed, or not well. */
  explain(exchange: Exchange): Promise<SignatureRefusal | undefined>
  /** The receiver's secret; undefined where messages are not signed with one. */
  secret: string | undefined
  /** A secret of the right form that the receiver does not know. */
  strangerSecret: string
  /** The receiver's own secret or credentials, in every spelling that must not come back. */
  secrets: readonly string[]
  /** Undefined where the user gave no way to look. */
  observe: (() => Promise<Observation | { why: string }>) | undefined
  /** Every exchange of this verification so far. */
  exchanges(): readonly Exchange[]
  /** Real wall time, ms. */
  wall(): number
  /** Real ms for measuring; the zero is arbitrary. */
  monotonic(): number
  /** Real ms. */
  pause(ms: number): Promise<void>
}
