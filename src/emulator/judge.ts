// Judging an expectation against what the ledger holds now: met, still open, or beyond hope, and the nearest miss.
import { isDeepStrictEqual } from 'node:util'
import { isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import type { Evidence, Expectation } from '../core/expectation.js'
import { type Json, valueAt } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import { describeOutcome } from '../core/outcome.js'

export interface Judgement {
  met: boolean
  /** Nothing that may still happen to the deliveries seen can meet it; a new event could. */
  hopeless: boolean
  seen: string
  evidence: Evidence[]
}

/** How many deliveries are looked through, newest first. */
const REACH = 10_000

interface Candidate extends Evidence {
  /** Named fields that do not fit, in words. */
  misfits: string[]
}

/** What one delivery lacks of an identity, in words. */
function misfits(ledger: LedgerReads, { delivery }: Evidence, wanted: Expectation): string[] {
  const found: string[] = []
  const differ = (name: string, seen: string | null, expected: string | undefined) => {
    if (expected !== undefined && seen !== expected) found.push(`${name} is ${seen}, expected ${expected}`)
  }
  differ('provider', delivery.provider, wanted.provider)
  differ('type', delivery.type, wanted.type)
  differ('event', delivery.eventId, wanted.event)
  differ('subscription', delivery.subscriptionId, wanted.subscription)
  if (wanted.url !== undefined) {
    const url = ledger.subscription(delivery.subscriptionId)?.url ?? ''
    if (!url.includes(wanted.url)) found.push(`url is ${url}, expected to contain ${wanted.url}`)
  }
  if (wanted.subject !== undefined || wanted.where !== undefined) {
    const event = ledger.event(delivery.eventId)
    differ('subject', event?.subject ?? null, wanted.subject)
    const sent = delivery.body === null ? event?.payload : (JSON.parse(delivery.body) as Json)
    for (const [path, expected] of Object.entries(wanted.where ?? {})) {
      const seen = valueAt(sent, path)
      if (!isDeepStrictEqual(seen, expected))
        found.push(`${path} is ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`)
    }
  }
  return found
}

/** Whether a delivery has come to the outcome, when (emulator ms), and what is in the way. */
function outcomeOf(
  { delivery, attempts }: Evidence,
  wanted: Expectation,
): { at?: number; hopeless: boolean; lacks?: string } {
  const last = attempts.at(-1)
  const state = `${delivery.id} is ${delivery.status}${delivery.dueReason && !isSettled(delivery.status) ? ` (${delivery.dueReason})` : ''}${
    last?.outcome ? `, last attempt ${last.number}: ${describeOutcome(last.outcome)}` : ''
  }`
  const settled = isSettled(delivery.status)
  const reached =
    wanted.outcome === 'rejected'
      ? attempts.find(attempt => attempt.outcome?.kind === 'answered' && !attempt.accepted)?.startedAt
      : wanted.outcome === 'settled'
        ? settled
          ? (delivery.settledAt ?? undefined)
          : undefined
        : delivery.status === wanted.outcome
          ? (delivery.settledAt ?? undefined)
          : undefined
  if (reached === undefined) return { hopeless: settled, lacks: state }
  if (wanted.withinMs !== undefined && reached - delivery.createdAt > wanted.withinMs)
    return {
      hopeless: true,
      lacks: `${state}, after ${formatDuration(reached - delivery.createdAt)} instead of within ${formatDuration(wanted.withinMs)}`,
    }
  if (wanted.attempts !== undefined && delivery.attempts !== wanted.attempts)
    return {
      hopeless: settled || delivery.attempts > wanted.attempts,
      lacks: `${state}, after ${delivery.attempts} attempts instead of ${wanted.attempts}`,
    }
  if (wanted.status !== undefined && last?.answer?.status !== wanted.status)
    return { hopeless: settled, lacks: `${state}, expected status ${wanted.status}` }
  return { at: reached, hopeless: false }
}

/** Judges now. `neverWithinMs` is the caller's business: here only whether the outcome is there. */
export function judge(ledger: LedgerReads, wanted: Expectation): Judgement {
  const deliveries =
    wanted.event !== undefined
      ? ledger.deliveriesOfEvent(wanted.event)
      : ledger.deliveries(
          { provider: wanted.provider, type: wanted.type, subscription: wanted.subscription },
          { limit: REACH },
        )
  const fitting: Evidence[] = []
  let nearest: Candidate | undefined
  for (const delivery of deliveries) {
    const evidence: Evidence = { delivery, attempts: [] }
    const missing = misfits(ledger, evidence, wanted)
    if (missing.length === 0) fitting.push({ delivery, attempts: ledger.attempts(delivery.id) })
    else if (!nearest || missing.length < nearest.misfits.length) nearest = { ...evidence, misfits: missing }
  }
  const results = fitting.map(evidence => ({ evidence, ...outcomeOf(evidence, wanted) }))
  const met = results.filter(result => result.at !== undefined)
  if (met.length > 0)
    return {
      met: true,
      hopeless: false,
      seen: met.map(({ evidence }) => `${evidence.delivery.id} is ${evidence.delivery.status}`).join('; '),
      evidence: met.map(result => result.evidence),
    }
  const first = results[0]
  if (first)
    return {
      met: false,
      hopeless: results.every(result => result.hopeless),
      seen: results.map(result => result.lacks).join('; '),
      evidence: fitting.slice(0, 5),
    }
  return { met: false, hopeless: false, ...nothingFits(ledger, wanted, nearest) }
}

/** What to say when no delivery has that identity. */
function nothingFits(
  ledger: LedgerReads,
  wanted: Expectation,
  nearest: Candidate | undefined,
): Pick<Judgement, 'seen' | 'evidence'> {
  if (nearest)
    return {
      seen: `no such delivery; nearest is ${nearest.delivery.id} (${nearest.delivery.type}): ${nearest.misfits.join('; ')}`,
      evidence: [{ delivery: nearest.delivery, attempts: ledger.attempts(nearest.delivery.id) }],
    }
  const others = [...new Set(ledger.deliveries({}, { limit: 100 }).map(delivery => delivery.type))]
  const events =
    wanted.type === undefined ? [] : ledger.events({ provider: wanted.provider, type: wanted.type }, { limit: 1 })
  if (events.length > 0) return { seen: `${wanted.type} happened, but no subscription got it`, evidence: [] }
  return {
    seen:
      others.length === 0
        ? 'no delivery at all'
        : `no such delivery; there were deliveries of ${others.slice(0, 5).join(', ')}`,
    evidence: [],
  }
}
