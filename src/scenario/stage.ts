// What a scenario is played on: the narrow part of an emulator that the player needs.
import type { Clock } from '../core/clock.js'
import type { Evidence, Expectation, ExpectationResult } from '../core/expectation.js'
import type { FaultInput } from '../core/fault.js'
import type { Journal } from '../core/journal.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Subscription } from '../core/subscription.js'
import type { SubscriptionInput, TriggerInput, TriggerResult } from '../provider/port.js'

/** A request to a provider's own API. */
export interface ApiRequest {
  provider: string
  method: string
  /** Path below the provider's base, with the query. */
  path: string
  /** Lower-case names. */
  headers: Record<string, string>
  body: string | undefined
}

/** What was answered. `body` is the parsed JSON, or the text where it is none. */
export interface ApiAnswer {
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  body: Json
}

/** A call of the receiver to a provider's API, with the answer that the provider makes. */
export interface ProviderCall {
  provider: string
  method: string
  /** Path below the provider's base, without the query. */
  path: string
  query: Record<string, string>
  /** Lower-case names. */
  headers: Record<string, string>
  body: Json
  answer: ApiAnswer
}

/** Hears a call twice: when its answer is made but not sent yet (`before`, which holds the answer back), and once it is sent. */
export type CallListener = (call: ProviderCall, moment: 'before' | 'after') => Promise<void>

/** A GET of the receiver: its answer, or in one sentence why there is none. */
export type ProbeAnswer = ApiAnswer | { problem: string }

/** An emulator as the player sees it. Users' mistakes are thrown as EmulatorError. */
export interface Stage {
  readonly seed: number
  readonly clock: Clock
  readonly journal: Pick<Journal, 'listen'>
  changeSettings(provider: string, change: JsonObject): Promise<unknown>
  subscribe(provider: string, input: SubscriptionInput): Promise<Subscription>
  unsubscribe(id: string): Promise<void>
  trigger(provider: string, type: string, input?: TriggerInput): Promise<TriggerResult>
  /** Every delivery of an event, each with its attempts so far. */
  deliveries(eventId: string): Evidence[]
  /** How an expectation stands right now; waits for nothing. */
  judge(expectation: Expectation): Promise<ExpectationResult>
  /** Why each subscription of the event's provider did or did not get it. */
  why(eventId: string): Promise<{ subscriptionId: string; why: string }[]>
  /** When the next delivery or timer is due (ms); undefined when nothing is owed. */
  nextDue(): number | undefined
  /** Moves a manual clock exactly that far; answers at rest. */
  advance(byMs: number): Promise<unknown>
  /** Resolves when nothing is in flight and nothing is due. */
  rest(): Promise<unknown>
  addFault(fault: FaultInput): Promise<{ id: string }>
  /** Throws `not_found` for one that is gone. */
  removeFault(id: string): Promise<unknown>
  /** Replaces a secret. `validUntil` (ms) is when the old one stops being signed with; null: at once. */
  rotateSecret(subscriptionId: string, secret?: string): Promise<{ validUntil: number | null }>
  /** Asks a provider's API. Such a request is not heard by `watchCalls`. */
  call(request: ApiRequest): Promise<ApiAnswer>
  /** Asks the receiver. Rejects never. */
  get(url: string, options: { headers: Record<string, string>; timeoutMs: number }): Promise<ProbeAnswer>
  /** Hears the receiver's calls to the providers' APIs until the returned function is called; absent where none can come. */
  watchCalls?(hear: CallListener): () => void
}
