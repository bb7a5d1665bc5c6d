// Runs of scenarios on one emulator: started by a request, kept until the emulator is reset.
import type { Run } from '../api/run.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import type { Scenario } from '../scenario/scenario.js'
import type { CallHooks } from './call-hooks.js'

/** Runs kept for each emulator; the oldest that have ended go first. */
const KEPT = 100

interface RunInput {
  /** YAML or JSON. */
  text: string
  to?: string | undefined
  vars?: Readonly<Record<string, Json>> | undefined
  /** Where the server serves this emulator. */
  base: string
}

/** The runs of scenarios on one emulator. */
export interface Runs {
  /** Checks and starts one. Throws `invalid_file` with every problem, and users' mistakes that show before anything is sent. */
  start(input: RunInput): Promise<Run>
  /** Newest first. */
  list(): Run[]
  get(id: string): Run | undefined
  /** Aborts and forgets all of them. */
  clear(): void
}

/** Loaded by the first run: reading YAML costs as much as the rest of a start. */
async function loadRunner() {
  const [{ parseScenario }, { runScenario }, { namesOf }, { providerApi }] = await Promise.all([
    import('../scenario/load.js'),
    import('../scenario/run.js'),
    import('../scenario/names.js'),
    import('./provider-api.js'),
  ])
  return { parseScenario, runScenario, namesOf, providerApi }
}

type Runner = Awaited<ReturnType<typeof loadRunner>>

async function readScenario(text: string, emulator: Emulator, { parseScenario, namesOf }: Runner): Promise<Scenario> {
  const { scenario, problems } = await parseScenario(text, 'body', namesOf(emulator.providers))
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

/** The runs of one emulator; they are aborted when it is gone. */
export function createRuns(emulator: Emulator, { hooks, gone }: { hooks: CallHooks; gone: AbortSignal }): Runs {
  const runs = new Map<string, Run>()
  let abort = new AbortController()
  let count = 0
  const clear = () => {
    abort.abort()
    abort = new AbortController()
    runs.clear()
  }
  gone.addEventListener('abort', clear, { once: true })
  const makeRoom = () => {
    for (const { id, status } of [...runs.values()]) if (runs.size > KEPT && status !== 'running') runs.delete(id)
  }
  return {
    async start({ text, to, vars, base }) {
      const runner = await loadRunner()
      const { runScenario, providerApi } = runner
      const scenario = await readScenario(text, emulator, runner)
      const id = `run_${++count}`
      const run: Run = {
        id,
        scenario: scenario.name,
        status: 'running',
        startedAt: new Date(emulator.clock.now()).toISOString(),
        reason: null,
        result: null,
      }
      const running = runScenario(
        scenario,
        { emulator, api: providerApi(emulator, { base, hooks }) },
        {
          to,
          vars,
          storyPrefix: `${id}-`,
          existingSubscriptions: to === undefined,
          cleanUp: true,
          signal: abort.signal,
        },
      ).then(
        result => void Object.assign(run, { status: result.status, reason: result.reason, result }),
        (error: unknown) => {
          Object.assign(run, { status: 'not run', reason: error instanceof Error ? error.message : String(error) })
          return error
        },
      )
      // A mistake in variables, addresses or the clock shows at once: it is the answer, and there is no run.
      const early = await Promise.race([
        running,
        new Promise<undefined>(resolve => setImmediate(() => resolve(undefined))),
      ])
      if (early !== undefined) throw early
      runs.set(id, run)
      makeRoom()
      return run
    },
    list: () => [...runs.values()].reverse(),
    get: id => runs.get(id),
    clear,
  }
}
