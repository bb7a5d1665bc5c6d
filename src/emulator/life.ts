// The life of a delivery told from its rows: each wait with its reason, what comes next, and what can be done by hand.
import { type Attempt, type Delivery, isSettled, type WaitCause } from '../core/delivery.js'
import { countsForReceiver } from '../core/outcome.js'
import { postponedBy } from '../faults/apply/order.js'
import type { DeliveryView } from './contract.js'

/** Shorter turns are how long a due delivery takes to be sent on an idle machine, ms. */
const SHORTEST_QUEUE_MS = 20

/** A time between two attempts, and why; emulator ms. */
interface Wait {
  /** Number of the attempt that it ends with. */
  before: number
  from: number
  to: number
  cause: WaitCause
  reason: string
}

/** A delivery from its event until now; emulator ms. */
export interface Life {
  waits: Wait[]
  attempts: { attempt: Attempt; endedAt: number | null; counted: boolean }[]
  next: { number: number; dueAt: number; cause: WaitCause; reason: string } | null
  /** Why each cannot be done now; null: it can. */
  actions: { resend: string | null; replay: string | null; cancel: string | null }
}

/** Why an attempt was due when it was, from the scheduled attempt before it. */
function causeOf(reason: string | null, before: Attempt | undefined): WaitCause {
  if (postponedBy({ delivery: { dueReason: reason } }).length > 0) return 'fault'
  if (reason?.startsWith('could not be prepared')) return 'failure'
  if (before?.outcome?.kind === 'local_error') return 'failure'
  if (before?.outcome?.kind === 'interrupted') return 'restart'
  return before === undefined ? 'first' : 'schedule'
}

function actionsOf({ delivery, attempts, subscription }: DeliveryView): Life['actions'] {
  const resend =
    subscription === undefined
      ? 'Its subscription was removed.'
      : subscription.active
        ? null
        : 'Its subscription is inactive.'
  return {
    resend,
    replay: resend ?? (attempts.length === 0 ? 'It has not been attempted yet.' : null),
    cancel: isSettled(delivery.status) ? `It is ${delivery.status} already.` : null,
  }
}

/** The next attempt; null while one is in flight and when the delivery is settled. */
function nextOf(delivery: Delivery, before: Attempt | undefined): Life['next'] {
  const { status, dueAt, dueReason, attempts } = delivery
  if (status !== 'waiting' || dueAt === null) return null
  return { number: attempts + 1, dueAt, cause: causeOf(dueReason, before), reason: dueReason ?? 'first attempt' }
}

/**
 * Tells the life of a delivery. `took` turns the real duration of an attempt into emulator ms: none on a manual clock. Attempts by hand
 * fall into the waits of the schedule, which they do not end.
 */
export function lifeOf(view: DeliveryView, took: (realMs: number) => number): Life {
  const { delivery } = view
  const waits: Wait[] = []
  const attempts: Life['attempts'] = []
  let from = delivery.createdAt
  let before: Attempt | undefined
  const wait = (to: number, rest: Omit<Wait, 'from' | 'to'>) => {
    if (to > from) waits.push({ ...rest, from, to })
    from = Math.max(from, to)
  }
  for (const attempt of view.attempts) {
    const { number, cause, startedAt, dueAt, dueReason, outcome, durationMs } = attempt
    const endedAt = outcome === null ? null : startedAt + took(durationMs ?? 0)
    const scheduled = cause === 'scheduled'
    attempts.push({ attempt, endedAt, counted: scheduled && outcome !== null && countsForReceiver(outcome) })
    if (!scheduled) continue
    wait(Math.min(dueAt, startedAt), { before: number, cause: causeOf(dueReason, before), reason: dueReason })
    if (startedAt - from >= SHORTEST_QUEUE_MS)
      wait(startedAt, {
        before: number,
        cause: 'queue',
        reason: 'it was due, but other deliveries of the subscription were in flight, or Standin was not running',
      })
    from = Math.max(from, endedAt ?? startedAt)
    before = attempt
  }
  const next = nextOf(delivery, before)
  if (next !== null) wait(next.dueAt, { before: next.number, cause: next.cause, reason: next.reason })
  return { waits, attempts, next, actions: actionsOf(view) }
}
