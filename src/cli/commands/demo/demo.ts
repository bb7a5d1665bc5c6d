// Plays the demo: one story of each provider, told to a receiver that fails twice before it accepts.
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
import { serveApis } from '../../api-server.js'
import { playOut, printAttempts } from '../../local-deliveries.js'
import { columns, instant, type Print, plain } from '../../print.js'
import { loadChecked } from '../../scenarios.js'
import { type ChildReceiver, startChildReceiver } from './child-receiver.js'

/** What the receiver answers to the attempts of each delivery. */
const ANSWERS = '503,500,200'

export interface DemoOrder {
  /** Where the scenarios of each provider are. */
  folders: readonly { provider: string; folder: string }[]
  providers: readonly Provider[]
  /** File of the ledger. */
  ledger: string
  seed: number | undefined
  print: Print
  signal: AbortSignal
}

/** The story to show: one tagged `demo`, else `smoke`, else the first. */
async function storyOf(folder: string, providers: readonly Provider[]): Promise<Scenario> {
  const { scenarios, problems } = await loadChecked([folder], providers)
  if (problems.length > 0) throw scenarioError(problems)
  const tagged = (tag: string) => scenarios.find(({ definition }) => definition.tags?.includes(tag) === true)
  const story = tagged('demo') ?? tagged('smoke') ?? scenarios[0]
  if (story === undefined)
    throw new EmulatorError('There is no scenario to show.', { code: 'invalid_file', where: folder })
  return story
}

/** What the receiver must know to check who sends: the secret and the settings of the story's subscription. */
function receiverArguments(provider: string, { definition, file }: Scenario): string[] {
  const { values } = resolveVars(definition.vars, {}, file)
  const scope = createBindings({ vars: values, receiver: undefined })
  const given = definition.subscriptions?.find(one => one.provider === provider)
  const { secret, settings, channel }: JsonObject = {
    ...(given?.channel === undefined ? {} : { channel: given.channel }),
    ...(given?.secret === undefined ? {} : { secret: scope.resolve(given.secret, 'secret') }),
    settings: scope.resolve((given?.settings ?? {}) as Json, 'settings'),
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

interface Told {
  provider: string
  deliveries: number
  delivered: number
  attempts: number
  /** Requests whose signature or credentials the receiver found right. */
  right: number
}

async function tell(
  emulator: Emulator,
  base: string,
  provider: string,
  story: Scenario,
  receiver: ChildReceiver,
  { print, signal }: DemoOrder,
): Promise<Told> {
  print.line()
  print.line(
    `${print.paint('bold', provider)}: ${plain(story.name)}  (receiver ${receiver.url}, process ${receiver.pid})`,
  )
  const ids: string[] = []
  const stop = emulator.journal.listen(entry => {
    if (entry.kind === 'event.triggered') ids.push(...entry.deliveries.map(({ id }) => id))
  })
  const result = await runScenario(
    story,
    { emulator, api: providerApi(emulator, { base }) },
    {
      to: `${receiver.url}/webhooks`,
      storyPrefix: `${provider} `,
      signal,
    },
  )
  await playOut(emulator, ids, signal)
  stop()
  if (result.status !== 'passed' && !signal.aborted) print.line(`  not as the story expects: ${plain(result.reason)}`)
  const views = ids.map(id => emulator.view(id))
  return {
    provider,
    deliveries: views.length,
    delivered: views.filter(({ delivery }) => delivery.status === 'delivered').length,
    attempts: views.reduce((sum, view) => sum + view.attempts.length, 0),
    right: receiver.requests().filter(({ signature }) => signature === 'valid').length,
  }
}

function summary(print: Print, told: readonly Told[], skippedMs: number): void {
  print.line()
  const rows = told.map(({ provider, deliveries, delivered, attempts, right }) => [
    provider,
    `${delivered} of ${deliveries} delivered`,
    `${attempts} attempts`,
    `${right} found genuine by the receiver`,
  ])
  for (const line of columns(rows)) print.line(line)
  print.line(`${formatDuration(skippedMs)} of waiting between retries and steps was skipped.`)
}

/** True when every delivery was delivered. */
export async function playDemo(order: DemoOrder): Promise<boolean> {
  const { print, signal, providers, ledger, seed } = order
  const emulator = await createEmulator({ ledger, clock: 'manual', providers, seed })
  const started = emulator.clock.now()
  try {
    const server = await serveApis(emulator, 0)
    try {
      print.line(`Standin at ${server.url}, ledger ${ledger}, seed ${emulator.seed}, start ${instant(started)}`)
      print.line(`Each delivery is answered ${ANSWERS.replaceAll(',', ', ')}. Waiting between retries is skipped.`)
      print.record({ kind: 'listening', url: server.url, ledger, seed: emulator.seed, start: instant(started) })
      const stop = printAttempts(emulator, print, { answers: false })
      const told: Told[] = []
      for (const { provider, folder } of order.folders) {
        if (signal.aborted) break
        const story = await storyOf(folder, providers)
        const receiver = await startChildReceiver(receiverArguments(provider, story))
        try {
          told.push(await tell(emulator, server.url, provider, story, receiver, order))
        } finally {
          await receiver.end()
        }
      }
      await stop()
      const skippedMs = emulator.clock.now() - started
      summary(print, told, skippedMs)
      const all = told.length > 0 && told.every(one => one.deliveries > 0 && one.delivered === one.deliveries)
      print.line(
        all
          ? print.paint('green', 'Every delivery is delivered.')
          : print.paint('red', 'Not every delivery was delivered.'),
      )
      print.record({ kind: 'summary', providers: told, skippedMs, delivered: all })
      return all
    } finally {
      await server.close()
    }
  } finally {
    await emulator.stop(0)
  }
}
