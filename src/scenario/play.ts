// Playing a scenario on a stage: subscribes, plays the steps, listens for the receiver's calls, and says what came of it.
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import { createCallPlayer } from './calls.js'
import { type Cast, checkClock, checkReceiver, setStage } from './cast.js'
import { type RunResult, redacted, type StepOutcome, type StepResult } from './result.js'
import type { Running } from './running.js'
import { createScope, type Scope } from './scope.js'
import type { Stage } from './stage.js'
import type { Scenario, Step } from './step.js'
import { playStep } from './steps.js'
import { createTimekeeper } from './time.js'
import { resolveVars } from './vars.js'
import { createWitness, difference } from './witness.js'

/** A step has begun or ended. `at` is emulator ms; `depth` counts the parallels and repeats around it. */
export type StepProgress =
  | { kind: 'started'; path: string; name: string | null; text: string; depth: number; at: number }
  | { kind: 'ended'; depth: number; at: number; result: StepResult }

export interface PlayOptions {
  /** Default receiver: URL of subscriptions that have none, base of probes. */
  to?: string | undefined
  /** Values of variables; texts are read by the variable's type. */
  vars?: Readonly<Record<string, Json>> | undefined
  /** The environment that variables may be read from. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  onStep?: ((progress: StepProgress) => void) | undefined
  /** Real ms that the receiver is given to act before time moves on without it; default 1000 where it can call a provider's API, else 0. */
  patienceMs?: number | undefined
  /** Put before the labels of stories, so that several runs on one emulator do not share them. */
  storyPrefix?: string | undefined
  /** Make no subscriptions where the scenario has none: the ones that exist get the events. */
  existingSubscriptions?: boolean | undefined
  /** Remove the subscriptions of the run at its end. */
  cleanUp?: boolean | undefined
  /** Calls the run off. */
  signal?: AbortSignal | undefined
}

/**
 * Plays a scenario to its end. What the receiver does wrong is in the result; users' mistakes that show before anything is sent
 * (variables, addresses, settings, a clock that cannot be advanced) are thrown as EmulatorError.
 */
