// Runs one step of a scenario: what each verb does.
import { parseRate } from '../core/arrivals.js'
import { didYouMean, EmulatorError } from '../core/errors.js'
import type { FaultInput } from '../core/fault.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../core/json.js'
import { type Bindings, durationOf, headersOf, numberOf } from './bindings.js'
import { methodOf } from './describe.js'
import { runExpect } from './expect.js'
import type { RunContext, StepOutcome } from './run-context.js'
import type {
  CallStep,
  FaultStep,
  ParallelStep,
  RepeatStep,
  RotateStep,
  Step,
  TimeStep,
  TriggerStep,
} from './scenario.js'
import { type CallDefinition, MOST_STEPS, type Verb } from './schema.js'

/** Runs one kind of step. Users' mistakes are thrown as EmulatorError. */
type Run<S extends Step> = (step: S, run: RunContext, bindings: Bindings) => Promise<StepOutcome>

/** Every verb of the format; a new one is an entry here. */
const VERB_TABLE: { [V in Verb]: Run<Extract<Step, { verb: V }>> } = {
  trigger: runTrigger,
  call: runCall,
  wait: runTime,
  advance: runTime,
  parallel: runParallel,
  repeat: runRepeat,
  fault: runFault,
  rotate: runRotate,
  expect: runExpect,
}

/** Runs one step by its verb. */
export function runStep(step: Step, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  // The table is keyed by the verb, which is what tells the kinds of steps apart.
  const verb = VERB_TABLE[step.verb] as Run<Step>
  return verb(step, run, bindings)
}

async function runTrigger(step: TriggerStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const { provider, channel, type, ...own } = step.trigger
  const given = bindings.resolve(own as JsonObject, step.path) as Omit<
    TriggerStep['trigger'],
    'provider' | 'channel' | 'type'
  >
  const only = run.implied.get(`${provider}/${channel}`)
  const subject = `${run.storyPrefix}${given.subject ?? [step.story, ...bindings.iteration].join('.')}`
  const { event, deliveries, notDelivered, warnings } = await run.emulator.trigger(provider, type, {
    ...given,
    channel,
    subject,
    only: only === undefined ? undefined : [only],
  })
  if (given.subject !== undefined) run.observer.label(event.id, subject)
  bindings.addEvent(event)
  if (step.name !== undefined) bindings.keep(step.name, { events: [event] })
  const reasons = notDelivered.map(one => `${one.subscriptionId}: ${one.why}`).join('; ')
  const count = deliveries.length === 1 ? '1 delivery' : `${deliveries.length} deliveries`
  const why = deliveries.length === 0 && reasons !== '' ? ` (${reasons})` : ''
  return { status: 'passed', seen: `${event.id}, ${count}${why}`, warnings }
}

async function runCall(step: CallStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const call = bindings.resolve(step.call as unknown as Json, step.path) as unknown as CallDefinition
  const query = encoded(call.query ?? {})
  const form = call.form && encoded(call.form)
  const type =
    form === undefined
      ? call.body === undefined
        ? undefined
        : 'application/json'
      : 'application/x-www-form-urlencoded'
  const answer = await run.api.call({
    provider: call.provider,
    method: methodOf(call),
    path: query === '' ? call.path : `${call.path}${call.path.includes('?') ? '&' : '?'}${query}`,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headersOf(call.headers) },
    body: form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
  })
  const required = call.status === undefined ? undefined : numberOf(call.status, step.path)
  const expected = `status ${required ?? '2xx'}`
  const seen = `status ${answer.status}`
  const matches = required === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === required
  if (!matches) return { status: 'failed', expected, seen, nearestMiss: JSON.stringify(answer.body).slice(0, 500) }
  const value: JsonObject = { status: answer.status, headers: answer.headers, body: answer.body }
  if (step.name !== undefined) bindings.keep(step.name, { events: [], answer: value })
  captureFrom(value, step.capture, bindings, step.path)
  return { status: 'passed', expected, seen }
}

const encoded = (fields: Readonly<Record<string, string | number | boolean>>): string =>
  new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])).toString()

/** Keeps the values at the given paths. Throws EmulatorError `invalid_input` for a path that has no value. */
export function captureFrom(
  value: JsonObject,
  paths: Readonly<Record<string, string>>,
  bindings: Bindings,
  where: string,
): void {
  for (const [name, path] of Object.entries(paths)) {
    const found = valueAt(value, path)
    if (found !== undefined) {
      bindings.capture(name, found)
      continue
    }
    const parts = path.split('.')
    let reached = parts.length - 1
    while (reached > 0 && valueAt(value, parts.slice(0, reached)) === undefined) reached--
    const parent = valueAt(value, parts.slice(0, reached))
    throw new EmulatorError(`capture ${name}: there is no value at ${path}.`, {
      code: 'invalid_input',
      hint: isJsonObject(parent) ? didYouMean(parts[reached] ?? '', Object.keys(parent), 'Known keys') : undefined,
      where,
    })
  }
}

async function runTime(step: TimeStep, { time }: RunContext, bindings: Bindings): Promise<StepOutcome> {
  await time.reach(time.now() + durationOf(bindings.resolve(step.duration, step.path), step.path))
  return { status: 'passed', seen: new Date(time.now()).toISOString() }
}

