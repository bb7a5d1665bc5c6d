// Hands messages to receivers that live in this process, as `fetch` requests, without a socket.
import type { Outcome } from '../core/outcome.js'
import type { Wire } from '../core/wire.js'
import type { Sender } from './transport-exchange.js'

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

/** What can be lost between two parts of one process: the request before it is handed over, or the answer. */
function lost(cut: NonNullable<Wire['cut']>): Outcome {
  return { kind: 'reset', detail: `Lost on purpose: ${cut === 'before' ? 'the request' : 'the answer'}.` }
}

/** A sender to one handler. What it throws is a cut connection to the sender, as a crashed receiver would be. */
export function inProcessSender(handler: FetchHandler): Sender {
  return (message, to, hearer, wire) => {
    let cut = false
    const answer = async () => {
      if (wire?.cut === 'before') return hearer.failed(lost('before'))
      const bare = message.method === 'GET' || message.method === 'HEAD'
      const response = await handler(
        new Request(message.url, {
          method: message.method,
          headers: [['host', to.host], ...message.headers],
          body: bare ? null : message.body,
          redirect: 'manual',
        }),
      )
      if (cut) return
      if (wire?.cut !== undefined) return hearer.failed(lost(wire.cut))
      hearer.answered(response.status, [...response.headers])
      if (response.body !== null)
        for await (const chunk of response.body) {
          if (cut) return
          hearer.data(chunk)
        }
      hearer.ended()
    }
    answer().catch((error: unknown) => {
      if (!cut) hearer.failed({ kind: 'reset', detail: `The receiver in this process threw: ${String(error)}` })
    })
    return () => {
      cut = true
    }
  }
}
