// The verb `expect`: waits, by identity, for deliveries to come to an outcome, and says what was seen when they do not.
import { formatDuration } from '../core/duration.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import { type Bindings, durationOf, numberOf } from './bindings.js'
import { describeStep } from './describe.js'
import { deliveriesOf } from './host.js'
import {
  type EventMatch,
  matchOf,
  mismatchesOf,
  nearestMiss,
  type ResolvedExpectation,
  timelineOf,
} from './matching.js'
import { runProbe } from './probe.js'
import type { RunContext, StepOutcome } from './run-context.js'
import type { ExpectStep } from './scenario.js'
import type { ExpectDefinition } from './schema.js'

/** Runs one expectation: first deliveries, then their order, then the probe of the receiver. */
export async function runExpect(step: ExpectStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const expectation = resolve(step, bindings)
  const { expect, text } = expectation
  const names = ['step', 'provider', 'type', 'subject', 'subscription', 'where'] as const
  const outcomes: StepOutcome[] = []
  if (step.expect === undefined || names.some(name => expect[name] !== undefined))
    outcomes.push(await expectDeliveries(expectation, run, bindings, step.expect === undefined))
  if (outcomes.every(passed) && expect.order !== undefined)
    outcomes.push(await expectOrder(expect.order, expectation, run, bindings))
  if (outcomes.every(passed) && expect.probe !== undefined)
    outcomes.push(await runProbe(expect.probe, expectation, run))
  const last = outcomes.at(-1)
  const seen = outcomes.flatMap(outcome => outcome.seen ?? []).join('; ')
  return { status: 'passed', expected: text, ...last, ...(last !== undefined && passed(last) ? { seen } : {}) }
}

const passed = (outcome: StepOutcome) => outcome.status === 'passed'

function resolve(step: ExpectStep, bindings: Bindings): ResolvedExpectation {
  const where = step.path
  const given =
    step.expect === undefined ? {} : (bindings.resolve(step.expect as JsonObject, where) as ExpectDefinition)
  const maybe = <T>(value: Json | undefined, read: (value: Json, where: string) => T): T | undefined =>
    value === undefined ? undefined : read(value, where)
  const resolved: ExpectStep = { ...step, expect: step.expect === undefined ? undefined : given }
  return {
    expect: given,
    outcome: step.outcome,
    withinMs: maybe(given.within, durationOf),
    neverWithinMs: maybe(given.neverWithin, durationOf),
    timeoutMs: maybe(given.timeout, durationOf),
    attempts: maybe(given.attempts, numberOf),
    status: maybe(given.status, numberOf),
    text: describeStep(resolved).replace(/^expect /, ''),
    where,
  }
}

/** Waits until everything of the named steps is delivered, then compares the order of acceptance, for each subscription. */
async function expectOrder(
  names: readonly string[],
  expectation: ResolvedExpectation,
  run: RunContext,
  bindings: Bindings,
): Promise<StepOutcome> {
  const expected = expectation.text
  for (const step of names) {
    const one: ResolvedExpectation = { ...expectation, expect: { step }, outcome: 'delivered' }
    const outcome = await expectDeliveries(one, run, bindings, false)
    if (!passed(outcome)) return { ...outcome, expected }
  }
  const accepted = new Map<string, { step: string; place: number }[]>()
  const shown: { event: EmulatorEvent; evidence: EventMatch['evidence'] }[] = []
  for (const step of names)
    for (const event of bindings.step(step)?.events ?? []) {
      const evidence = deliveriesOf(run.emulator, event.id)
      shown.push({ event, evidence })
      for (const { delivery } of evidence) {
        const place = run.observer.acceptedAt(delivery.id)
        if (place === undefined) continue
        const list = accepted.get(delivery.subscriptionId) ?? []
        list.push({ step, place })
        accepted.set(delivery.subscriptionId, list)
      }
    }
  for (const list of accepted.values()) {
    const order = list.sort((a, b) => a.place - b.place).map(one => one.step)
    if (order.some((step, i) => names.indexOf(step) < names.indexOf(order[i - 1] ?? '')))
      return {
        status: 'failed',
        expected,
        seen: `delivered in the order ${order.join(', ')}`,
        timeline: timelineOf(shown),
      }
  }
  return { status: 'passed', expected, seen: `delivered in the order ${names.join(', ')}` }
}

/** Which events are meant, and whether all of them must meet the expectation. */
interface Target {
  events(): readonly EmulatorEvent[]
  all: boolean
}

function targetOf(expectation: ResolvedExpectation, run: RunContext, bindings: Bindings, everything: boolean): Target {
  const { step } = expectation.expect
  if (everything) {
    const events = run.observer.events().filter(event => deliveriesOf(run.emulator, event.id).length > 0)
    return { all: true, events: () => events }
  }
  const matching = (events: readonly EmulatorEvent[]) =>
    events.filter(event => mismatchesOf(event, expectation, run).length === 0)
  if (step === undefined) return { all: false, events: () => matching(run.observer.events()) }
  const events = matching(bindings.step(step)?.events ?? [])
  return { all: true, events: () => events }
}

