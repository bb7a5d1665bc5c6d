// Runs the text of a scenario in an emulator of its own.

import type { RunResult } from '../../src/api/run.js'
import type { Json } from '../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import { providerApi } from '../../src/http/provider-api.js'
import type { ProviderApi } from '../../src/scenario/host.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { formatProblem, scenarioError } from '../../src/scenario/problems.js'
import { type RunOptions, runScenario } from '../../src/scenario/run.js'
import type { Scenario } from '../../src/scenario/scenario.js'
import { testEmulator } from './emulator.js'
import { testProvider } from './test-provider.js'

export const START = Date.parse('2026-01-15T09:00:00Z')

/** The problems of a text, a line each. */
export async function problemsOf(text: string, file = 'story.yaml'): Promise<string[]> {
  return (await parseScenario(text, file, namesOf([testProvider]))).problems.map(formatProblem)
}

/** A scenario that has no problems. */
export async function scenarioOf(text: string, file = 'story.yaml'): Promise<Scenario> {
  const { scenario, problems } = await parseScenario(text, file, namesOf([testProvider]))
  if (scenario === undefined) throw scenarioError(problems)
  return scenario
}

export interface Played {
  result: RunResult
  /** Payloads of the run's events, oldest first. */
  payloads: Json[]
  emulator: Emulator
}

/** An emulator that plays the test provider from START. */
export function scenarioEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return testEmulator({ providers: [testProvider], start: START, ...options })
}

/** Runs a scenario to its end. */
export async function play(
  text: string,
  options: RunOptions & { emulator?: EmulatorOptions; api?: (emulator: Emulator) => ProviderApi } = {},
): Promise<Played> {
  const { emulator: wanted, api, ...playing } = options
  const scenario = await scenarioOf(text)
  const emulator = await scenarioEmulator(wanted)
  try {
    const host = { emulator, api: api?.(emulator) ?? providerApi(emulator, { base: 'http://127.0.0.1' }) }
    const result = await runScenario(scenario, host, playing)
    const payloads = emulator.ledger
      .events({}, { limit: 10_000 })
      .reverse()
      .map(event => event.payload)
    return { result, payloads, emulator }
  } finally {
    await emulator.stop(0)
  }
}
