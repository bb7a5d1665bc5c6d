// Which events an expectation means, what became of their deliveries, and which event comes nearest.
import type { TimelineEntry } from '../api/run.js'
import { isSettled } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Evidence, ExpectedOutcome } from '../core/expectation.js'
import { jsonOrText } from '../core/json.js'
import { describeOutcome } from '../core/outcome.js'
import { describeNearest, mismatches } from '../emulator/mismatches.js'
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
export function mismatchesOf(
  event: EmulatorEvent,
  { expect: { provider, type, subject, where } }: Pick<ResolvedExpectation, 'expect'>,
  { observer, emulator, storyPrefix }: RunContext,
): string[] {
  // A scenario may write a type in full, and names a subject by the label of its trigger.
  const names = [event.type, `${event.provider}/${event.type}`, `${event.provider}/${event.channel}/${event.type}`]
  const isMeant = subject !== undefined && observer.labelOf(event.id) === `${storyPrefix}${subject}`
  const bodies = () =>
    deliveriesOf(emulator, event.id).flatMap(({ delivery: { body } }) => (body === null ? [] : [jsonOrText(body)]))
  return mismatches(
    {
      provider: event.provider,
      type: event.type,
      event: event.id,
      subject: () => (isMeant ? subject : event.subject),
      bodies: () => [event.payload, ...bodies()],
    },
    { provider, type: type !== undefined && names.includes(type) ? event.type : type, subject, where },
  )
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
    const differs = mismatchesOf(event, expectation, run)
    if (best === undefined || differs.length <= best.differs.length) best = { event, differs }
  }
  return (
    best && {
      event: best.event,
      text: describeNearest(best.event, best.event.id, best.differs),
    }
  )
}

/** How many attempts a timeline shows: half of them the first ones, half the newest. */
const LONGEST_TIMELINE = 40

/** Characters of a response body that are shown. */
const LONGEST_RESPONSE = 200

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
        ...(attempt.outcome?.detail !== undefined &&
          attempt.outcome.kind !== 'answered' && { detail: attempt.outcome.detail }),
        ...(attempt.outcome?.code !== undefined && { code: attempt.outcome.code }),
        ...(!attempt.accepted && attempt.answer && attempt.answer.body.trim() !== ''
          ? { response: attempt.answer.body.trim().slice(0, LONGEST_RESPONSE) }
          : {}),
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
