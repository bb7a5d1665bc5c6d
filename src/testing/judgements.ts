// What tests claim of deliveries and requests, judged: whether it holds, and what to say when it does or does not.
import { isSettled } from '../core/delivery.js'
import type { Evidence } from '../core/expectation.js'
import type { Provider } from '../provider/provider.js'
import type { ReceivedRequest } from '../receiver/received.js'
import type { DeliveryHandle } from './handle.js'
import { type SignedBy, verdictOn } from './receiver.js'
import { timeline } from './timeline.js'

/** A delivery as a test holds it: a handle, or what a view or an expectation gave. */
export type DeliveryLike = DeliveryHandle | Evidence

/** Anything with headers and a body: a received request, or one kept by a receiver of one's own. */
export interface RequestLike {
  /** Any spelling of the names. */
  headers: Record<string, string | string[] | undefined>
  body: string | Uint8Array
  /** When it came, wall ms; default now. */
  at?: number | undefined
}

/** `message` says what was expected and what was seen; of a claim that holds, what `not` would have expected. */
export interface Judgement {
  pass: boolean
  message: string
}

const shown = (value: unknown) =>
  value === null || typeof value !== 'object' ? String(value) : Object.prototype.toString.call(value)

function evidenceOf(subject: unknown): Evidence | string {
  if (typeof subject === 'object' && subject !== null) {
    if ('history' in subject && 'status' in subject) {
      const handle = subject as DeliveryHandle
      return { delivery: handle, attempts: [...handle.history] }
    }
    if ('delivery' in subject && 'attempts' in subject) return subject as Evidence
  }
  return `Expected a delivery, such as one of those that trigger answers, but got ${shown(subject)}.`
}

const times = (count: number) => `${count} attempt${count === 1 ? '' : 's'}`

/** Whether a delivery is delivered (after exactly that many attempts). */
export function judgeDelivered(subject: unknown, { attempts }: { attempts?: number | undefined } = {}): Judgement {
  const evidence = evidenceOf(subject)
  if (typeof evidence === 'string') return { pass: false, message: evidence }
  const { delivery } = evidence
  const pass = delivery.status === 'delivered' && (attempts === undefined || delivery.attempts === attempts)
  const wanted = `delivered${attempts === undefined ? '' : ` after ${times(attempts)}`}`
  const still = isSettled(delivery.status)
    ? ''
    : '\n\nIt is not settled yet: move a manual clock with drain(), or wait for it with wait().'
  return {
    pass,
    message: `Expected the delivery ${pass ? 'not ' : ''}to be ${wanted}.\n\n${timeline(evidence)}${pass ? '' : still}`,
  }
}

/** Whether exactly that many attempts were made. */
export function judgeAttempts(subject: unknown, count: number): Judgement {
  const evidence = evidenceOf(subject)
  if (typeof evidence === 'string') return { pass: false, message: evidence }
  const pass = evidence.delivery.attempts === count
  return {
    pass,
    message: `Expected the delivery ${pass ? 'not ' : ''}to have ${times(count)}.\n\n${timeline(evidence)}`,
  }
}

function requestOf(subject: unknown): (Pick<ReceivedRequest, 'headers' | 'body'> & { at?: number }) | undefined {
  if (typeof subject !== 'object' || subject === null || !('headers' in subject) || !('body' in subject))
    return undefined
  const { headers, body, at } = subject as RequestLike
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  const named = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
  )
  return {
    headers: Object.fromEntries(named) as Record<string, string>,
    body: typeof body === 'string' ? body : Buffer.from(body).toString('utf8'),
    ...(at !== undefined && { at }),
  }
}

/** Whether a request is signed as the provider signs with that secret. */
export async function judgeSigned(subject: unknown, provider: string | Provider, by: SignedBy): Promise<Judgement> {
  const request = requestOf(subject)
  const name = typeof provider === 'string' ? provider : provider.name
  if (request === undefined)
    return { pass: false, message: `Expected a request with headers and a body, but got ${shown(subject)}.` }
  const { verdict, reason } = await verdictOn(request, provider, by)
  const pass = verdict === 'valid'
  const seen = verdict === 'unchecked' ? `it cannot be told: ${reason}` : reason
  return {
    pass,
    message: pass
      ? `Expected the request not to be signed for ${name}, but it is.`
      : `Expected the request to be signed for ${name}, but ${seen}.\n\n${Object.entries(request.headers)
          .map(([header, value]) => `${header}: ${value}`)
          .join('\n')}`,
  }
}
