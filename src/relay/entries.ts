// What owner and senders put into Redis: the names of the keys, the requests and the results.
import type { Message } from '../core/message.js'
import type { SendOptions, Sent } from '../delivery/transport.js'

/** A hash: each owner that sends through this Redis, and after how many idle ms its requests may be claimed from a sender. */
export const OWNERS = 'standin:relay:owners'

/** A hash: each ledger that is sent from, and its present owner. */
export const LEDGERS = 'standin:relay:ledgers'

/** The consumer group of the senders. */
export const GROUP = 'senders'

/** How long a key stays after its owner was last heard of, ms. */
export const KEY_MS = 30_000

/** The streams of an owner. They go with it, and all that is in them. */
export const requestsOf = (owner: string) => `standin:relay:{${owner}}:requests`
export const resultsOf = (owner: string) => `standin:relay:{${owner}}:results`

/** One request as a sender gets it. */
export interface RelayedRequest {
  message: Message
  options: SendOptions & { timeoutMs: number }
}

/** A result, with the number of its request. */
export type Result = [number: number, sent: Sent]

/** The fields of a request's entry; the body stays as it is. */
export function requestFields({ method, url, headers, body }: Message, options: SendOptions): (string | Buffer)[] {
  const { timeoutMs, keepBytes, wire } = options
  const head = JSON.stringify({ method, url, headers, timeoutMs, keepBytes, wire })
  return ['head', head, 'body', typeof body === 'string' ? body : Buffer.from(body)]
}

/** Reads a request's entry. Throws where it is none. */
export function readRequest(fields: readonly Buffer[]): RelayedRequest {
  const [, head, , body] = fields
  if (head === undefined || body === undefined)
    throw new Error('An entry of the relay has not the fields of a request.')
  const { method, url, headers, timeoutMs, keepBytes, wire } = JSON.parse(head.toString())
  return { message: { method, url, headers, body }, options: { timeoutMs, keepBytes, wire } }
}

/** What XREAD and XREADGROUP answer: entries by stream; none where nothing came. */
export type Streams<T> = [stream: T, entries: [id: T, fields: T[]][]][] | null