export async function playScenario(scenario: Scenario, stage: Stage, options: PlayOptions = {}): Promise<RunResult> {
  const { definition } = scenario
  const vars = resolveVars(definition.vars, { given: options.vars ?? {}, env: options.env ?? {} }, scenario.file)
  checkReceiver(options.to)
  checkClock(scenario, stage)
  const scope = createScope({ vars: vars.values, receiver: options.to })
  const startedAt = stage.clock.now()
  const startedReal = stage.clock.monotonic()
  const witness = createWitness(stage.journal)
  const time = createTimekeeper(stage)
  const callOff = () => time.stop()
  options.signal?.addEventListener('abort', callOff, { once: true })
  const cast: Cast = { named: new Map(), implied: new Map(), all: [] }
  const results: { order: number; result: StepResult }[] = []
  let begun = 0

  const report = (
    step: Step,
    scope: Scope,
    order: number,
    from: Moment,
    outcome: StepOutcome | undefined,
  ): StepResult => {
    const { status = 'skipped', ...told } = outcome ?? {}
    const given = Object.entries(told).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    )
    const result: StepResult = {
      path: [step.path, ...scope.iteration].join('#'),
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
      realMs: Math.round(stage.clock.monotonic() - from.real),
      counts: difference(witness.tally(), from.tally),
    }
    results.push({ order, result })
    return result
  }

  const moment = (): Moment => ({ at: time.now(), real: stage.clock.monotonic(), tally: witness.tally() })

  const playOne = async (step: Step, inner: Scope, silent: boolean): Promise<boolean> => {
    const order = begun++
    const from = moment()
    const depth = step.path.match(/parallel\[|repeat\.steps\[/g)?.length ?? 0
    if (!silent)
      options.onStep?.({
        kind: 'started',
        path: step.path,
        name: step.name ?? null,
        text: step.text,
        depth,
        at: from.at,
      })
    const outcome = options.signal?.aborted ? CALLED_OFF : await playStep(step, running, inner).catch(mistake)
    if (silent && outcome.status === 'passed') return true
    const result = redacted(report(step, inner, order, from, outcome), vars.secrets)
    options.onStep?.({ kind: 'ended', depth, at: time.now(), result })
    return result.ok
  }

  const running: Running = {
    stage,
    time,
    witness,
    to: options.to,
    subscriptions: cast.named,
    implied: cast.implied,
    faults: [],
    storyPrefix: options.storyPrefix ?? '',
    patienceMs: options.patienceMs ?? (stage.watchCalls === undefined ? 0 : PATIENCE_MS),
    async sequence(steps, inner, silent = false) {
      for (const [index, step] of steps.entries()) {
        if (await playOne(step, inner, silent)) continue
        if (!silent) for (const left of steps.slice(index + 1)) report(left, inner, begun++, moment(), undefined)
        return false
      }
      return true
    },
  }

  const calls = createCallPlayer(scenario, running, scope)
  try {
    const ended = await time.branch(async () => {
      await setStage(scenario, stage, scope, options, cast)
      calls.listen()
      const main = await running.sequence(scenario.steps, scope)
      const called = await time.aside(calls.ended())
      return { passed: main && called.passed, mistakes: called.mistakes }
    })
    await stage.rest()
    const counts = witness.tally()
    const steps = results.sort((a, b) => a.order - b.order).map(({ result }) => result)
    return redacted(
      {
        scenario: scenario.name,
        file: scenario.file,
        description: definition.description ?? null,
        tags: definition.tags ?? [],
        ...meaning(ended, steps, counts),
        seed: stage.seed,
        start: new Date(startedAt).toISOString(),
        durationMs: time.now() - startedAt,
        realMs: Math.round(stage.clock.monotonic() - startedReal),
        steps,
        counts,
      },
      vars.secrets,
    )
  } finally {
    calls.close()
    time.stop()
    witness.close()
    options.signal?.removeEventListener('abort', callOff)
    // One that its ttl has ended is gone already.
    for (const id of running.faults) await stage.removeFault(id).catch(() => undefined)
    if (options.cleanUp) for (const { id } of cast.all) await stage.unsubscribe(id)
  }
}

/** Real time that a receiver is given to call a provider's API of its own accord, ms. */
const PATIENCE_MS = 1000

interface Moment {
  at: number
  real: number
  tally: RunResult['counts']
}

const CALLED_OFF: StepOutcome = { status: 'error', seen: 'the run was called off' }

/** A user's mistake that shows while a step is played; anything else is ours and goes up. */
function mistake(error: unknown): StepOutcome {
  if (!(error instanceof EmulatorError)) throw error
  return { status: 'error', seen: error.message, hint: error.hint }
}

function meaning(
  { passed, mistakes }: { passed: boolean; mistakes: readonly EmulatorError[] },
  steps: readonly StepResult[],
  counts: RunResult['counts'],
): Pick<RunResult, 'status' | 'exitCode' | 'reason'> {
  const [first] = mistakes
  if (first !== undefined) return { status: 'untried', exitCode: 2, reason: first.message }
  const wrong = steps.find(step => step.status === 'error') ?? steps.find(step => step.status === 'failed')
  if (passed && wrong === undefined) return { status: 'passed', exitCode: 0, reason: 'everything came as expected' }
  const about = wrong === undefined ? 'a step failed' : `${wrong.name ?? wrong.text}: ${wrong.seen ?? wrong.status}`
  if (wrong?.status === 'error') return { status: 'untried', exitCode: 2, reason: about }
  if (counts.attempts > 0 && counts.answered === 0)
    return { status: 'untried', exitCode: 2, reason: `no attempt was ever answered; ${about}` }
  return { status: 'failed', exitCode: 1, reason: about }
}
