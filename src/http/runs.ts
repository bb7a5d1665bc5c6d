// Runs of scenarios on one emulator: started by a request, played on by themselves, remembered until it is reset.
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import type { RunResult, RunStatus } from '../scenario/result.js'
import type { Scenario } from '../scenario/scenario.js'
import type { CallHooks } from './call-hooks.js'

/** Runs remembered for each emulator; the oldest that have ended go first. */
const KEPT = 100

/** One run so far. `result` is null until it has ended. */
export interface Run {
  id: string
  scenario: string
  status: 'running' | RunStatus
  /** Emulator ms. */
  startedAt: number
  /** One sentence, once it has ended. */
  reason: string | null
  result: RunResult | null
}

interface RunInput {
  /** YAML or JSON. */
  text: string
  to?: string | undefined
  vars?: Readonly<Record<string, Json>> | undefined
  /** Where the server serves this emulator. */
  base: string
}

export interface Runs {
  /** Checks and starts one. Throws `invalid_file` with every problem, and what shows before anything is sent. */
  start(input: RunInput): Promise<Run>
  /** Newest first. */
  list(): Run[]
  get(id: string): Run | undefined
  /** Calls off and forgets all of them. */
  clear(): void
}

/** What playing takes is loaded by the first run: reading YAML costs as much as the rest of a start. */
async function player() {
  const [{ parseScenario }, { runScenario }, { namesOf }, { providerApi }] = await Promise.all([
    import('../scenario/load.js'),
    import('../scenario/run.js'),
    import('../scenario/names.js'),
    import('./provider-api.js'),
  ])
  return { parseScenario, runScenario, namesOf, providerApi }
}

type Player = Awaited<ReturnType<typeof player>>

async function readScenario(text: string, emulator: Emulator, { parseScenario, namesOf }: Player): Promise<Scenario> {
  const { scenario, problems } = await parseScenario(text, 'body', namesOf(emulator.providers))
  if (scenario) return scenario
  const [first] = problems
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  throw new EmulatorError(
    `The scenario is wrong at line ${first?.line}, column ${first?.column}: ${first?.message}${more}`,
    {
      code: 'invalid_file',
      hint: first?.hint,
      issues: problems.map(({ path, line, column, message }) => ({ path, message: `${line}:${column} ${message}` })),
    },
  )
}

/** The runs of one emulator; they are called off when it is gone. */
export function createRuns(emulator: Emulator, { hooks, gone }: { hooks: CallHooks; gone: AbortSignal }): Runs {
  const runs = new Map<string, Run>()
  let leave = new AbortController()
  let count = 0
  const clear = () => {
    leave.abort()
    leave = new AbortController()
    runs.clear()
  }
  gone.addEventListener('abort', clear, { once: true })
  const makeRoom = () => {
    for (const { id, status } of [...runs.values()]) if (runs.size > KEPT && status !== 'running') runs.delete(id)
  }
  return {
    async start({ text, to, vars, base }) {
      const played = await player()
      const { runScenario, providerApi } = played
      const scenario = await readScenario(text, emulator, played)
      const id = `run_${++count}`
      const run: Run = {
        id,
        scenario: scenario.name,
        status: 'running',
        startedAt: emulator.clock.now(),
        reason: null,
        result: null,
      }
      const playing = runScenario(
        scenario,
        { emulator, api: providerApi(emulator, { base, hooks }) },
        {
          to,
          vars,
          storyPrefix: `${id}-`,
          existingSubscriptions: to === undefined,
          cleanUp: true,
          signal: leave.signal,
        },
      ).then(
        result => void Object.assign(run, { status: result.status, reason: result.reason, result }),
        (error: unknown) => {
          Object.assign(run, { status: 'not run', reason: error instanceof Error ? error.message : String(error) })
          return error
        },
      )
      // What is wrong with variables, addresses or the clock shows at once: that is the answer, not a run.
      const early = await Promise.race([
        playing,
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
