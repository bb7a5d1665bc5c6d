// What `standin run` prints of a scenario: a heading, a line for each step, and for a failed step what was expected and what was received.
import type { RunResult, StepResult } from '../../../api/run.js'
import { formatDuration } from '../../../core/duration.js'
import { stepDetails } from '../../../scenario/reporters/details.js'
import type { StepProgress } from '../../../scenario/run.js'
import { type Colour, counted, instant, type Print, plain } from '../../print.js'

/** The heading of a scenario, with the seed and start that repeat it. `start` is ms. */
export function runHeading(print: Print, { name, file }: { name: string; file: string }, seed: number, start: number) {
  return `${print.paint('bold', plain(name))} (${plain(file)})  seed ${seed}, start ${instant(start)}`
}

const MARKS: Record<StepResult['status'], [Colour, string]> = {
  passed: ['green', 'ok  '],
  failed: ['red', 'FAIL'],
  error: ['red', 'ERR '],
  skipped: ['dim', 'skip'],
}

/** Prints the result of a step. */
function printStep(print: Print, step: StepResult, depth: number): void {
  const indent = '  '.repeat(depth + 1)
  const [colour, mark] = MARKS[step.status]
  const duration = step.durationMs > 0 ? print.paint('dim', `  (${formatDuration(step.durationMs)})`) : ''
  const name = step.name === null ? '' : `${plain(step.name)}: `
  print.line(`${indent}${print.paint(colour, mark)}  ${name}${plain(step.text)}${duration}`)
  for (const warning of step.warnings ?? []) print.line(`${indent}      note: ${plain(warning)}`)
  if (step.status === 'failed' || step.status === 'error')
    for (const line of stepDetails(step)) print.line(plain(`${indent}      ${line}`))
}

/** Prints each step when it ends and, on a terminal, the one in progress. */
export function stepPrinter(print: Print, scenario: string): (progress: StepProgress) => void {
  return progress => {
    if (progress.kind === 'started') {
      print.progress(`${'  '.repeat(progress.depth + 1)}…     ${plain(progress.text)}`)
      return
    }
    printStep(print, progress.result, progress.depth)
    print.record({ kind: 'step', scenario, ...progress.result })
  }
}

/** Prints the result of a scenario. */
export function printRun(print: Print, result: RunResult): void {
  const { counts } = result
  for (const { provider, channel, url, secret } of result.generatedSecrets)
    print.line(
      `  secret ${secret} of ${plain(`${provider}/${channel} to ${url}`)} (generated from the seed; set your own with --secret)`,
    )
  const colour: Colour = result.status === 'passed' ? 'green' : 'red'
  print.line(
    `  ${print.paint(colour, result.status)}: ${plain(result.reason)}; ${counted(counts.events, 'event')}, ${counted(counts.attempts, 'attempt')}, ${counts.delivered} delivered, ${formatDuration(result.durationMs)} run in ${formatDuration(result.realMs)}`,
  )
  const { steps, ...rest } = result
  print.record({
    kind: 'scenario',
    ...rest,
    steps: { total: steps.length, passed: steps.filter(step => step.ok).length },
  })
}
