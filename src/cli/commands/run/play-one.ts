// Plays one scenario in an emulator of its own and prints its steps.

import type { RunResult } from '../../../api/run.js'
import { EmulatorError } from '../../../core/errors.js'
import type { EmulatorOptions } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { providerApi } from '../../../http/provider-api.js'
import { type RunOptions, runScenario } from '../../../scenario/run.js'
import type { Scenario } from '../../../scenario/scenario.js'
import type { Print } from '../../print.js'
import { printRun, runLine, stepPrinter } from './run-output.js'

export interface PlayOrder {
  scenario: Scenario
  emulator: EmulatorOptions
  play: RunOptions
  /** Where the providers' APIs are served meanwhile; undefined: only when the scenario waits for calls of the receiver. */
  port: number | undefined
  print: Print
}

/** What came of it. Throws the user's mistakes that show before anything is sent. */
export async function playOne({ scenario, emulator: options, play, port, print }: PlayOrder): Promise<RunResult> {
  const emulator = await createEmulator(options)
  try {
    const server =
      port === undefined && scenario.on.length === 0
        ? undefined
        : await (await import('../../api-server.js')).serveApis(emulator, port ?? 0)
    try {
      print.line(runLine(print, scenario, emulator.seed, emulator.clock.now()))
      if (server !== undefined) print.line(`  the providers' APIs are at ${server.url}`)
      const api = providerApi(emulator, { base: server?.url ?? 'http://127.0.0.1', hooks: server?.hooks })
      const result = await runScenario(
        scenario,
        { emulator, api },
        {
          ...play,
          onStep: stepPrinter(print, scenario.name),
        },
      )
      printRun(print, result)
      return result
    } finally {
      await server?.close()
    }
  } catch (error) {
    if (!(error instanceof EmulatorError) || error.where !== undefined) throw error
    throw new EmulatorError(error.message, {
      code: error.code,
      hint: error.hint,
      where: scenario.file,
      issues: error.issues,
      cause: error,
    })
  } finally {
    await emulator.stop(0)
  }
}
