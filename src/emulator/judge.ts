// Judges an expectation by what the ledger holds now: met, still possible or impossible, and the nearest delivery.
import { type Attempt, type Delivery, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import type { Evidence } from '../core/expectation.js'
import type { LedgerReads } from '../core/ledger.js'
import { describeOutcome } from '../core/outcome.js'
import type { Expectation } from './contract.js'
import { type DeliveryFacts, factsOfDelivery } from './delivery-facts.js'
import { describeNearest, mismatches } from './mismatches.js'

export interface Judgement {
  met: boolean
  /** The matching deliveries cannot meet it any more; a new event could. */
  impossible: boolean
  seen: string
  evidence: Evidence[]
}

/** How many deliveries are searched, newest first. */
const REACH = 10_000

/** How many deliveries that have not met it are described. */
const SHOWN = 5

/** Whether a delivery is one of those that an expectation means. What costs nothing is compared first. */
export function isMeant(facts: DeliveryFacts, expected: Expectation): boolean {
  const { provider, type, eventId, subscriptionId } = facts.delivery
  return (
    (expected.provider === undefined || expected.provider === provider) &&
    (expected.type === undefined || expected.type === type) &&
    (expected.event === undefined || expected.event === eventId) &&
    (expected.subscription === undefined || expected.subscription === subscriptionId) &&
    mismatches(facts.observed, expected).length === 0
  )
}

/** What became of one delivery that is meant. */
export interface Result {
  /** When it reached the outcome, emulator ms. */
  at?: number
  /** It cannot reach it any more. */
  impossible: boolean
  /** What is missing, in words. */
  unmet?: () => string
}

function reachedAt({ delivery, attempts }: DeliveryFacts, { outcome }: Expectation): number | undefined {
  if (outcome === 'rejected')
    return attempts().find(attempt => attempt.outcome?.kind === 'answered' && !attempt.accepted)?.startedAt
  const reached = outcome === 'settled' ? isSettled(delivery.status) : delivery.status === outcome
  return reached ? (delivery.settledAt ?? undefined) : undefined
}

function stateOf(delivery: Delivery, last: Attempt | undefined): string {
  const due = delivery.dueReason && !isSettled(delivery.status) ? ` (${delivery.dueReason})` : ''
  const attempt = last?.outcome ? `, last attempt ${last.number}: ${describeOutcome(last.outcome)}` : ''
  return `${delivery.id} is ${delivery.status}${due}${attempt}`
}

/** What became of a delivery that an expectation means. */
export function resultOf(facts: DeliveryFacts, expected: Expectation): Result {
  const { delivery, attempts } = facts
  const settled = isSettled(delivery.status)
  const state = () => stateOf(delivery, attempts().at(-1))
  const reached = reachedAt(facts, expected)
  if (reached === undefined) return { impossible: settled, unmet: state }
  const { withinMs, attempts: number, status } = expected
  const tookMs = reached - delivery.createdAt
  if (withinMs !== undefined && tookMs > withinMs)
    return {
      impossible: true,
      unmet: () => `${state()}, after ${formatDuration(tookMs)} instead of within ${formatDuration(withinMs)}`,
    }
  if (number !== undefined && delivery.attempts !== number)
    return {
      impossible: settled || delivery.attempts > number,
      unmet: () =>
        `${state()}, after ${delivery.attempts} ${delivery.attempts === 1 ? 'attempt' : 'attempts'} instead of ${number}`,
    }
  if (status !== undefined && attempts().at(-1)?.answer?.status !== status)
    return { impossible: settled, unmet: () => `${state()}, expected status ${status}` }
  return { at: reached, impossible: false }
}

/** The judgement when these deliveries have met it. */
export function metBy(met: readonly DeliveryFacts[]): Judgement {
  return {
    met: true,
    impossible: false,
    seen: met.map(({ delivery }) => `${delivery.id} is ${delivery.status}`).join('; '),
    evidence: met.map(evidenceOf),
  }
}

const evidenceOf = ({ delivery, attempts }: DeliveryFacts): Evidence => ({ delivery, attempts: attempts() })

/** A judgement of everything, and the deliveries that are meant with what became of each. */
export interface Survey {
  judgement: Judgement
  meant: readonly (Result & { facts: DeliveryFacts })[]
}

/** Looks at every delivery in reach. `neverWithinMs` is up to the caller: this only says whether the outcome was reached. */
export function survey(ledger: LedgerReads, expected: Expectation): Survey {
  const { event, provider, type, subscription } = expected
  const deliveries =
    event !== undefined
      ? ledger.deliveriesOfEvent(event)
      : ledger.deliveries({ provider, type, subscription }, { limit: REACH })
  const meant: (Result & { facts: DeliveryFacts })[] = []
  let nearest: { facts: DeliveryFacts; differs: string[] } | undefined
  for (const delivery of deliveries) {
    const facts = factsOfDelivery(ledger, delivery)
    const differs = mismatches(facts.observed, expected)
    if (differs.length === 0) meant.push({ facts, ...resultOf(facts, expected) })
    else if (!nearest || differs.length < nearest.differs.length) nearest = { facts, differs }
  }
  const met = meant.filter(({ at }) => at !== undefined)
  if (met.length > 0) return { meant, judgement: metBy(met.map(({ facts }) => facts)) }
  if (meant.length === 0)
    return { meant, judgement: { met: false, impossible: false, ...noneMatches(ledger, expected, nearest) } }
  const shown = meant.slice(0, SHOWN)
  const more = meant.length - shown.length
  return {
    meant,
    judgement: {
      met: false,
      impossible: meant.every(({ impossible }) => impossible),
      seen: shown.map(({ unmet }) => unmet?.()).join('; ') + (more > 0 ? `; and ${more} more` : ''),
      evidence: shown.map(({ facts }) => evidenceOf(facts)),
    },
  }
}

/** Judges now. */
export function judge(ledger: LedgerReads, expected: Expectation): Judgement {
  return survey(ledger, expected).judgement
}

/** The judgement where no delivery matches. */
function noneMatches(
  ledger: LedgerReads,
  expected: Expectation,
  nearest: { facts: DeliveryFacts; differs: string[] } | undefined,
): Pick<Judgement, 'seen' | 'evidence'> {
  if (nearest)
    return {
      seen: `no matching delivery; the nearest is ${describeNearest(nearest.facts.delivery, nearest.facts.delivery.id, nearest.differs)}`,
      evidence: [evidenceOf(nearest.facts)],
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
