// Prints the timetable of a scenario: its steps, and what would be sent when. Nothing leaves the process.
import { formatDuration } from '../../../core/duration.js'
import type { EmulatorOptions } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { providerApi } from '../../../http/provider-api.js'
import { explainScenario } from '../../../scenario/explain.js'
import type { RunOptions } from '../../../scenario/run.js'
import type { Scenario } from '../../../scenario/scenario.js'
import { clockTime, counted, instant, type Print, plain } from '../../print.js'
import { runHeading } from './run-output.js'

/** Receiver of subscriptions without a URL if none is given. */
const DEFAULT_RECEIVER = 'http://receiver.test/'

/** How a reference in a scenario begins. */
const REFERENCE = '$' + '{'

/** Prints the timetable for a receiver that accepts everything. Returns the number of requests that would be sent. */
export async function printTimetable(
  scenario: Scenario,
  options: EmulatorOptions,
  run: Pick<RunOptions, 'to' | 'vars' | 'env' | 'signal' | 'words'>,
  print: Print,
): Promise<number> {
  const accept = () => new Response('{}', { headers: { 'content-type': 'application/json' } })
  const emulator = await createEmulator({
    ...options,
    clock: 'manual',
    ledger: ':memory:',
    inProcess: { 'http://': accept, 'https://': accept },
  })
  try {
    const start = emulator.clock.now()
    const host = { emulator, api: providerApi(emulator, { base: 'http://127.0.0.1' }) }
    const { entries, gaps } = await explainScenario(scenario, host, { ...run, to: run.to ?? DEFAULT_RECEIVER })
    print.line(runHeading(print, scenario, emulator.seed, start))
    let requests = 0
    for (const entry of entries) {
      const at = start + entry.afterMs
      const when = `  ${clockTime(at)}  +${formatDuration(entry.afterMs).padEnd(8)}`
      if (entry.kind === 'step') {
        print.line(print.paint('dim', `${when}  ${'  '.repeat(entry.depth)}${plain(entry.text)}`))
        continue
      }
      const { provider, channel, type, url } = entry
      const bytes = Buffer.byteLength(emulator.view(entry.deliveryId).body)
      print.line(`${when}  > ${provider}/${type}  ${counted(bytes, 'byte')} to ${plain(url)}`)
      print.record({
        kind: 'planned',
        scenario: scenario.name,
        at: instant(at),
        afterMs: entry.afterMs,
        provider,
        channel,
        type,
        url,
        bytes,
      })
      requests++
    }
    if (entries.some(entry => entry.kind === 'step' && entry.text.includes(REFERENCE)))
      print.line(`  ${REFERENCE}…} is a value that the run fills in, such as an id that an earlier step has made`)
    for (const gap of gaps) {
      print.line(`  not known in advance: ${plain(gap)}`)
      print.record({ kind: 'gap', scenario: scenario.name, reason: gap })
    }
    return requests
  } finally {
    await emulator.stop(0)
  }
}
