// Which events an expectation means, what became of their deliveries, and which event comes nearest.
import { isDeepStrictEqual } from 'node:util'
import type { TimelineEntry } from '../api/run.js'
import { isSettled } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Evidence, ExpectedOutcome } from '../core/expectation.js'
import { jsonOrText, valueAt } from '../core/json.js'
import { describeOutcome } from '../core/outcome.js'
import { deliveriesOf } from './host.js'
import type { RunContext } from './run-context.js'
import type { ExpectDefinition } from './schema.js'

/** An expectation whose references are resolved. */
export interface ResolvedExpectation {
  expect: ExpectDefinition
  outcome: ExpectedOutcome
  withinMs: number | undefined
  neverWithinMs: number | undefined
  timeoutMs: number | undefined
  attempts: number | undefined
  status: number | undefined
  /** Line of the step with references filled in. */
  text: string
  where: string
}

/** What became of one event. */
export interface EventMatch {
  event: EmulatorEvent
  met: boolean
  /** Nothing that is still pending can meet the expectation. */
  final: boolean
  seen: string
  /** The deliveries that met it, else those that did not. */
  evidence: Evidence[]
}

/** Where an event differs from the one that is meant, in words; empty when it matches. */
export function mismatches(
  event: EmulatorEvent,
  { expect }: Pick<ResolvedExpectation, 'expect'>,
  { observer, emulator, storyPrefix }: RunContext,
): string[] {
  const found: string[] = []
  const compare = (what: string, actual: string | null, expected: string | undefined) => {
    if (expected !== undefined && actual !== expected) found.push(`${what} is ${actual ?? 'none'}, not ${expected}`)
  }
  compare('provider', event.provider, expect.provider)
  const { type } = expect
  const names = [event.type, `${event.provider}/${event.type}`, `${event.provider}/${event.channel}/${event.type}`]
  if (type !== undefined && !names.includes(type)) compare('type', event.type, type)
  if (expect.subject !== undefined && observer.labelOf(event.id) !== `${storyPrefix}${expect.subject}`)
    compare('subject', event.subject, expect.subject)
  const where = Object.entries(expect.where ?? {})
  if (where.length === 0) return found
  const bodies = deliveriesOf(emulator, event.id).flatMap(({ delivery: { body } }) =>
    body === null ? [] : [jsonOrText(body)],
  )
  for (const [path, expected] of where) {
    const values = [event.payload, ...bodies].map(body => valueAt(body, path))
    if (!values.some(value => isDeepStrictEqual(value, expected)))
      found.push(`${path} is ${JSON.stringify(values[0]) ?? 'absent'}, not ${JSON.stringify(expected)}`)
  }
  return found
}

/** What became of one event. With `all` every delivery of it must meet the expectation, else one is enough. */
export async function matchOf(
  event: EmulatorEvent,
  { expect, outcome, withinMs, attempts, status }: ResolvedExpectation,
  { emulator, subscriptions }: RunContext,
  all: boolean,
): Promise<EventMatch> {
  const subscription = expect.subscription === undefined ? undefined : subscriptions.get(expect.subscription)?.id
  const deliveries = deliveriesOf(emulator, event.id).filter(
    ({ delivery }) => subscription === undefined || delivery.subscriptionId === subscription,
  )
  if (deliveries.length === 0) {
    const reasons = await emulator.why(event.id)
    const why = reasons.map(one => `${one.subscriptionId}: ${one.why}`).join('; ') || 'there are no subscriptions'
    return { event, met: false, final: true, seen: `${event.type} has no delivery (${why})`, evidence: [] }
  }
  const results = deliveries.map(evidence => {
    const { delivery } = evidence
    const { met, seen } = emulator.judge({
      event: event.id,
      subscription: delivery.subscriptionId,
      outcome,
      withinMs,
      attempts,
      status,
    })
    return { evidence, met, final: isSettled(delivery.status), seen }
  })
  const met = results.filter(result => result.met)
  const open = results.filter(result => !result.met)
  const done = all ? open.length === 0 : met.length > 0
  const shown = done ? met : open
  return {
    event,
    met: done,
    final: !done && (all ? open.some(result => result.final) : open.every(result => result.final)),
    seen: `${event.type}: ${shown.map(result => result.seen).join('; ')}`,
    evidence: shown.map(result => result.evidence),
  }
}

/** The event with the fewest mismatches, and what they are. */
export function nearestMiss(
  events: readonly EmulatorEvent[],
  expectation: ResolvedExpectation,
  run: RunContext,
): { event: EmulatorEvent; text: string } | undefined {
  let best: { event: EmulatorEvent; differs: string[] } | undefined
  for (const event of events) {
    const differs = mismatches(event, expectation, run)
    if (best === undefined || differs.length <= best.differs.length) best = { event, differs }
  }
  return (
    best && {
      event: best.event,
      text: `${best.event.type} (${best.event.id}): ${best.differs.join(', ') || 'matches'}`,
    }
  )
}

/** How many attempts a timeline shows: half of them the first ones, half the newest. */
const LONGEST_TIMELINE = 40

/** The attempts behind an expectation, oldest first. */
export function timelineOf(
  events: readonly { event: EmulatorEvent; evidence: readonly Evidence[] }[],
): TimelineEntry[] {
  const entries = events.flatMap(({ event, evidence }) =>
    evidence.flatMap(({ delivery, attempts }) =>
      attempts.map((attempt): TimelineEntry & { order: number } => ({
        order: attempt.startedAt,
        at: new Date(attempt.startedAt).toISOString(),
        afterMs: attempt.startedAt - event.createdAt,
        type: event.type,
        deliveryId: delivery.id,
        url: attempt.url,
        attempt: attempt.number,
        outcome: attempt.outcome === null ? 'in flight' : describeOutcome(attempt.outcome),
        accepted: attempt.accepted,
        because: attempt.dueReason,
        ...(attempt.faults.length > 0 && { faults: attempt.faults }),
      })),
    ),
  )
  const sorted = entries.sort((a, b) => a.order - b.order).map(({ order: _order, ...entry }) => entry)
  return sorted.length <= LONGEST_TIMELINE
    ? sorted
    : [...sorted.slice(0, LONGEST_TIMELINE / 2), ...sorted.slice(-LONGEST_TIMELINE / 2)]
}
