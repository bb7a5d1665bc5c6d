// How events stand to an expectation: which ones are meant, what became of their deliveries, and which one comes nearest.
import { isDeepStrictEqual } from 'node:util'
import { isSettled } from '../core/delivery.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Evidence, ExpectedOutcome } from '../core/expectation.js'
import { type Json, valueAt } from '../core/json.js'
import { describeOutcome } from '../core/outcome.js'
import type { TimelineEntry } from './result.js'
import type { Running } from './running.js'
import type { ExpectDefinition } from './schema.js'

/** An expectation after its references. */
export interface Wish {
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

export interface Standing {
  event: EmulatorEvent
  met: boolean
  /** Nothing that is still owed to it can meet the wish. */
  hopeless: boolean
  seen: string
  /** The deliveries that met it, else those that did not. */
  evidence: Evidence[]
}

/** What of a wish an event does not fit, in words; empty when it is meant. */
export function misfits(
  event: EmulatorEvent,
  { expect }: Pick<Wish, 'expect'>,
  { witness, stage, storyPrefix }: Running,
): string[] {
  const found: string[] = []
  const differ = (what: string, seen: string | null, wanted: string | undefined) => {
    if (wanted !== undefined && seen !== wanted) found.push(`${what} is ${seen ?? 'none'}, not ${wanted}`)
  }
  differ('provider', event.provider, expect.provider)
  const type = expect.type
  if (
    type !== undefined &&
    ![event.type, `${event.provider}/${event.type}`, `${event.provider}/${event.channel}/${event.type}`].includes(type)
  )
    differ('type', event.type, type)
  const label = witness.labelOf(event.id)
  if (expect.subject !== undefined && label !== `${storyPrefix}${expect.subject}`)
    differ('subject', event.subject, expect.subject)
  const wanted = Object.entries(expect.where ?? {})
  if (wanted.length === 0) return found
  const bodies = stage
    .deliveries(event.id)
    .flatMap(({ delivery }) => (delivery.body === null ? [] : [parsed(delivery.body)]))
  for (const [path, value] of wanted) {
    const seen = [event.payload, ...bodies].map(body => valueAt(body, path))
    if (!seen.some(one => isDeepStrictEqual(one, value)))
      found.push(`${path} is ${JSON.stringify(seen[0]) ?? 'absent'}, not ${JSON.stringify(value)}`)
  }
  return found
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What became of one event. With `all` every delivery of it must meet the wish, else one is enough. */
export async function standingOf(event: EmulatorEvent, wish: Wish, running: Running, all: boolean): Promise<Standing> {
  const { stage, subscriptions } = running
  const { outcome, withinMs, attempts, status } = wish
  const subscription =
    wish.expect.subscription === undefined ? undefined : subscriptions.get(wish.expect.subscription)?.id
  const deliveries = stage
    .deliveries(event.id)
    .filter(({ delivery }) => subscription === undefined || delivery.subscriptionId === subscription)
  if (deliveries.length === 0) {
    const reasons = await stage.why(event.id)
    const why = reasons.map(one => `${one.subscriptionId}: ${one.why}`).join('; ') || 'nothing is subscribed'
    return { event, met: false, hopeless: true, seen: `${event.type} went to nobody (${why})`, evidence: [] }
  }
  const results = await Promise.all(
    deliveries.map(async evidence => {
      const { delivery } = evidence
      const result = await stage.judge({
        event: event.id,
        subscription: delivery.subscriptionId,
        outcome,
        withinMs,
        attempts,
        status,
      })
      // The state was read before it was judged, so that a settlement in between is looked at once more.
      return { evidence, met: result.met, hopeless: isSettled(delivery.status), seen: result.seen }
    }),
  )
  const met = results.filter(result => result.met)
  const open = results.filter(result => !result.met)
  const done = all ? open.length === 0 : met.length > 0
  const telling = done ? met : open
  return {
    event,
    met: done,
    hopeless: !done && (all ? open.some(result => result.hopeless) : open.every(result => result.hopeless)),
    seen: `${event.type}: ${telling.map(result => result.seen).join('; ')}`,
    evidence: telling.map(result => result.evidence),
  }
}

/** The event that lacks least of a wish, and what it lacks. */
export function nearest(
  events: readonly EmulatorEvent[],
  wish: Wish,
  running: Running,
): { event: EmulatorEvent; text: string } | undefined {
  let best: { event: EmulatorEvent; lacks: string[] } | undefined
  for (const event of events) {
    const lacks = misfits(event, wish, running)
    if (best === undefined || lacks.length <= best.lacks.length) best = { event, lacks }
  }
  return (
    best && { event: best.event, text: `${best.event.type} (${best.event.id}): ${best.lacks.join(', ') || 'fits'}` }
  )
}

/** How many attempts a timeline shows: the first and the newest ones. */
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