/** Until when the outcome may come in time; undefined: as long as anything is pending. */
function deadlineOf(
  { withinMs }: ResolvedExpectation,
  started: number,
  matches: readonly EventMatch[],
  all: boolean,
): number | undefined {
  if (withinMs === undefined) return undefined
  const created = matches.map(match => match.event.createdAt)
  return Math.max(...(all && created.length > 0 ? [] : [started]), ...created) + withinMs
}

const seenOf = (matches: readonly EventMatch[]): string => {
  const [shown, more] = [matches.slice(0, 3), matches.length - 3]
  return shown.map(match => match.seen).join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function unmet(
  expectation: ResolvedExpectation,
  matches: readonly EventMatch[],
  seen: string,
  nearest?: string,
): StepOutcome {
  const timeline = timelineOf(matches.slice(0, 3))
  return { status: 'failed', expected: expectation.text, seen, nearestMiss: nearest, timeline }
}

/** The failure when nothing more can happen: what was seen of the events that are meant, or the nearest miss. */
function nothingMore(expectation: ResolvedExpectation, run: RunContext, matches: readonly EventMatch[]): StepOutcome {
  const open = matches.filter(match => !match.met)
  if (open.length > 0) return unmet(expectation, open, seenOf(open))
  const all = run.observer.events()
  if (all.length === 0) return unmet(expectation, [], 'no event was triggered')
  const nearest = nearestMiss(all, expectation, run)
  const subscribed = all.some(event => deliveriesOf(run.emulator, event.id).length > 0)
  const seen = subscribed ? 'no event matches' : 'events were triggered, but no subscription gets them'
  if (nearest === undefined) return unmet(expectation, [], seen)
  const evidence = deliveriesOf(run.emulator, nearest.event.id)
  return unmet(expectation, [{ event: nearest.event, met: false, final: true, seen, evidence }], seen, nearest.text)
}

/** Waits until the deliveries that are meant have come to the outcome, cannot any more, or time is up. */
async function expectDeliveries(
  expectation: ResolvedExpectation,
  run: RunContext,
  bindings: Bindings,
  everything: boolean,
): Promise<StepOutcome> {
  const { time, observer, emulator } = run
  const { outcome, neverWithinMs: never, timeoutMs, text } = expectation
  const started = time.now()
  const startedReal = emulator.clock.monotonic()
  const target = targetOf(expectation, run, bindings, everything)
  const known = new Map<string, { match: EventMatch; revision: number }>()

  const survey = async (): Promise<EventMatch[]> => {
    const matches: EventMatch[] = []
    for (const event of target.events()) {
      const before = known.get(event.id)
      // Read before the match, so that what happens meanwhile is looked at once more.
      const revision = observer.revision(event.id)
      const changed = before === undefined || (!before.match.met && before.revision < revision)
      const match = changed ? await matchOf(event, expectation, run, target.all && never === undefined) : before.match
      known.set(event.id, { match, revision })
      matches.push(match)
    }
    return matches
  }

  for (;;) {
    const mark = time.mark()
    const matches = await survey()
    const now = time.now()
    const met = matches.filter(match => match.met)
    if (never !== undefined) {
      if (met.length > 0) return unmet(expectation, met, `it happened: ${seenOf(met)}`)
      if (now >= started + never)
        return { status: 'passed', expected: text, seen: `not ${outcome} within ${formatDuration(never)}` }
    } else {
      if (target.all ? met.length === matches.length && met.length > 0 : met.length > 0)
        return { status: 'passed', expected: text, seen: seenOf(met) }
      if (target.all && (matches.length === 0 || matches.some(match => !match.met && match.final)))
        return nothingMore(expectation, run, matches)
    }
    const deadline = never === undefined ? deadlineOf(expectation, started, matches, target.all) : started + never
    if (never === undefined && deadline !== undefined && now >= deadline) return nothingMore(expectation, run, matches)
    const realMs = timeoutMs === undefined ? undefined : timeoutMs - (emulator.clock.monotonic() - startedReal)
    if (realMs !== undefined && realMs <= 0)
      return unmet(expectation, matches, `timed out: ${seenOf(matches) || 'no event matches so far'}`)
    // Events of a step exist already: only others may still be caused by the receiver.
    const patienceMs = realMs ?? (target.all ? 0 : run.patienceMs)
    const ended = await time.next({ after: mark, until: deadline, patienceMs, realMs })
    if (ended === 'stopped') return { status: 'error', expected: text, seen: 'the run was aborted' }
    if (ended === 'idle') return nothingMore(expectation, run, await survey())
  }
}
