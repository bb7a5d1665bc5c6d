// One attempt, stage by stage: wrap, sign, mutate, send, judge, record. First attempts, retries, resends and resumed deliveries all pass here.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Message } from '../core/message.js'
import type { AttemptDraft, Mutate, Mutation } from '../core/mutation.js'
import { describeOutcome, type Outcome } from '../core/outcome.js'
import type { Prepared } from '../core/prepared.js'
import type { Signed, SignRequest } from '../core/signature.js'
import type { SendOptions, Sent, Transport } from './transport.js'

/** The attempt to make. */
export interface AttemptTask {
  delivery: Delivery
  prepared: Prepared
  /** From 1. */
  number: number
  cause: Attempt['cause']
  /** The first attempt's message and timestamp (ms), when these are sent again as they were. */
  original?: { message: Message; stampedAt: number } | undefined
}

/** Where an attempt is recorded. */
export interface AttemptLog {
  /** Resolves when the attempt is stored, so that it is safe to send. */
  started(attempt: Attempt): Promise<void>
  ended(attempt: Attempt): Promise<unknown>
}

/** The finished attempt, or until when (emulator ms) a fault has postponed it. */
export type AttemptResult = { attempt: Attempt } | { postponed: { to: number; reason: string } }

/** What making attempts depends on. */
export interface AttemptParts {
  clock: Pick<Clock, 'now' | 'alarm'>
  transport: Pick<Transport, 'send'>
  /** The timestamp for signatures, ms. */
  signatureTime: () => number
  mutate?: Mutate | undefined
}

const NO_MUTATION: Mutation = { faults: [] }
const NOTHING_SIGNED: Signed = { headers: [] }

/** A delivery that is in no ledger, for one attempt at `at`, emulator ms. */
export function unrecordedDelivery(body: string, at: number): Delivery {
  return {
    id: '',
    eventId: '',
    subscriptionId: '',
    provider: '',
    channel: '',
    type: '',
    status: 'attempting',
    attempts: 0,
    counted: 0,
    dueAt: at,
    dueReason: 'sent once',
    body,
    createdAt: at,
    settledAt: null,
  }
}

/** Creates the function that makes attempts. It rejects only when the log does. */
export function createAttempts({ clock, transport, signatureTime, mutate }: AttemptParts) {
  return async function attempt(task: AttemptTask, log: AttemptLog): Promise<AttemptResult> {
    const { prepared, original } = task
    const draft = wrap(task, original?.stampedAt ?? signatureTime())
    const mutating = original === undefined ? mutate?.(draft) : undefined
    const mutation = (mutating instanceof Promise ? await mutating : mutating) ?? NO_MUTATION
    if (mutation.postpone !== undefined && task.cause === 'scheduled') return { postponed: mutation.postpone }
    const request: SignRequest = { attempt: task.number, at: draft.at, ...mutation.sign }
    const signing = original === undefined ? sign(prepared, request) : NOTHING_SIGNED
    const signed = signing instanceof Promise ? await inTime(signing, prepared.plan.timeoutMs) : signing
    const message = original?.message ?? mutated(compose(prepared, request, signed), signed, mutation)
    const begun = opened(task, clock.now(), request.at, message, mutation)
    await log.started(begun)
    const ended = judge(begun, await send(message, signed, prepared, mutation, request), prepared)
    await log.ended(ended)
    return { attempt: ended }
  }

  function send(
    message: Message,
    signed: Signed,
    prepared: Prepared,
    mutation: Mutation,
    request: SignRequest,
  ): Sent | Promise<Sent> {
    const { instead, answer, duplicates, wire } = mutation
    const { timeoutMs } = prepared.plan
    if (signed.failed !== undefined) return unsigned(signed.failed)
    if (instead !== undefined) return { outcome: instead, answer: answer ?? null, durationMs: 0 }
    const sending =
      duplicates === undefined
        ? transport.send(message, { timeoutMs, wire })
        : sendAll(message, { timeoutMs, wire }, duplicates)
    return signed.renew === undefined ? sending : sendRenewed(sending, signed, prepared, mutation, request)
  }

  /** Sends the message signed once more where the first response refuses its credentials. */
  async function sendRenewed(
    sending: Promise<Sent>,
    signed: Signed,
    prepared: Prepared,
    mutation: Mutation,
    request: SignRequest,
  ): Promise<Sent> {
    const first = await sending
    if (first.outcome.status !== 401 && first.outcome.status !== 403) return first
    // The timeout covers the attempt as a whole.
    const timeoutMs = Math.max(1, prepared.plan.timeoutMs - first.durationMs)
    const next = await renewed(prepared, request, signed, mutation, timeoutMs)
    if (next === undefined) return first
    if (next.signed.failed !== undefined) return unsigned(next.signed.failed, first.durationMs)
    const second = await transport.send(next.message, { wire: mutation.wire, timeoutMs })
    const detail = `Sent again with new credentials after a ${first.outcome.status}.`
    return { ...withDetail(second, detail), durationMs: first.durationMs + second.durationMs }
  }

  /** What is signed within the timeout (real ms); a signer that is late leaves the attempt without credentials. */
  function inTime(signing: Promise<Signed>, timeoutMs: number): Promise<Signed> {
    return new Promise((resolve, reject) => {
      const failed = `The signer failed: it gave nothing within ${timeoutMs} ms.`
      const cancel = clock.alarm(timeoutMs, () => resolve({ headers: [], failed }))
      signing.then(resolve, reject).finally(cancel)
    })
  }

  /** The message signed once more after a refusal; undefined when the signer has no other credentials. */
  async function renewed(
    prepared: Prepared,
    request: SignRequest,
    before: Signed,
    mutation: Mutation,
    timeoutMs: number,
  ) {
    if (before.renew?.() !== true) return undefined
    const signing = sign(prepared, request)
    const signed = signing instanceof Promise ? await inTime(signing, timeoutMs) : signing
    return { message: mutated(compose(prepared, request, signed), signed, mutation), signed }
  }

  /** Sends the message and its duplicates; the first response is the attempt's. */
  async function sendAll(
    message: Message,
    options: SendOptions,
    { extra, concurrent }: NonNullable<Mutation['duplicates']>,
  ): Promise<Sent> {
    const sending = transport.send(message, options)
    const outcomes: Outcome[] = []
    const repeat = async () => {
      const { outcome } = await transport.send(message, options)
      outcomes.push(outcome)
    }
    const atOnce = concurrent ? Array.from({ length: extra }, repeat) : []
    const first = await sending
    if (!concurrent) for (let i = 0; i < extra; i++) await repeat()
    await Promise.all(atOnce)
    return outcomes.length === 0 ? first : withDetail(first, duplicatesDetail(outcomes))
  }
}

