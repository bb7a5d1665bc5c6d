// What the ways of sending have in common: the shape of one exchange, and the collecting of its answer.
import type { Headers, Message } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { Target } from './transport-connect.js'

/** A URL taken apart once, kept for the many messages that go there. */
export interface Destination extends Target {
  /** Scheme, host and port; what connections are pooled by. */
  origin: string
  /** Path and query as they stand on the request line. */
  path: string
  /** Value of the host header. */
  host: string
}

/** Hears what comes back. Everything after `ended` or `failed` is ignored. */
export interface Hearer {
  /** The final status and headers; informational answers are left out. */
  answered(status: number, headers: Headers): void
  /** A part of the body. */
  data(chunk: Uint8Array): void
  ended(): void
  failed(outcome: Outcome): void
}

/** One way of sending. Returns what cuts the exchange short, without a further word to the hearer. */
export type Sender = (message: Message, to: Destination, hearer: Hearer, wire?: Wire) => () => void

/** Takes a URL apart; undefined when it is none that HTTP can be spoken to. */
export function destinationOf(url: string): Destination | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, host, origin, pathname, search } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const secure = protocol === 'https:'
  const number = port === '' ? (secure ? 443 : 80) : Number(port)
  return {
    secure,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: number,
    shown: `${hostname}:${number}`,
    origin,
    path: pathname + search,
    host,
  }
}

/** Gathers an answer: keeps the first bytes of the body, counts the rest. */
export function createCollector(keepBytes: number) {
  const kept: Uint8Array[] = []
  let keptBytes = 0
  let bodyBytes = 0
  let head: { status: number; headers: Headers } | undefined
  return {
    head(status: number, headers: Headers): void {
      head = { status, headers }
    },
    /** Takes a part of the body and answers how long the body is so far. */
    take(chunk: Uint8Array): number {
      bodyBytes += chunk.byteLength
      if (keptBytes < keepBytes) {
        const part = chunk.subarray(0, keepBytes - keptBytes)
        kept.push(part)
        keptBytes += part.byteLength
      }
      return bodyBytes
    },
    status: () => head?.status,
    answer(): Answer | null {
      if (head === undefined) return null
      const only = kept.length === 1 ? kept[0] : undefined
      const body =
        kept.length === 0
          ? ''
          : (only === undefined
              ? Buffer.concat(kept)
              : Buffer.from(only.buffer, only.byteOffset, only.byteLength)
            ).toString()
      return { status: head.status, headers: head.headers, body, bodyBytes }
    },
  }
}
