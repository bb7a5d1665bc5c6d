// The verbs of a scenario, in one table: what each does when its step is played.
import { didYouMean, EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../core/json.js'
import type { TriggerInput } from '../provider/port.js'
import { methodOf } from './describe.js'
import { playExpect } from './expect.js'
import { playFault, playRotate } from './faults.js'
import type { StepOutcome } from './result.js'
import { durationOf, numberOf, type Running, textOf } from './running.js'
import type { CallDefinition, Verb } from './schema.js'
import type { Scope } from './scope.js'
import type { CallStep, ParallelStep, RepeatStep, Step, TimeStep, TriggerStep } from './step.js'

/** How one verb is played. Users' mistakes are thrown as EmulatorError. */
type Play<S extends Step> = (step: S, running: Running, scope: Scope) => Promise<StepOutcome>

/** Every verb of the format; a new one is an entry here. */
const VERB_TABLE: { [V in Verb]: Play<Extract<Step, { verb: V }>> } = {
  trigger: playTrigger,
  call: playCall,
  wait: playTime,
  advance: playTime,
  parallel: playParallel,
  repeat: playRepeat,
  fault: playFault,
  rotate: playRotate,
  expect: playExpect,
}

/** Plays one step by its verb. */
export function playStep(step: Step, running: Running, scope: Scope): Promise<StepOutcome> {
  // The table is keyed by the verb, which is what tells the kinds of steps apart.
  const play = VERB_TABLE[step.verb] as Play<Step>
  return play(step, running, scope)
}

async function playTrigger(step: TriggerStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const { provider, channel, type, ...own } = step.trigger
  const given = scope.resolve(own as JsonObject, step.path) as Omit<
    TriggerStep['trigger'],
    'provider' | 'channel' | 'type'
  >
  const only = running.implied.get(`${provider}/${channel}`)
  const story = [step.story, ...scope.iteration].join('.')
  const input: TriggerInput = {
    ...given,
    channel,
    subject: `${running.storyPrefix}${given.subject ?? story}`,
    only: only === undefined ? undefined : [only],
  }
  const { event, deliveries, notDelivered, warnings } = await running.stage.trigger(provider, type, input)
  if (given.subject !== undefined) running.witness.label(event.id, input.subject ?? '')
  scope.note(event)
  if (step.name !== undefined) scope.keep(step.name, { events: [event] })
  const whoNot = notDelivered.map(one => `${one.subscriptionId}: ${one.why}`).join('; ')
  const to = deliveries.length === 1 ? '1 delivery' : `${deliveries.length} deliveries`
  return {
    status: 'passed',
    seen: `${event.id}, ${to}${deliveries.length === 0 && whoNot !== '' ? ` (${whoNot})` : ''}`,
    warnings,
  }
}

async function playCall(step: CallStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const call = scope.resolve(step.call as unknown as Json, step.path) as unknown as CallDefinition
  const query = encoded(call.query ?? {})
  const headers = Object.fromEntries(
    Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), textOf(value)]),
  )
  const form = call.form && encoded(call.form)
  const type =
    form === undefined
      ? call.body === undefined
        ? undefined
        : 'application/json'
      : 'application/x-www-form-urlencoded'
  const answer = await running.stage.call({
    provider: call.provider,
    method: methodOf(call),
    path: query === '' ? call.path : `${call.path}${call.path.includes('?') ? '&' : '?'}${query}`,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    body: form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
  })
  const wanted = call.status === undefined ? undefined : numberOf(call.status, step.path)
  const expected = `status ${wanted ?? '2xx'}`
  const seen = `status ${answer.status}`
  const fits = wanted === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === wanted
  if (!fits) return { status: 'failed', expected, seen, nearestMiss: JSON.stringify(answer.body).slice(0, 500) }
  const value: JsonObject = { status: answer.status, headers: answer.headers, body: answer.body }
  if (step.name !== undefined) scope.keep(step.name, { events: [], answer: value })
  captureFrom(value, step.capture, scope, step.path)
  return { status: 'passed', expected, seen }
}

const encoded = (fields: Readonly<Record<string, string | number | boolean>>): string =>
  new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])).toString()

/** Keeps the values at the given paths; a path that leads nowhere is the user's mistake. */
export function captureFrom(
  value: JsonObject,
  paths: Readonly<Record<string, string>>,
  scope: Scope,
  where: string,
): void {
  for (const [name, path] of Object.entries(paths)) {
    const found = valueAt(value, path)
    if (found !== undefined) {
      scope.capture(name, found)
      continue
    }
    const parts = path.split('.')
    let reached = parts.length - 1
    while (reached > 0 && valueAt(value, parts.slice(0, reached)) === undefined) reached--
    const parent = valueAt(value, parts.slice(0, reached))
    throw new EmulatorError(`capture ${name}: the answer has nothing at ${path}.`, {
      code: 'invalid_input',
      hint: isJsonObject(parent) ? didYouMean(parts[reached] ?? '', Object.keys(parent)) : undefined,
      where,
    })
  }
}

async function playTime(step: TimeStep, { time }: Running, scope: Scope): Promise<StepOutcome> {
  await time.reach(time.now() + durationOf(scope.resolve(step.duration, step.path), step.path))
  return { status: 'passed', seen: new Date(time.now()).toISOString() }
}

async function playParallel(step: ParallelStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const scopes = step.branches.map(() => scope.inside())
  const passed = await running.time.aside(
    Promise.all(
      step.branches.map((branch, i) =>
        running.time.branch(() => running.sequence(branch, scopes[i] ?? scope.inside())),
      ),
    ),
  )
  scope.absorb(scopes)
  keepEvents(step, scopes, scope)
  const failed = passed.filter(ok => !ok).length
  return {
    status: failed === 0 ? 'passed' : 'failed',
    seen: `${passed.length - failed} of ${passed.length} branches passed`,
  }
}

/** Iterations of a repeat up to which every one is reported; of more, only those that went wrong. */
const REPORTED_ITERATIONS = 20

async function playRepeat(step: RepeatStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const count = numberOf(scope.resolve(step.count, step.path), step.path)
  const concurrency = Math.max(1, numberOf(scope.resolve(step.concurrency, step.path), step.path))
  const scopes = Array.from({ length: count }, (_, i) => scope.inside(i + 1))
  let next = 0
  let passed = 0
  let failed = false
  const worker = async () => {
    while (next < count && !failed) {
      const inner = scopes[next++]
      if (inner === undefined) return
      if (await running.sequence(step.steps, inner, count > REPORTED_ITERATIONS)) passed++
      else failed = true
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, count) }, () => running.time.branch(worker))
  await running.time.aside(Promise.all(workers))
  scope.absorb(scopes)
  keepEvents(step, scopes, scope)
  return { status: passed === count ? 'passed' : 'failed', seen: `${passed} of ${count} iterations passed` }
}

/** A named parallel or repeat stands for all events that its steps triggered. */
function keepEvents(step: ParallelStep | RepeatStep, scopes: readonly Scope[], scope: Scope): void {
  if (step.name !== undefined) scope.keep(step.name, { events: scopes.flatMap(inner => inner.triggered()) })
}
