// The timetable of a scenario: what would be sent and when, played against a receiver that accepts everything and is not there.
import type { Attempt, Delivery } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import type { EmulatorOptions } from '../emulation/contract.js'
import { stageOf } from '../emulation/stage.js'
import { createEmulator } from '../emulator.js'
import { providerApi } from '../http/provider-api.js'
import { type PlayOptions, playScenario } from '../scenario/play.js'
import type { Scenario, Step } from '../scenario/step.js'
import { clockTime, instant } from './lines.js'
import { type Print, plain } from './print.js'

/** Where subscriptions without a URL point when no receiver is named. */
const SOMEWHERE = 'http://receiver.test/'

/** Steps without expectations: what is sent does not depend on them here. */
function withoutExpectations(steps: readonly Step[]): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.verb === 'expect') return []
    if (step.verb === 'parallel') return [{ ...step, branches: step.branches.map(withoutExpectations) }]
    if (step.verb === 'repeat') return [{ ...step, steps: withoutExpectations(step.steps) }]
    return [step]
  })
}

/** Prints when which event would be sent to whom; nothing leaves the process. Answers how many requests that would be. */
export async function explainScenario(
  scenario: Scenario,
  options: EmulatorOptions,
  play: Pick<PlayOptions, 'to' | 'vars' | 'env' | 'signal'>,
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
    const sent: { at: number; delivery: Delivery; attempt: Attempt }[] = []
    emulator.journal.listen(entry => {
      if (entry.kind === 'attempt.completed') sent.push(entry)
    })
    const stage = stageOf(emulator, providerApi(emulator, { base: 'http://127.0.0.1' }))
    const bare = { ...scenario, steps: withoutExpectations(scenario.steps), on: [] }
    const result = await playScenario(bare, stage, { ...play, to: play.to ?? SOMEWHERE })
    await emulator.rest()
    print.line(
      `${print.paint('bold', plain(scenario.name))} (${plain(scenario.file)})  seed ${emulator.seed}, start ${instant(start)}`,
    )
    for (const { at, delivery, attempt } of sent) {
      const body = emulator.view(delivery.id).body
      print.line(
        `  ${clockTime(at)}  +${formatDuration(at - start)}  ${delivery.provider}/${delivery.type}  ${Buffer.byteLength(body)} bytes to ${attempt.url}`,
      )
      print.record({
        kind: 'planned',
        scenario: scenario.name,
        at: instant(at),
        afterMs: at - start,
        provider: delivery.provider,
        channel: delivery.channel,
        type: delivery.type,
        url: attempt.url,
        bytes: Buffer.byteLength(body),
      })
    }
    if (scenario.on.length > 0) print.line('  and what calls of the receiver start, which cannot be told beforehand')
    if (result.status !== 'passed') print.line(`  not everything can be told beforehand: ${plain(result.reason)}`)
    return sent.length
  } finally {
    await emulator.stop(0)
  }
}