async function runParallel(step: ParallelStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const branches = step.branches.map(steps => ({ steps, nested: bindings.nested() }))
  const passed = await run.time.awaitOthers(
    Promise.all(branches.map(({ steps, nested }) => run.time.branch(() => run.sequence(steps, nested)))),
  )
  mergeInto(
    bindings,
    branches.map(({ nested }) => nested),
    step.name,
  )
  const failed = passed.filter(ok => !ok).length
  return {
    status: failed === 0 ? 'passed' : 'failed',
    seen: `${passed.length - failed} of ${passed.length} branches passed`,
  }
}

/** Up to this many iterations of a repeat, every one is reported; of more, only the failed ones. */
const REPORTED_ITERATIONS = 20

async function runRepeat(step: RepeatStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const count = numberOf(bindings.resolve(step.count, step.path), step.path)
  const concurrency = Math.max(1, numberOf(bindings.resolve(step.concurrency, step.path), step.path))
  if (count > MOST_STEPS)
    throw new EmulatorError(`count is ${count}: a run makes at most ${MOST_STEPS} steps.`, {
      code: 'invalid_input',
      where: step.path,
      hint: 'Repeat less often.',
    })
  const iterations = Array.from({ length: count }, (_, i) => bindings.nested(i + 1))
  let next = 0
  let passed = 0
  let failed = false
  const runOne = async (nested: Bindings) => {
    if (await run.sequence(step.steps, nested, count > REPORTED_ITERATIONS)) passed++
    else failed = true
  }
  const worker = async () => {
    while (next < count && !failed) {
      const nested = iterations[next++]
      if (nested === undefined) return
      await runOne(nested)
    }
  }
  /** Begins each at its time, whatever became of those before it. */
  const atRate = async (perSecond: number) => {
    const begin = run.time.now()
    const begun: Promise<void>[] = []
    for (const [i, nested] of iterations.entries()) {
      await run.time.reach(begin + Math.round((i * 1000) / perSecond))
      if (failed) break
      const one = run.time.branch(() => runOne(nested))
      // What it throws is thrown once all that have begun are over.
      one.catch(() => {
        failed = true
      })
      begun.push(one)
    }
    await run.time.awaitOthers(Promise.all(begun))
  }
  const { rate } = step
  const branches =
    rate === undefined
      ? Array.from({ length: Math.min(concurrency, count) }, () => run.time.branch(worker))
      : [run.time.branch(() => atRate(parseRate(String(bindings.resolve(rate, step.path)), step.path)))]
  await run.time.awaitOthers(Promise.all(branches))
  mergeInto(bindings, iterations, step.name)
  return { status: passed === count ? 'passed' : 'failed', seen: `${passed} of ${count} iterations passed` }
}

/** Merges the bindings of branches or iterations. The name of their step stands for all events that they triggered. */
function mergeInto(bindings: Bindings, nested: readonly Bindings[], name: string | undefined): void {
  bindings.merge(nested)
  if (name !== undefined) bindings.keep(name, { events: nested.flatMap(inner => inner.triggered()) })
}

/** The id of a subscription by its name in the scenario. */
function subscriptionId(name: string, { subscriptions }: RunContext, where: string): string {
  const found = subscriptions.get(name)
  if (found !== undefined) return found.id
  throw new EmulatorError(`There is no subscription named "${name}".`, {
    code: 'unknown_name',
    hint: 'Name it under "subscriptions".',
    where,
  })
}

/** `provider/type` and `provider/channel/type` as the fields of a fault's scope. */
function addressOf(type: string): { provider?: string; channel?: string; type: string } {
  const [first = '', second, third] = type.split('/')
  if (second === undefined) return { type }
  return third === undefined ? { provider: first, type: second } : { provider: first, channel: second, type: third }
}

/** Adds a fault; `none` removes those of this run. */
async function runFault(step: FaultStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const { faults } = run.emulator
  if (step.fault === 'none') {
    const ids = run.faults.splice(0)
    for (const id of ids) await faults.remove(id)
    return { status: 'passed', seen: ids.length === 0 ? 'there were no faults' : `removed ${ids.join(', ')}` }
  }
  const resolved = bindings.resolve(step.fault as Json, step.path)
  if (!isJsonObject(resolved))
    throw new EmulatorError('This is not a fault.', { code: 'invalid_input', where: step.path })
  const { type, subscription, ...fields } = resolved
  const given = {
    ...(typeof type === 'string' ? addressOf(type) : {}),
    ...fields,
    ...(typeof subscription === 'string' ? { subscription: subscriptionId(subscription, run, step.path) } : {}),
  }
  // The emulator checks every field of it.
  const { id } = await faults.add(given as unknown as FaultInput)
  run.faults.push(id)
  return { status: 'passed', seen: id }
}

/** Replaces a secret; pending deliveries are signed with what is valid when they are sent. */
async function runRotate(step: RotateStep, run: RunContext, bindings: Bindings): Promise<StepOutcome> {
  const given = bindings.resolve({ ...step.rotate } as Json, step.path)
  const secret = isJsonObject(given) && typeof given.secret === 'string' ? given.secret : undefined
  const id = subscriptionId(step.rotate.subscription, run, step.path)
  const { validUntil } = await run.emulator.rotateSecret(id, secret)
  const old = validUntil === null ? 'is no longer used' : `also signs until ${new Date(validUntil).toISOString()}`
  return { status: 'passed', seen: `new secret; the old one ${old}` }
}
