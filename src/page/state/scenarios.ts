// Scenarios of the server's folder, and their runs.
import { signal } from '@preact/signals'
import type { JournalEntry } from '../../api/journal-entry.js'
import type { Run, RunDetail } from '../../api/run.js'
import type { ScenarioDetail, ScenarioList } from '../../api/scenario.js'
import type { JsonObject } from '../../core/json.js'
import { get, segment, send } from '../api.js'
import { liveOf } from './live.js'

/** The files of the folder; undefined until they were read. */
export const scenarios = signal<ScenarioList | undefined>(undefined)

/** Why the folder could not be read. */
export const failure = signal<unknown>(undefined)

/** Reads the folder again: files change while the server runs. */
export async function readScenarios(): Promise<void> {
  try {
    scenarios.value = await get<ScenarioList>('/scenarios')
    failure.value = undefined
  } catch (error) {
    failure.value = error
  }
}

/** The runs, newest first, kept up to date. */
export const runs = liveOf(
  async signal => (await get<{ items: Run[] }>('/runs', {}, signal)).items,
  ({ kind }) => kind === 'run.started' || kind === 'run.ended',
)

const runIdOf = (entry: JournalEntry): string | undefined => {
  if (entry.kind === 'run.started' || entry.kind === 'run.ended') return entry.run.id
  return entry.kind === 'step.started' || entry.kind === 'step.ended' ? entry.runId : undefined
}

/** One run with its steps, kept up to date. */
export const liveRun = (id: string) =>
  liveOf(
    signal => get<RunDetail>(`/runs/${segment(id)}`, {}, signal),
    entry => runIdOf(entry) === id,
  )

/** A file of the folder, whole. */
export const readScenario = (file: string) => get<ScenarioDetail>(`/scenarios/${segment(file)}`)

/** Runs a file of the folder; answers the run as it starts. */
export const startRun = (file: string, input: { to?: string; vars?: JsonObject }) =>
  send<RunDetail>('POST', `/scenarios/${segment(file)}/runs`, input)

/** Aborts a run. */
export const cancelRun = (id: string) => send<RunDetail>('POST', `/runs/${segment(id)}/cancel`)
