// What a scenario runs on: an emulator, and a way to call the providers' own APIs.
import type { Evidence } from '../core/expectation.js'
import type { Json } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'

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

/** A response of a provider's own API. `body` is the parsed JSON, or the text where it is not JSON. */
export interface ApiAnswer {
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  body: Json
}

/** A request of the receiver to a provider's API, with the provider's response. */
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

/** Gets each call twice: `before` its response is sent (the response waits for the promise), and `after` it is sent. */
export type CallListener = (call: ProviderCall, moment: 'before' | 'after') => Promise<void>

/** How the providers' APIs of the emulator are called; supplied by their server. */
export interface ProviderApi {
  /** Sends a request to a provider's API. `watchCalls` does not report it. */
  call(request: ApiRequest): Promise<ApiAnswer>
  /** Reports the receiver's calls until the returned function is called; absent where no API is served. */
  watchCalls?(listener: CallListener): () => void
}

/** What a scenario runs on. */
export interface Host {
  emulator: Emulator
  api: ProviderApi
}

/** Every delivery of an event, each with its attempts so far. */
export function deliveriesOf({ ledger }: Emulator, eventId: string): Evidence[] {
  return ledger.deliveriesOfEvent(eventId).map(delivery => ({ delivery, attempts: ledger.attempts(delivery.id) }))
}
