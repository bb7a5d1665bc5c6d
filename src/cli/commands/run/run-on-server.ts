// Runs one scenario on a running server and prints its steps as those of a run in this process.
import type { JournalEntry } from '../../../api/journal-entry.js'
import type { RunResult } from '../../../api/run.js'
import type { Client } from '../../../client/client.js'
import { EmulatorError } from '../../../core/errors.js'
import { fileText } from '../../../scenario/file-text.js'
import type { Scenario } from '../../../scenario/scenario.js'
import { resolveVars, secretVariables } from '../../../scenario/vars.js'
import { readBytes } from '../../files.js'
import type { Print } from '../../print.js'
import { OPTION_WORDS } from '../../scenarios.js'
import { printRun, runHeading, stepPrinter } from './run-output.js'

export interface RunOnServer {
  client: Client
  scenario: Scenario
  /** Default receiver; undefined: the subscriptions that the server has. */
  to: string | undefined
  /** Variables of the command line that the scenario declares. */
  vars: Readonly<Record<string, string>>
  /** The secret of the receiver, if given. */
  secret: string | undefined
  env: Readonly<Record<string, string | undefined>>
  print: Print
  signal: AbortSignal
}

/** Resolves once the run whose id `start` resolves with has ended; the journal is open before it starts. */
async function untilEnded(client: Client, start: () => Promise<string>, onEntry: (entry: JournalEntry) => void) {
  const ended = new Set<string>()
  let check = () => {}
  let fail = (_: Error): void => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // It may fail before anybody waits.
  failed.catch(() => undefined)
  const stop = await client.journal(
    entry => {
      onEntry(entry)
      if (entry.kind === 'run.ended') ended.add(entry.run.id)
      if (entry.kind === 'reset') fail(new EmulatorError('The server was reset during the run.', { code: 'conflict' }))
      check()
    },
    error => fail(error ?? new EmulatorError(`${client.server} stopped during the run.`, { code: 'unreachable' })),
  )
  try {
    const id = await start()
    await Promise.race([
      failed,
      new Promise<void>(resolve => {
        check = () => ended.has(id) && resolve()
        check()
      }),
    ])
    return id
  } finally {
    stop()
  }
}

/** Returns the result; throws mistakes of the user that show before anything is sent, and `unreachable`. */
export async function runOnServer(order: RunOnServer): Promise<RunResult> {
  const { client, scenario, to, vars, secret, env, print, signal } = order
  const { file, name, definition } = scenario
  const { values } = resolveVars(
    definition.vars,
    { given: vars, env, secrets: secretVariables(definition, secret), words: OPTION_WORDS },
    file,
  )
  let run: string | undefined
  const start = async () => {
    const text = fileText(readBytes(file, file))
    const { id } = await client.startRun(text, { to, vars: values, secret })
    run = id
    const cancel = () => void client.cancelRun(id).catch(() => undefined)
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    return id
  }
  const id = await untilEnded(client, start, entry => {
    if (entry.kind === 'step.started' && entry.runId === run) print.progress(`  …     ${entry.text}`)
  })
  const { result, reason } = await client.run(id)
  if (result === null)
    throw new EmulatorError(reason ?? 'The run ended without a result.', { code: 'invalid_input', where: file })
  // The server knows the scenario by its text alone.
  const own: RunResult = { ...result, scenario: name, file }
  print.line(runHeading(print, scenario, own.seed, Date.parse(own.start)))
  print.line(`  on ${client.server}, run ${id}`)
  const printStep = stepPrinter(print, name)
  for (const step of own.steps) {
    const depth = step.path.match(/parallel\[|repeat\.steps\[/g)?.length ?? 0
    printStep({ kind: 'ended', depth, at: Date.parse(step.startedAt) + step.durationMs, result: step })
  }
  printRun(print, own)
  return own
}
