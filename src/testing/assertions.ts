// What tests assert about deliveries and requests, as matchers for `expect.extend` and as plain assertions.
import { AssertionError } from 'node:assert'
import { isSettled } from '../core/delivery.js'
import type { Evidence } from '../core/expectation.js'
import type { Provider } from '../provider/provider.js'
import type { CheckedRequest } from '../receiver/received.js'
import type { DeliveryHandle } from './delivery-handle.js'
import { type SignedBy, verdictOn } from './receiver.js'
import { timeline } from './timeline.js'
import type { ProviderName } from './typed.js'

/**
 * A delivery: a handle from `trigger` or `deliveries`, or what `view` and `expect` answer.
 * @example assertDelivered(standin.view(delivery.id))
 */
export type DeliveryLike = DeliveryHandle | Evidence

/**
 * A request with headers and a body, from `startReceiver` or from a receiver of your own.
 * @example await assertSignedFor({ headers: request.headers, body: rawBody }, 'standard', { secret })
 */
export interface RequestLike {
  /** Names in any case. */
  headers: Record<string, string | string[] | undefined>
  body: string | Uint8Array
  /** When it arrived, wall time in ms since 1970; default now. */
  at?: number | undefined
}

/** `message` says what was expected and what was found; when `pass` is true, what `not` would have expected. */
interface Judgement {
  pass: boolean
  message: string
}

const shown = (value: unknown) =>
  value === null || typeof value !== 'object' ? String(value) : Object.prototype.toString.call(value)

const notDelivery = (subject: unknown): Judgement => ({
  pass: false,
  message: `Expected a delivery, such as one that trigger returns, but got ${shown(subject)}.`,
})

function evidenceOf(subject: unknown): Evidence | undefined {
  if (typeof subject !== 'object' || subject === null) return undefined
  if ('history' in subject && 'status' in subject) {
    const handle = subject as DeliveryHandle
    return { delivery: handle, attempts: [...handle.history] }
  }
  return 'delivery' in subject && 'attempts' in subject ? (subject as Evidence) : undefined
}

const times = (count: number) => `${count} attempt${count === 1 ? '' : 's'}`

/** Whether a delivery is delivered (after exactly that many attempts). */
function judgeDelivered(subject: unknown, { attempts }: { attempts?: number | undefined } = {}): Judgement {
  const evidence = evidenceOf(subject)
  if (evidence === undefined) return notDelivery(subject)
  const { delivery } = evidence
  const pass = delivery.status === 'delivered' && (attempts === undefined || delivery.attempts === attempts)
  const expected = `delivered${attempts === undefined ? '' : ` after ${times(attempts)}`}`
  const pending =
    pass || isSettled(delivery.status)
      ? ''
      : '\n\nIt is not settled yet: move a manual clock with drain(), or wait for it with wait().'
  return {
    pass,
    message: `Expected the delivery ${pass ? 'not ' : ''}to be ${expected}.\n\n${timeline(evidence)}${pending}`,
  }
}

/** Whether exactly that many attempts were made. */
function judgeAttempts(subject: unknown, count: number): Judgement {
  const evidence = evidenceOf(subject)
  if (evidence === undefined) return notDelivery(subject)
  const pass = evidence.delivery.attempts === count
  return {
    pass,
    message: `Expected the delivery ${pass ? 'not ' : ''}to have ${times(count)}.\n\n${timeline(evidence)}`,
  }
}

function requestOf(subject: unknown): CheckedRequest | undefined {
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
async function judgeSigned(subject: unknown, provider: string | Provider, by: SignedBy): Promise<Judgement> {
  const request = requestOf(subject)
  const name = typeof provider === 'string' ? provider : provider.name
  if (request === undefined)
    return { pass: false, message: `Expected a request with headers and a body, but got ${shown(subject)}.` }
  const { verdict, reason } = await verdictOn(request, provider, by)
  if (verdict === 'valid')
    return { pass: true, message: `Expected the request not to be signed for ${name}, but it is.` }
  const why = verdict === 'unchecked' ? `its signature cannot be checked: ${reason}` : reason
  const headers = Object.entries(request.headers).map(([header, value]) => `${header}: ${value}`)
  return {
    pass: false,
    message: `Expected the request to be signed for ${name}, but ${why}.\n\n${headers.join('\n')}`,
  }
}

const toResult = ({ pass, message }: Judgement) => ({ pass, message: () => message })

/**
 * `toBeDelivered`, `toHaveAttempts` and `toBeSignedFor` (to be awaited), for vitest's `expect.extend` and others with the same
 * interface. `standin/testing/matchers` registers them with vitest.
 * @example expect.extend(matchers)
 */
export const matchers = {
  toBeDelivered: (delivery: unknown, options?: { attempts?: number }) => toResult(judgeDelivered(delivery, options)),
  toHaveAttempts: (delivery: unknown, count: number) => toResult(judgeAttempts(delivery, count)),
  toBeSignedFor: async (request: unknown, provider: ProviderName | Provider, by: SignedBy = {}) =>
    toResult(await judgeSigned(request, provider, by)),
}

function assertHolds({ pass, message }: Judgement, operator: string): void {
  if (!pass) throw new AssertionError({ message, operator })
}

/**
 * Throws an AssertionError with the delivery's attempts unless it is delivered, after exactly `attempts` attempts where given.
 * @example assertDelivered(delivery, { attempts: 3 })
 */
export function assertDelivered(delivery: DeliveryLike, options?: { attempts?: number }): void {
  assertHolds(judgeDelivered(delivery, options), 'assertDelivered')
}

/**
 * Throws an AssertionError with the delivery's attempts unless exactly `count` attempts were made.
 * @example assertAttempts(delivery, 8)
 */
export function assertAttempts(delivery: DeliveryLike, count: number): void {
  assertHolds(judgeAttempts(delivery, count), 'assertAttempts')
}

/**
 * Rejects with an AssertionError unless the request is signed as the provider signs with that secret; with `unknown_name` or
 * `invalid_setting` for a provider, channel or setting that does not exist.
 * @example await assertSignedFor(await receiver.next(), 'standard', { secret: 'whsec_…' })
 */
export async function assertSignedFor(
  request: RequestLike,
  provider: ProviderName | Provider,
  by: SignedBy = {},
): Promise<void> {
  assertHolds(await judgeSigned(request, provider, by), 'assertSignedFor')
}
