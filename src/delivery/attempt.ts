// One attempt, stage by stage: wrap, sign, mutate, send, judge, record. First attempt, retry, resend and resumption all pass here.
import type { Clock } from '../core/clock.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Message } from '../core/message.js'
import type { AttemptDraft, Mutate, Mutation } from '../core/mutation.js'
import { describeOutcome, type Outcome } from '../core/outcome.js'
import type { Prepared } from '../core/prepared.js'
import type { Signed, SignRequest } from '../core/signature.js'
import type { Sent, Transport } from './transport.js'

/** What is to be attempted. */
export interface Task {
  delivery: Delivery
  prepared: Prepared
  number: number
  cause: Attempt['cause']
  /** The first attempt's message and stamp, when just these are sent again. */
  original?: { message: Message; stampedAt: number } | undefined
}

/** Where an attempt is written down. */
export interface Record {
  /** Resolves when it is safe to send: the attempt cannot be forgotten any more. */
  started(attempt: Attempt): Promise<void>
  ended(attempt: Attempt): Promise<void>
}

/** How a task ended: with an attempt, or put off by a fault before there was one. */
export type Ended = { attempt: Attempt } | { postponed: { to: number; reason: string } }

export interface AttemptParts {
  clock: Pick<Clock, 'now'>
  transport: Pick<Transport, 'send'>
  /** What signatures are stamped with, ms. */
  stamp: () => number
  mutate?: Mutate | undefined
}

const NO_MUTATION: Mutation = { faults: [] }

/** Gives the function that makes attempts. It rejects only when the record does. */
export function createAttempts({ clock, transport, stamp, mutate }: AttemptParts) {
  return async function attempt(task: Task, record: Record): Promise<Ended> {
    const { prepared, original } = task
    const draft = wrap(task, original?.stampedAt ?? stamp())
    const mutation = (original === undefined && mutate ? await mutate(draft) : undefined) ?? NO_MUTATION
    if (mutation.postpone !== undefined && task.cause === 'scheduled') return { postponed: mutation.postpone }
    const request: SignRequest = { attempt: task.number, at: draft.at, ...mutation.sign }
    const signing = original === undefined ? sign(prepared, request) : UNTOUCHED
    const signed = signing instanceof Promise ? await signing : signing
    const message = original?.message ?? mutated(compose(prepared, request, signed), signed, mutation)
    const begun = opened(task, clock.now(), request.at, message, mutation)
    await record.started(begun)
    const again = () => renewed(prepared, request, signed, mutation)
    const sent = await send(message, signed, prepared, mutation, again)
    const attempt = judge(begun, sent, prepared)
    await record.ended(attempt)
    return { attempt }
  }

  async function send(
    message: Message,
    signed: Signed,
    { plan }: Prepared,
    { instead, answer, wire, duplicates }: Mutation,
    again: () => Promise<{ message: Message; signed: Signed } | undefined>,
  ): Promise<Sent> {
    if (signed.failed !== undefined) return unsent('unsigned', signed.failed)
    if (instead !== undefined) return { outcome: instead, answer: answer ?? null, durationMs: 0 }
    const options = { timeoutMs: plan.timeoutMs, wire }
    const sending = transport.send(message, options)
    const copies: Outcome[] = []
    const repeat = async () => {
      const { outcome } = await transport.send(message, options)
      copies.push(outcome)
    }
    const alongside = duplicates?.concurrent === true ? Array.from({ length: duplicates.extra }, repeat) : []
    const alone = await sending
    if (duplicates?.concurrent === false) for (let i = 0; i < duplicates.extra; i++) await repeat()
    await Promise.all(alongside)
    const first = copies.length === 0 ? alone : withDetail(alone, copiesDetail(copies))
    if (signed.renew === undefined || (first.outcome.status !== 401 && first.outcome.status !== 403)) return first
    const next = await again()
    if (next === undefined) return first
    if (next.signed.failed !== undefined) return unsent('unsigned', next.signed.failed, first.durationMs)
    // The attempt as a whole keeps its one time limit.
    const second = await transport.send(next.message, {
      wire,
      timeoutMs: Math.max(1, plan.timeoutMs - first.durationMs),
    })
    const detail = `Sent again with new credentials after a ${first.outcome.status}.`
    return { ...withDetail(second, detail), durationMs: first.durationMs + second.durationMs }
  }
}

function withDetail(sent: Sent, detail: string): Sent {
  const { outcome } = sent
  return { ...sent, outcome: { ...outcome, detail: [detail, outcome.detail].filter(Boolean).join(' ') } }
}

/** What the copies of a message met: `Sent 2 times more: 200, 500.` */
function copiesDetail(copies: readonly Outcome[]): string {
  const times = copies.length === 1 ? 'once' : `${copies.length} times`
  return `Sent ${times} more: ${copies.map(describeOutcome).join(', ')}.`
}

const UNTOUCHED: Signed = { headers: [] }

function wrap({ delivery, number, cause, prepared }: Task, at: number): AttemptDraft {
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

/** The message signed once more after a refusal, when the signer has other credentials to offer. */
async function renewed(prepared: Prepared, request: SignRequest, before: Signed, mutation: Mutation) {
  if (before.renew?.() !== true) return undefined
  const signed = await sign(prepared, request)
  return { message: mutated(compose(prepared, request, signed), signed, mutation), signed }
}

function opened(task: Task, startedAt: number, stampedAt: number, message: Message, mutation: Mutation): Attempt {
  const { delivery, number, cause, prepared } = task
  const { method, url, headers, body } = message
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
    faults: [...mutation.faults],
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

function unsent(kind: 'unsigned', detail: string, durationMs = 0): Sent {
  return { outcome: { kind, detail }, answer: null, durationMs }
}
