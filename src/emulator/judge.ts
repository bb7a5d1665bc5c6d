// Judges an expectation by what the ledger holds now: met, still possible or impossible, and the closest delivery.
import { isDeepStrictEqual } from 'node:util'
import { isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import type { Evidence, Expectation } from '../core/expectation.js'
import { type Json, valueAt } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import { describeOutcome } from '../core/outcome.js'

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

/** How one delivery differs from the expected one, in words. */
function mismatches(ledger: LedgerReads, { delivery }: Evidence, expected: Expectation): string[] {
  const found: string[] = []
  const differ = (name: string, seen: string | null, value: string | undefined) => {
    if (value !== undefined && seen !== value) found.push(`${name} is ${seen}, expected ${value}`)
  }
  differ('provider', delivery.provider, expected.provider)
  differ('type', delivery.type, expected.type)
  differ('event', delivery.eventId, expected.event)
  differ('subscription', delivery.subscriptionId, expected.subscription)
  if (expected.url !== undefined) {
    const url = ledger.subscription(delivery.subscriptionId)?.url ?? ''
    if (!url.includes(expected.url)) found.push(`url is ${url}, expected to contain ${expected.url}`)
  }
  if (expected.subject !== undefined || expected.where !== undefined) {
    const event = ledger.event(delivery.eventId)
    differ('subject', event?.subject ?? null, expected.subject)
    const sent = delivery.body === null ? event?.payload : (JSON.parse(delivery.body) as Json)
    for (const [path, value] of Object.entries(expected.where ?? {})) {
      const seen = valueAt(sent, path)
      if (!isDeepStrictEqual(seen, value))
        found.push(`${path} is ${JSON.stringify(seen)}, expected ${JSON.stringify(value)}`)
    }
  }
  return found
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
  let closest: Candidate | undefined
  for (const delivery of deliveries) {
    const evidence: Evidence = { delivery, attempts: [] }
    const missing = mismatches(ledger, evidence, expected)
    if (missing.length === 0) matching.push({ delivery, attempts: ledger.attempts(delivery.id) })
    else if (!closest || missing.length < closest.mismatches.length) closest = { ...evidence, mismatches: missing }
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
  return { met: false, impossible: false, ...noneMatches(ledger, expected, closest) }
}

/** The judgement where no delivery matches. */
function noneMatches(
  ledger: LedgerReads,
  expected: Expectation,
  closest: Candidate | undefined,
): Pick<Judgement, 'seen' | 'evidence'> {
  if (closest)
    return {
      seen: `no matching delivery; the closest is ${closest.delivery.id} (${closest.delivery.type}): ${closest.mismatches.join('; ')}`,
      evidence: [{ delivery: closest.delivery, attempts: ledger.attempts(closest.delivery.id) }],
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
