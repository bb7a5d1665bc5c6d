// The verb `expect`: waits, by identity, for deliveries to come to an outcome, and says what was seen when they do not.
import { formatDuration } from '../core/duration.js'
import type { EmulatorEvent } from '../core/event.js'
import type { Json, JsonObject } from '../core/json.js'
import { describeStep } from './describe.js'
import { judgeOrder } from './order.js'
import { playProbe } from './probe.js'
import type { StepOutcome } from './result.js'
import { durationOf, numberOf, type Running } from './running.js'
import type { ExpectDefinition } from './schema.js'
import type { Scope } from './scope.js'
import { misfits, nearest, type Standing, standingOf, timelineOf, type Wish } from './standing.js'
import type { ExpectStep } from './step.js'

/** Plays one expectation: first deliveries, then their order, then the probe of the receiver. */
export async function playExpect(step: ExpectStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const wish = wishOf(step, scope)
  const { expect } = wish
  const names = ['step', 'provider', 'type', 'subject', 'subscription', 'where'] as const
  const outcomes: StepOutcome[] = []
  if (step.expect === undefined || names.some(name => expect[name] !== undefined))
    outcomes.push(await expectDeliveries(wish, running, scope, step.expect === undefined))
  if (outcomes.every(passed) && expect.order !== undefined)
    outcomes.push(await expectOrder(expect.order, wish, running, scope))
  if (outcomes.every(passed) && expect.probe !== undefined) outcomes.push(await playProbe(expect.probe, wish, running))
  const last = outcomes.at(-1)
  const seen = outcomes.flatMap(outcome => outcome.seen ?? []).join('; ')
  return { status: 'passed', expected: wish.text, ...last, ...(last !== undefined && passed(last) ? { seen } : {}) }
}

const passed = (outcome: StepOutcome) => outcome.status === 'passed'

function wishOf(step: ExpectStep, scope: Scope): Wish {
  const where = step.path
  const given = step.expect === undefined ? {} : (scope.resolve(step.expect as JsonObject, where) as ExpectDefinition)
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

/** Waits until everything of the named steps is delivered, then compares the order. */
async function expectOrder(names: readonly string[], wish: Wish, running: Running, scope: Scope): Promise<StepOutcome> {
  for (const step of names) {
    const outcome = await expectDeliveries({ ...wish, expect: { step }, outcome: 'delivered' }, running, scope, false)
    if (!passed(outcome)) return { ...outcome, expected: wish.text }
  }
  return judgeOrder(names, wish, running, scope)
}

/** Which events are meant, and whether all of them must meet the wish. */
interface Target {
  events(): readonly EmulatorEvent[]
  all: boolean
}

function targetOf(wish: Wish, running: Running, scope: Scope, everything: boolean): Target {
  const { expect } = wish
  if (everything) {
    const events = running.witness.events().filter(event => running.stage.deliveries(event.id).length > 0)
    return { all: true, events: () => events }
  }
  if (expect.step !== undefined) {
    const events = (scope.step(expect.step)?.events ?? []).filter(event => misfits(event, wish, running).length === 0)
    return { all: true, events: () => events }
  }
  return {
    all: false,
    events: () => running.witness.events().filter(event => misfits(event, wish, running).length === 0),
  }
}

/** Until when the outcome may still come in time; undefined: as long as anything is owed. */
function deadlineOf(
  { withinMs }: Wish,
  started: number,
  standings: readonly Standing[],
  all: boolean,
): number | undefined {
  if (withinMs === undefined) return undefined
  const created = standings.map(standing => standing.event.createdAt)
  return Math.max(...(all && created.length > 0 ? [] : [started]), ...created) + withinMs
}

const seenOf = (standings: readonly Standing[]): string => {
  const [shown, more] = [standings.slice(0, 3), standings.length - 3]
  return shown.map(standing => standing.seen).join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function unmet(wish: Wish, standings: readonly Standing[], seen: string, nearestMiss?: string): StepOutcome {
  return { status: 'failed', expected: wish.text, seen, nearestMiss, timeline: timelineOf(standings.slice(0, 3)) }
}

/** The failure when nothing more can come: what was seen of those meant, or the nearest of all that happened. */
function nothingMore(wish: Wish, running: Running, open: readonly Standing[]): StepOutcome {
  if (open.length > 0) return unmet(wish, open, seenOf(open))
  const all = running.witness.events()
  if (all.length === 0) return unmet(wish, [], 'no event happened')
  const near = nearest(all, wish, running)
  const owed = all.some(event => running.stage.deliveries(event.id).length > 0)
  const seen = owed ? 'no such event' : 'events happened, but nothing is subscribed to them'
  if (near === undefined) return unmet(wish, [], seen)
  const evidence = running.stage.deliveries(near.event.id)
  const standing: Standing = { event: near.event, met: false, hopeless: true, seen, evidence }
  return unmet(wish, [standing], seen, near.text)
}

/** Waits until the wished deliveries have come to the outcome, cannot any more, or time is up. */
async function expectDeliveries(wish: Wish, running: Running, scope: Scope, everything: boolean): Promise<StepOutcome> {
  const { time, witness } = running
  const { clock } = running.stage
  const started = time.now()
  const startedReal = clock.monotonic()
  const target = targetOf(wish, running, scope, everything)
  const never = wish.neverWithinMs
  const known = new Map<string, { standing: Standing; touched: number }>()

  const survey = async (): Promise<Standing[]> => {
    const standings: Standing[] = []
    for (const event of target.events()) {
      const before = known.get(event.id)
      const touched = witness.touched(event.id)
      const fresh = before === undefined || (!before.standing.met && before.touched < touched)
      const standing = fresh
        ? await standingOf(event, wish, running, target.all && never === undefined)
        : before.standing
      known.set(event.id, { standing, touched })
      standings.push(standing)
    }
    return standings
  }

  for (;;) {
    const mark = time.mark()
    const standings = await survey()
    const now = time.now()
    const met = standings.filter(standing => standing.met)
    if (never !== undefined) {
      if (met.length > 0) return unmet(wish, met, `it happened: ${seenOf(met)}`)
      if (now >= started + never)
        return { status: 'passed', expected: wish.text, seen: `not ${wish.outcome} within ${formatDuration(never)}` }
    } else {
      if (target.all ? met.length === standings.length && met.length > 0 : met.length > 0)
        return { status: 'passed', expected: wish.text, seen: seenOf(met) }
      const open = standings.filter(standing => !standing.met)
      if (target.all && (standings.length === 0 || open.some(standing => standing.hopeless)))
        return nothingMore(wish, running, open)
    }
    const deadline = never === undefined ? deadlineOf(wish, started, standings, target.all) : started + never
    if (never === undefined && deadline !== undefined && now >= deadline)
      return nothingMore(
        wish,
        running,
        standings.filter(standing => !standing.met),
      )
    const realMs = wish.timeoutMs === undefined ? undefined : wish.timeoutMs - (clock.monotonic() - startedReal)
    if (realMs !== undefined && realMs <= 0)
      return unmet(wish, standings, `time was up: ${seenOf(standings) || 'nothing fits so far'}`)
    // Events of a step are there already: only others may still be caused by the receiver.
    const patienceMs = realMs ?? (target.all ? 0 : running.patienceMs)
    const turn = await time.next({ after: mark, until: deadline, patienceMs, realMs })
    if (turn === 'stopped') return { status: 'error', expected: wish.text, seen: 'the run was called off' }
    if (turn === 'idle')
      return nothingMore(
        wish,
        running,
        (await survey()).filter(standing => !standing.met),
      )
  }
}
