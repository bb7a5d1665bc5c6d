// Runs a scenario on a host: subscribes, runs the steps, handles the receiver's calls, and answers the result.
import type { Refusal } from '../api/refusal.js'
import type { RunResult, StepResult, Tally } from '../api/run.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import { maskedTexts } from '../core/mask.js'
import { isRefusal } from '../core/outcome.js'
import { type Bindings, createBindings } from './bindings.js'
import type { Host } from './host.js'
import { createObserver, difference } from './observer.js'
import { createCallHandler } from './on-calls.js'
import type { RunContext, StepOutcome } from './run-context.js'
import { FIELD_WORDS, type RunWords } from './run-words.js'
import type { Scenario, Step } from './scenario.js'
import { MOST_STEPS } from './schema.js'
import { checkHost, checkReceiver, type RunSubscriptions, setUp } from './setup.js'
import { runStep } from './steps.js'
import { createTimekeeper } from './timekeeper.js'
import { resolveVars, secretVariables } from './vars.js'

/** A step has started or ended. `at` is emulator ms; `depth` counts the parallels and repeats around it. */
export type StepProgress =
  | { kind: 'started'; path: string; name: string | null; text: string; depth: number; at: number }
  | { kind: 'ended'; depth: number; at: number; result: StepResult }

/** How a scenario is run; all of it optional. */
export interface RunOptions {
  /** Default receiver: URL of subscriptions that have none, base of probes. */
  to?: string | undefined
  /** Values of variables; texts are read by the variable's type. */
  vars?: Readonly<Record<string, Json>> | undefined
  /** The secret of the receiver: of subscriptions without one, and of the variables that others take theirs from. */
  secret?: string | undefined
  /** The environment that variables may be read from. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  onStep?: ((progress: StepProgress) => void) | undefined
  /** Real ms that the receiver gets to call a provider's API before the clock moves on; default 1000 where one is served, else 0. */
  patienceMs?: number | undefined
  /** Prefix of the labels of stories, so that several runs on one emulator do not share them. */
  storyPrefix?: string | undefined
  /** Make no subscriptions where the scenario has none: the ones that exist get the events. */
  existingSubscriptions?: boolean | undefined
  /** Remove the subscriptions of the run at its end. */
  cleanUp?: boolean | undefined
  /** Aborts the run. */
  signal?: AbortSignal | undefined
  /** What errors call the inputs of the run; default: the fields of the API. */
  words?: RunWords | undefined
}

/**
 * Runs a scenario to its end. A receiver's failures are in the result; users' mistakes that show before anything is sent
 * (variables, addresses, settings, a clock that cannot be advanced) are thrown as EmulatorError.
 */
