// Runs one scenario in an emulator of its own and prints its steps.
import type { RunResult } from '../../../api/run.js'
import { EmulatorError } from '../../../core/errors.js'
import type { EmulatorOptions } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { providerApi } from '../../../http/provider-api.js'
import { type RunOptions, runScenario } from '../../../scenario/run.js'
import type { Scenario } from '../../../scenario/scenario.js'
import type { Print } from '../../print.js'
import { printRun, runHeading, stepPrinter } from './run-output.js'

export interface RunOne {
  scenario: Scenario
  emulator: EmulatorOptions
  run: RunOptions
  /** Port for the providers' APIs; undefined: a free port if the scenario waits for calls of the receiver, else none. */
  port: number | undefined
  /** Called when the run has ended, while the page is still served; undefined: no page. */
  withPage?: ((result: RunResult, url: string) => Promise<void>) | undefined
  print: Print
}

/** Returns the result; throws mistakes of the user that show before anything is sent. */
export async function runOne({ scenario, emulator: options, run, port, withPage, print }: RunOne): Promise<RunResult> {
  const emulator = await createEmulator(options)
  try {
    const server =
      port === undefined && scenario.on.length === 0 && withPage === undefined
        ? undefined
        : await (await import('../../api-server.js')).serveApis(emulator, port ?? 0, { page: withPage !== undefined })
    try {
      if (server !== undefined && withPage !== undefined) {
        const page = `${server.url}/`
        print.line(`page ${print.paint('bold', page)}`)
        print.record({ kind: 'listening', url: server.url, page })
      }
      print.line(runHeading(print, scenario, emulator.seed, emulator.clock.now()))
      if (server !== undefined) print.line(`  providers' APIs at ${server.url}`)
      const api = providerApi(emulator, { base: server?.url ?? 'http://127.0.0.1', hooks: server?.hooks })
      const onStep = stepPrinter(print, scenario.name)
      const result = await runScenario(scenario, { emulator, api }, { ...run, onStep })
      printRun(print, result)
      if (server !== undefined) await withPage?.(result, server.url)
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
