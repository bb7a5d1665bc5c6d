// Hands messages to receivers that live in this process, as `fetch` requests, without a socket.
import type { Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { SendMessage } from './transport-exchange.js'

/** A receiver in this process. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/** Finds the handler whose URL prefix covers a URL; the longest prefix wins. */
export function inProcessHandlers(
  handlers: Record<string, FetchHandler> | undefined,
): (url: string) => FetchHandler | undefined {
  const prefixes = Object.entries(handlers ?? {}).sort(([a], [b]) => b.length - a.length)
  if (prefixes.length === 0) return () => undefined
  return url =>
    prefixes.find(
      ([prefix]) =>
        url.startsWith(prefix) &&
        (url.length === prefix.length || /[/?]$/.test(prefix) || /[/?]/.test(url[prefix.length] ?? '')),
    )?.[1]
}

/** In one process there is no connection to cut: the request is lost before the receiver gets it, or the response is. */
function lost(cut: NonNullable<Wire['cut']>): Outcome {
  return { kind: 'reset', detail: `Lost on purpose: ${cut === 'before' ? 'the request' : 'the response'}.` }
}

/** Makes the function that sends to one receiver in this process. When the receiver throws, the outcome is `reset`, as when a receiver crashes. */
export function inProcessSend(receiver: FetchHandler): SendMessage {
  return (message, to, handler, wire) => {
    let cut = false
    const answer = async () => {
      if (wire?.cut === 'before') return handler.failed(lost('before'))
      const bare = message.method === 'GET' || message.method === 'HEAD'
      const response = await receiver(
        new Request(message.url, {
          method: message.method,
          headers: [['host', to.host], ...message.headers],
          body: bare ? null : message.body,
          redirect: 'manual',
        }),
      )
      if (cut) return
      if (wire?.cut !== undefined) return handler.failed(lost(wire.cut))
      handler.answered(response.status, [...response.headers])
      if (response.body !== null)
        for await (const chunk of response.body) {
          if (cut) return
          handler.data(chunk)
        }
      handler.ended()
    }
    answer().catch((error: unknown) => {
      if (!cut) handler.failed({ kind: 'reset', detail: `The receiver in this process threw: ${String(error)}` })
    })
    return () => {
      cut = true
    }
  }
}