export async function runScenario(scenario: Scenario, host: Host, options: RunOptions = {}): Promise<RunResult> {
  const { definition } = scenario
  const { emulator, api } = host
  const { clock } = emulator
  const { words = FIELD_WORDS } = options
  const given = {
    given: options.vars ?? {},
    env: options.env ?? {},
    secrets: secretVariables(definition, options.secret),
    words,
  }
  const vars = resolveVars(definition.vars, given, scenario.file)
  const hidden = options.secret === undefined ? vars.secrets : [...vars.secrets, options.secret]
  checkReceiver(options.to, words)
  checkHost(scenario, host, words)
  const bindings = createBindings({ vars: vars.values, receiver: options.to })
  const startedAt = clock.now()
  const startedReal = clock.monotonic()
  const observer = createObserver(emulator.journal)
  const time = createTimekeeper(emulator)
  const abort = () => time.stop()
  options.signal?.addEventListener('abort', abort, { once: true })
  const subscriptions: RunSubscriptions = {
    named: new Map(),
    implied: new Map(),
    all: [],
    madeUp: [],
  }
  const results: { order: number; result: StepResult }[] = []
  let begun = 0

  const report = (
    step: Step,
    bindings: Bindings,
    order: number,
    from: Moment,
    outcome: StepOutcome | undefined,
  ): StepResult => {
    const { status = 'skipped', ...details } = outcome ?? {}
    const given = Object.entries(details).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    )
    const result: StepResult = {
      path: [step.path, ...bindings.iteration].join('#'),
      name: step.name ?? null,
      verb: step.verb,
      text: step.text,
      line: step.line,
      column: step.column,
      status,
      ok: status === 'passed',
      ...Object.fromEntries(given),
      startedAt: new Date(from.at).toISOString(),
      durationMs: time.now() - from.at,
      realMs: Math.round(clock.monotonic() - from.real),
      counts: difference(observer.tally(), from.tally),
    }
    results.push({ order, result })
    return result
  }

  const refusedOnes = new Set<string>()
  /** The outcome with its refusals explained: the first of each subscription. */
  const explained = async (outcome: StepOutcome): Promise<StepOutcome> => {
    const refusals: Refusal[] = []
    for (const { deliveryId, attempt: number } of outcome.timeline ?? []) {
      const { delivery, attempts } = emulator.view(deliveryId)
      const attempt = attempts.find(one => one.number === number)
      const { subscriptionId: id } = delivery
      if (attempt === undefined || !isRefusal(attempt.outcome) || refusedOnes.has(id)) continue
      refusedOnes.add(id)
      const madeUp = subscriptions.madeUp.some(({ subscription }) => subscription === id)
      const { refusalOf } = await import('./refusal.js')
      const refusal = await refusalOf(emulator, { delivery, attempt, madeUp })
      if (refusal !== undefined) refusals.push(refusal)
    }
    return { ...outcome, refusals }
  }

  const moment = (): Moment => ({ at: time.now(), real: clock.monotonic(), tally: observer.tally() })

  const runOne = async (step: Step, inner: Bindings, silent: boolean): Promise<boolean> => {
    const order = begun++
    if (begun % STEPS_A_TURN === 0) await new Promise(resolve => void setImmediate(resolve))
    const from = moment()
    const { path, text } = step
    const depth = path.match(/parallel\[|repeat\.steps\[/g)?.length ?? 0
    if (!silent) options.onStep?.({ kind: 'started', path, name: step.name ?? null, text, depth, at: from.at })
    const outcome =
      begun > MOST_STEPS
        ? TOO_MANY
        : options.signal?.aborted
          ? ABORTED
          : await explained(await runStep(step, run, inner).catch(mistake))
    if (silent && outcome.status === 'passed') return true
    const result = maskedTexts(report(step, inner, order, from, outcome), hidden)
    options.onStep?.({ kind: 'ended', depth, at: time.now(), result })
    return result.ok
  }

  const run: RunContext = {
    emulator,
    api,
    time,
    observer,
    to: options.to,
    words,
    subscriptions: subscriptions.named,
    implied: subscriptions.implied,
    faults: [],
    storyPrefix: options.storyPrefix ?? '',
    patienceMs: options.patienceMs ?? (api.watchCalls === undefined ? 0 : PATIENCE_MS),
    async sequence(steps, inner, silent = false) {
      for (const [index, step] of steps.entries()) {
        if (await runOne(step, inner, silent)) continue
        if (!silent) for (const skipped of steps.slice(index + 1)) report(skipped, inner, begun++, moment(), undefined)
        return false
      }
      return true
    },
  }

  const calls = createCallHandler(scenario, run, bindings)
  try {
    const ended = await time.branch(async () => {
      await setUp(scenario, host, bindings, options, subscriptions)
      calls.listen()
      const main = await run.sequence(scenario.steps, bindings)
      const called = await time.awaitOthers(calls.ended())
      return { passed: main && called.passed, mistakes: called.mistakes }
    })
    await emulator.rest()
    const counts = observer.tally()
    const steps = results.sort((a, b) => a.order - b.order).map(({ result }) => result)
    return maskedTexts(
      {
        scenario: scenario.name,
        file: scenario.file,
        description: definition.description ?? null,
        tags: definition.tags ?? [],
        ...conclusionOf(ended, steps, counts),
        seed: emulator.seed,
        start: new Date(startedAt).toISOString(),
        durationMs: time.now() - startedAt,
        realMs: Math.round(clock.monotonic() - startedReal),
        steps,
        counts,
        generatedSecrets: subscriptions.madeUp,
      },
      hidden,
    )
  } finally {
    calls.close()
    time.stop()
    observer.close()
    options.signal?.removeEventListener('abort', abort)
    // A fault that its ttl has ended is gone already.
    for (const id of run.faults) await emulator.faults.remove(id).catch(() => undefined)
    if (options.cleanUp) for (const { id } of subscriptions.all) await emulator.unsubscribe(id)
  }
}

/** So many steps, then everything else gets a turn: a run of steps that wait for nothing must not stall the server. */
const STEPS_A_TURN = 50

/** Real time that a receiver gets to call a provider's API, ms. */
const PATIENCE_MS = 1000

interface Moment {
  at: number
  real: number
  tally: Tally
}

const ABORTED: StepOutcome = { status: 'error', seen: 'the run was aborted' }

const TOO_MANY: StepOutcome = {
  status: 'error',
  seen: `the run has made ${MOST_STEPS} steps, the most that are allowed`,
}

/** A user's mistake that shows while a step runs, as its outcome; anything else is an internal error and is rethrown. */
function mistake(error: unknown): StepOutcome {
  if (!(error instanceof EmulatorError)) throw error
  return { status: 'error', seen: error.message, hint: error.hint }
}

function conclusionOf(
  { passed, mistakes }: { passed: boolean; mistakes: readonly EmulatorError[] },
  steps: readonly StepResult[],
  counts: Tally,
): Pick<RunResult, 'status' | 'exitCode' | 'reason'> {
  const [first] = mistakes
  if (first !== undefined) return { status: 'not run', exitCode: 2, reason: first.message }
  const failed = steps.find(step => step.status === 'error') ?? steps.find(step => step.status === 'failed')
  if (passed && failed === undefined) return { status: 'passed', exitCode: 0, reason: 'every step passed' }
  const about =
    failed === undefined ? 'a step failed' : `${failed.name ?? failed.text}: ${failed.seen ?? failed.status}`
  if (failed?.status === 'error') return { status: 'not run', exitCode: 2, reason: about }
  if (counts.attempts > 0 && counts.answered === 0)
    return { status: 'not run', exitCode: 2, reason: `no attempt got a response; ${about}` }
  return { status: 'failed', exitCode: 1, reason: about }
}
