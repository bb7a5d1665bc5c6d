// Runs of scenarios on one emulator: started by a request, followed step by step, kept until the emulator is reset.
import type { Run, RunDetail, StepResult } from '../api/run.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { RunState } from '../core/run-progress.js'
import type { Emulator } from '../emulator/contract.js'
import type { StepProgress } from '../scenario/run.js'
import type { Scenario } from '../scenario/scenario.js'
import type { CallHooks } from './call-hooks.js'

/** Runs kept for each emulator; the oldest that have ended go first. */
const KEPT = 100

interface RunInput {
  /** YAML or JSON. */
  text: string
  /** File of the scenarios folder that the text is of. */
  file?: string | undefined
  to?: string | undefined
  vars?: Readonly<Record<string, Json>> | undefined
  /** Secret of subscriptions that have none of their own. */
  secret?: string | undefined
  /** The environment that variables may be read from. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Where the server serves this emulator. */
  base: string
}

/** The runs of scenarios on one emulator. */
export interface Runs {
  /** Checks and starts one. Throws `invalid_file` with every problem, and users' mistakes that show before anything is sent. */
  start(input: RunInput): Promise<RunDetail>
  /** Newest first. */
  list(): Run[]
  get(id: string): RunDetail | undefined
  /** Aborts one; false where it has ended. */
  cancel(id: string): boolean
  /** Aborts and forgets all of them. */
  clear(): void
}

/** Loaded by the first run: reading YAML costs as much as the rest of a start. */
async function loadRunner() {
  const [{ parseScenario }, { runScenario }, { namesOf }, { outlineOf }, { providerApi }] = await Promise.all([
    import('../scenario/load.js'),
    import('../scenario/run.js'),
    import('../scenario/names.js'),
    import('../scenario/outline.js'),
    import('./provider-api.js'),
  ])
  return { parseScenario, runScenario, namesOf, outlineOf, providerApi }
}

type Runner = Awaited<ReturnType<typeof loadRunner>>

async function readScenario(
  { text, file = 'body' }: RunInput,
  emulator: Emulator,
  { parseScenario, namesOf }: Runner,
): Promise<Scenario> {
  const { scenario, problems } = await parseScenario(text, file, namesOf(emulator.providers))
  if (scenario) return scenario
  const [first] = problems
  const others = problems.slice(1).reduce((sum, { more = 1 }) => sum + more, 0)
  const more = others > 0 ? ` (and ${others} more)` : ''
  throw new EmulatorError(
    `The scenario is invalid at line ${first?.line}, column ${first?.column}: ${first?.message}${more}`,
    {
      code: 'invalid_file',
      hint: first?.hint,
      issues: problems.map(({ path, line, column, message }) => ({ path, message: `${line}:${column} ${message}` })),
    },
  )
}

/** A run as the API shows it. */
export const runStateView = ({ startedAt, ...state }: RunState) => ({
  ...state,
  startedAt: new Date(startedAt).toISOString(),
})

/** The path of a step without its iteration. */
const planned = (path: string) => path.split('#', 1)[0] ?? path

/** The steps of a run, as far as they have got. */
function stepsOf(steps: RunDetail['steps']) {
  const byPath = new Map(steps.map(step => [step.path, step]))
  const ended = (result: StepResult) => {
    const step = byPath.get(planned(result.path))
    // Of the iterations of a repeat, one that failed stays visible.
    if (step === undefined || (step.result !== null && !step.result.ok)) return
    step.status = result.status
    step.result = result
    if (!result.ok) return
    // Of many iterations only those that fail are told.
    for (const inner of steps)
      if (inner.path.startsWith(`${step.path}.`) && inner.result === null) inner.status = 'passed'
  }
  return {
    started: (path: string) => {
      const step = byPath.get(planned(path))
      if (step?.status === 'pending') step.status = 'running'
    },
    ended,
    /** Nothing more comes: what did not end was skipped. */
    over: (results: readonly StepResult[]) => {
      results.forEach(ended)
      for (const step of steps) if (step.status === 'pending' || step.status === 'running') step.status = 'skipped'
    },
  }
}

