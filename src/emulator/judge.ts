// Judges an expectation by what the ledger holds now: met, still possible or impossible, and the nearest delivery.
import { type Delivery, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import type { Evidence, Expectation } from '../core/expectation.js'
import { jsonOrText } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import { describeOutcome } from '../core/outcome.js'
import { describeNearest, mismatches, type Observed } from './mismatches.js'

export interface Judgement {
  met: boolean
  /** The matching deliveries cannot meet it any more; a new event could. */
  impossible: boolean
  seen: string
  evidence: Evidence[]
}

/** How many deliveries are searched, newest first. */
const REACH = 10_000

interface Candidate extends Evidence {
  /** Fields that differ, in words. */
  mismatches: string[]
}

/** What is compared of a delivery. */
function observed(ledger: LedgerReads, delivery: Delivery): Observed {
  const event = () => ledger.event(delivery.eventId)
  return {
    provider: delivery.provider,
    type: delivery.type,
    event: delivery.eventId,
    subscription: delivery.subscriptionId,
    url: () => ledger.subscription(delivery.subscriptionId)?.url ?? '',
    subject: () => event()?.subject ?? null,
    bodies: () => [event()?.payload, ...(delivery.body === null ? [] : [jsonOrText(delivery.body)])],
  }
}

/** When a delivery reached the expected outcome (emulator ms), or what is missing. */
function outcomeOf(
  { delivery, attempts }: Evidence,
  expected: Expectation,
): { at?: number; impossible: boolean; unmet?: string } {
  const last = attempts.at(-1)
  const state = `${delivery.id} is ${delivery.status}${delivery.dueReason && !isSettled(delivery.status) ? ` (${delivery.dueReason})` : ''}${
    last?.outcome ? `, last attempt ${last.number}: ${describeOutcome(last.outcome)}` : ''
  }`
  const settled = isSettled(delivery.status)
  const reached =
    expected.outcome === 'rejected'
      ? attempts.find(attempt => attempt.outcome?.kind === 'answered' && !attempt.accepted)?.startedAt
      : expected.outcome === 'settled'
        ? settled
          ? (delivery.settledAt ?? undefined)
          : undefined
        : delivery.status === expected.outcome
          ? (delivery.settledAt ?? undefined)
          : undefined
  if (reached === undefined) return { impossible: settled, unmet: state }
  if (expected.withinMs !== undefined && reached - delivery.createdAt > expected.withinMs)
    return {
      impossible: true,
      unmet: `${state}, after ${formatDuration(reached - delivery.createdAt)} instead of within ${formatDuration(expected.withinMs)}`,
    }
  if (expected.attempts !== undefined && delivery.attempts !== expected.attempts)
    return {
      impossible: settled || delivery.attempts > expected.attempts,
      unmet: `${state}, after ${delivery.attempts} attempts instead of ${expected.attempts}`,
    }
  if (expected.status !== undefined && last?.answer?.status !== expected.status)
    return { impossible: settled, unmet: `${state}, expected status ${expected.status}` }
  return { at: reached, impossible: false }
}

/** Judges now. `neverWithinMs` is up to the caller: this only says whether the outcome was reached. */
export function judge(ledger: LedgerReads, expected: Expectation): Judgement {
  const deliveries =
    expected.event !== undefined
      ? ledger.deliveriesOfEvent(expected.event)
      : ledger.deliveries(
          { provider: expected.provider, type: expected.type, subscription: expected.subscription },
          { limit: REACH },
        )
  const matching: Evidence[] = []
  let nearest: Candidate | undefined
  for (const delivery of deliveries) {
    const evidence: Evidence = { delivery, attempts: [] }
    const missing = mismatches(observed(ledger, delivery), expected)
    if (missing.length === 0) matching.push({ delivery, attempts: ledger.attempts(delivery.id) })
    else if (!nearest || missing.length < nearest.mismatches.length) nearest = { ...evidence, mismatches: missing }
  }
  const results = matching.map(evidence => ({ evidence, ...outcomeOf(evidence, expected) }))
  const met = results.filter(result => result.at !== undefined)
  if (met.length > 0)
    return {
      met: true,
      impossible: false,
      seen: met.map(({ evidence }) => `${evidence.delivery.id} is ${evidence.delivery.status}`).join('; '),
      evidence: met.map(result => result.evidence),
    }
  const first = results[0]
  if (first)
    return {
      met: false,
      impossible: results.every(result => result.impossible),
      seen: results.map(result => result.unmet).join('; '),
      evidence: matching.slice(0, 5),
    }
  return { met: false, impossible: false, ...noneMatches(ledger, expected, nearest) }
}

/** The judgement where no delivery matches. */
function noneMatches(
  ledger: LedgerReads,
  expected: Expectation,
  nearest: Candidate | undefined,
): Pick<Judgement, 'seen' | 'evidence'> {
  if (nearest)
    return {
      seen: `no matching delivery; the nearest is ${describeNearest(nearest.delivery, nearest.delivery.id, nearest.mismatches)}`,
      evidence: [{ delivery: nearest.delivery, attempts: ledger.attempts(nearest.delivery.id) }],
    }
  const others = [...new Set(ledger.deliveries({}, { limit: 100 }).map(delivery => delivery.type))]
  const events =
    expected.type === undefined ? [] : ledger.events({ provider: expected.provider, type: expected.type }, { limit: 1 })
  if (events.length > 0) return { seen: `${expected.type} happened, but no subscription got it`, evidence: [] }
  return {
    seen:
      others.length === 0
        ? 'no delivery'
        : `no matching delivery; there were deliveries of ${others.slice(0, 5).join(', ')}`,
    evidence: [],
  }
}