function withDetail(sent: Sent, detail: string): Sent {
  const { outcome } = sent
  return { ...sent, outcome: { ...outcome, detail: [detail, outcome.detail].filter(Boolean).join(' ') } }
}

/** The outcomes of a message's duplicates: `Sent 2 times more: 200, 500.` */
function duplicatesDetail(outcomes: readonly Outcome[]): string {
  const times = outcomes.length === 1 ? 'once' : `${outcomes.length} times`
  return `Sent ${times} more: ${outcomes.map(describeOutcome).join(', ')}.`
}

function wrap({ delivery, number, cause, prepared }: AttemptTask, at: number): AttemptDraft {
  return { delivery, number, cause, prepared, at }
}

/** Signs; a signer that throws leaves the attempt without credentials. */
function sign(prepared: Prepared, request: SignRequest): Signed | Promise<Signed> {
  const failed = (error: unknown): Signed => ({
    headers: [],
    failed: `The signer failed: ${error instanceof Error ? error.message : String(error)}`,
  })
  try {
    const signed = prepared.sign(request)
    return signed instanceof Promise ? signed.catch(failed) : signed
  } catch (error) {
    return failed(error)
  }
}

function compose({ method, url, headers, body }: Prepared, request: SignRequest, signed: Signed): Message {
  return { method, url, headers: [...headers, ...signed.headers], body: request.body ?? body }
}

function mutated(message: Message, signed: Signed, mutation: Mutation): Message {
  return mutation.message === undefined ? message : mutation.message(message, signed)
}

function opened(
  { delivery, number, cause, prepared }: AttemptTask,
  startedAt: number,
  stampedAt: number,
  { method, url, headers, body }: Message,
  { faults }: Mutation,
): Attempt {
  return {
    deliveryId: delivery.id,
    number,
    cause,
    startedAt,
    stampedAt,
    dueAt: cause === 'scheduled' ? (delivery.dueAt ?? startedAt) : startedAt,
    dueReason: cause === 'scheduled' ? (delivery.dueReason ?? 'first attempt') : `${cause} by hand`,
    method,
    url,
    headers,
    bodyBase64: body === prepared.body ? null : Buffer.from(body).toString('base64'),
    faults: [...faults],
    outcome: null,
    accepted: false,
    answer: null,
    durationMs: null,
  }
}

function judge(attempt: Attempt, { outcome, answer, durationMs }: Sent, { plan }: Prepared): Attempt {
  const accepted = outcome.kind === 'answered' && outcome.status !== undefined && plan.accepts(outcome.status)
  return { ...attempt, outcome, accepted, answer, durationMs }
}

function unsigned(detail: string, durationMs = 0): Sent {
  return { outcome: { kind: 'unsigned', detail }, answer: null, durationMs }
}
