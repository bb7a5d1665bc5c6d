// Runs the demo: one scenario of each provider, against a receiver that fails twice before it accepts.
import { formatDuration } from '../../../core/duration.js'
import { EmulatorError } from '../../../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import type { Emulator } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { providerApi } from '../../../http/provider-api.js'
import type { Provider } from '../../../provider/provider.js'
import { createBindings } from '../../../scenario/bindings.js'
import { scenarioError } from '../../../scenario/problems.js'
import { runScenario } from '../../../scenario/run.js'
import type { Scenario } from '../../../scenario/scenario.js'
import { resolveVars } from '../../../scenario/vars.js'
import { keepPage, serveApis } from '../../api-server.js'
import { printAttempts, runUntilSettled } from '../../local-deliveries.js'
import { columns, counted, instant, type Print, plain } from '../../print.js'
import { loadChecked } from '../../scenarios.js'
import { type ChildReceiver, startChildReceiver } from './child-receiver.js'

/** Responses of the receiver to the attempts of each delivery. */
const ANSWERS = '503,500,200'

export interface DemoOptions {
  /** Folder with the scenarios of each provider. */
  folders: readonly { provider: string; folder: string }[]
  providers: readonly Provider[]
  /** File of the ledger. */
  ledger: string
  seed: number | undefined
  /** Serves the page, and on a terminal keeps it at the end. */
  page: boolean
  print: Print
  signal: AbortSignal
}

/** The scenario to show: one tagged `demo`, else `smoke`, else the first. */
async function scenarioIn(folder: string, providers: readonly Provider[]): Promise<Scenario> {
  const { scenarios, problems } = await loadChecked([folder], providers)
  if (problems.length > 0) throw scenarioError(problems)
  const tagged = (tag: string) => scenarios.find(({ definition }) => definition.tags?.includes(tag) === true)
  const scenario = tagged('demo') ?? tagged('smoke') ?? scenarios[0]
  if (scenario === undefined)
    throw new EmulatorError('The folder contains no scenario.', { code: 'invalid_file', where: folder })
  return scenario
}

/** What the receiver needs to verify signatures: secret and settings of the scenario's subscription. */
function receiverArguments(provider: string, { definition, file }: Scenario): string[] {
  const { values } = resolveVars(definition.vars, {}, file)
  const bindings = createBindings({ vars: values, receiver: undefined })
  const given = definition.subscriptions?.find(one => one.provider === provider)
  const { secret, settings, channel }: JsonObject = {
    ...(given?.channel === undefined ? {} : { channel: given.channel }),
    ...(given?.secret === undefined ? {} : { secret: bindings.resolve(given.secret, 'secret') }),
    settings: bindings.resolve((given?.settings ?? {}) as Json, 'settings'),
  }
  return [
    ...['--provider', provider, '--answers', ANSWERS, '--each-body'],
    ...(typeof channel === 'string' ? ['--channel', channel] : []),
    ...(typeof secret === 'string' ? [`--secret=${secret}`] : []),
    ...Object.entries(isJsonObject(settings) ? settings : {}).map(
      ([name, value]) => `--setting=${name}=${JSON.stringify(value)}`,
    ),
  ]
}

interface DemoResult {
  provider: string
  deliveries: number
  delivered: number
  attempts: number
  /** Requests whose signature or credentials the receiver found valid. */
  verified: number
}

/** Runs one scenario against a receiver until all its deliveries are settled. */
async function runOne(
  emulator: Emulator,
  base: string,
  provider: string,
  scenario: Scenario,
  receiver: ChildReceiver,
  { print, signal }: DemoOptions,
): Promise<DemoResult> {
  print.line()
  print.line(
    `${print.paint('bold', provider)}: ${plain(scenario.name)}  (receiver ${receiver.url}, process ${receiver.pid})`,
  )
  const ids: string[] = []
  const stop = emulator.journal.listen(entry => {
    if (entry.kind === 'event.triggered') ids.push(...entry.deliveries.map(({ id }) => id))
  })
  const api = providerApi(emulator, { base })
  const options = { to: `${receiver.url}/webhooks`, storyPrefix: `${provider} `, signal }
  const result = await runScenario(scenario, { emulator, api }, options)
  await runUntilSettled(emulator, ids, signal)
  stop()
  if (result.status !== 'passed' && !signal.aborted)
    print.line(`  the scenario ${result.status}: ${plain(result.reason)}`)
  const views = ids.map(id => emulator.view(id))
  return {
    provider,
    deliveries: views.length,
    delivered: views.filter(({ delivery }) => delivery.status === 'delivered').length,
    attempts: views.reduce((sum, view) => sum + view.attempts.length, 0),
    verified: receiver.requests().filter(({ signature }) => signature === 'valid').length,
  }
}

function printSummary(print: Print, results: readonly DemoResult[], skippedMs: number): void {
  print.line()
  const rows = results.map(({ provider, deliveries, delivered, attempts, verified }) => [
    provider,
    `${delivered} of ${deliveries} delivered`,
    counted(attempts, 'attempt'),
    `${verified} with a valid signature`,
  ])
  for (const line of columns(rows)) print.line(line)
  print.line(`Skipped ${formatDuration(skippedMs)} of waiting between retries and steps.`)
}

/** How the demo ended: with every delivery delivered, or not, or before its end. */
export async function runDemo(options: DemoOptions): Promise<'delivered' | 'not delivered' | 'interrupted'> {
  const { print, signal, providers, ledger, seed, page } = options
  const emulator = await createEmulator({ ledger, clock: 'manual', providers, seed })
  const start = emulator.clock.now()
  try {
    const server = await serveApis(emulator, 0, { page })
    try {
      if (page) print.line(`page ${print.paint('bold', `${server.url}/`)}`)
      print.line(`Standin at ${server.url}, ledger ${ledger}, seed ${emulator.seed}, start ${instant(start)}`)
      print.line(`The receiver answers each delivery with ${ANSWERS.replaceAll(',', ', ')}. Waits are skipped.`)
      print.record({
        kind: 'listening',
        url: server.url,
        page: page ? `${server.url}/` : undefined,
        ledger,
        seed: emulator.seed,
        start: instant(start),
      })
      const stop = printAttempts(emulator, print, { responses: false })
      const results: DemoResult[] = []
      for (const { provider, folder } of options.folders) {
        if (signal.aborted) break
        const scenario = await scenarioIn(folder, providers)
        const receiver = await startChildReceiver(receiverArguments(provider, scenario))
        try {
          results.push(await runOne(emulator, server.url, provider, scenario, receiver, options))
        } finally {
          await receiver.stop()
        }
      }
      await stop()
      const skippedMs = emulator.clock.now() - start
      printSummary(print, results, skippedMs)
      const isDelivered =
        results.length > 0 && results.every(one => one.deliveries > 0 && one.delivered === one.deliveries)
      print.line(
        isDelivered
          ? print.paint('green', 'Everything was delivered.')
          : print.paint('red', 'Not everything was delivered.'),
      )
      print.record({ kind: 'summary', providers: results, skippedMs, delivered: isDelivered })
      if (signal.aborted) return 'interrupted'
      if (page) await keepPage(server.url, print, signal)
      return isDelivered ? 'delivered' : 'not delivered'
    } finally {
      await server.close()
    }
  } finally {
    await emulator.stop(0)
  }
}