/** The runs of one emulator; they are aborted when it is gone. */
export function createRuns(emulator: Emulator, { hooks, gone }: { hooks: CallHooks; gone: AbortSignal }): Runs {
  interface Kept {
    state: RunState
    run: RunDetail
    abort: AbortController
  }
  const { journal } = emulator
  const runs = new Map<string, Kept>()
  let count = 0
  const clear = () => {
    for (const { abort } of runs.values()) abort.abort()
    runs.clear()
  }
  gone.addEventListener('abort', clear, { once: true })
  const makeRoom = () => {
    for (const { run } of [...runs.values()]) if (runs.size > KEPT && run.status !== 'running') runs.delete(run.id)
  }
  return {
    async start(input) {
      const { to, vars, secret, env, base, file = null } = input
      const runner = await loadRunner()
      const { runScenario, outlineOf, providerApi } = runner
      const scenario = await readScenario(input, emulator, runner)
      const id = `run_${++count}`
      const state: RunState = {
        id,
        scenario: scenario.name,
        file,
        status: 'running',
        startedAt: emulator.clock.now(),
        reason: null,
      }
      const run: RunDetail = {
        ...runStateView(state),
        result: null,
        steps: outlineOf(scenario).map(step => ({ ...step, status: 'pending', result: null })),
      }
      const steps = stepsOf(run.steps)
      const abort = new AbortController()
      const lifetime = emulator.lifetime()
      /** What happened before it was certain that the run goes on. */
      let early: (() => void)[] | undefined = []
      const tell = (happening: () => void) => {
        if (early) early.push(happening)
        else if (!lifetime.aborted) happening()
      }
      const onStep = (progress: StepProgress) => {
        if (progress.kind === 'started') {
          const { path, text } = progress
          steps.started(path)
          tell(() => journal.record({ kind: 'step.started', runId: id, path, text }))
          return
        }
        const { path, name, text, line, status, expected = null, seen = null } = progress.result
        steps.ended(progress.result)
        tell(() =>
          journal.record({ kind: 'step.ended', runId: id, step: { path, name, text, line, status, expected, seen } }),
        )
      }
      const end = (how: Pick<RunState, 'status' | 'reason'>, result: Run['result']) => {
        steps.over(result?.steps ?? [])
        Object.assign(state, how)
        Object.assign(run, how, { result })
        tell(() => journal.record({ kind: 'run.ended', run: { ...state } }))
      }
      const running = runScenario(
        scenario,
        { emulator, api: providerApi(emulator, { base, hooks }) },
        {
          to,
          vars,
          secret,
          env,
          onStep,
          storyPrefix: `${id}-`,
          existingSubscriptions: to === undefined,
          cleanUp: true,
          signal: abort.signal,
        },
      ).then(
        result => end({ status: result.status, reason: result.reason }, result),
        (error: unknown) => {
          end({ status: 'not run', reason: error instanceof Error ? error.message : String(error) }, null)
          return error
        },
      )
      // A mistake in variables, addresses or the clock shows at once: it is the answer, and there is no run.
      const mistake = await Promise.race([
        running,
        new Promise<undefined>(resolve => setImmediate(() => resolve(undefined))),
      ])
      if (mistake !== undefined) throw mistake
      runs.set(id, { state, run, abort })
      makeRoom()
      journal.record({ kind: 'run.started', run: { ...state, status: 'running', reason: null } })
      const waiting = early
      early = undefined
      for (const happening of waiting) happening()
      return run
    },
    list: () => [...runs.values()].reverse().map(({ run: { steps: _, ...run } }) => run),
    get: id => runs.get(id)?.run,
    cancel(id) {
      const found = runs.get(id)
      if (found?.run.status !== 'running') return false
      found.abort.abort()
      return true
    },
    clear,
  }
}
