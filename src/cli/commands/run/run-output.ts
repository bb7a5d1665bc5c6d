// What `standin run` prints of a scenario: a heading, a line for each step, and for a failed step what was expected and what was received.

import type { RunResult, StepResult } from '../../../api/run.js'
import { formatDuration } from '../../../core/duration.js'
import { stepDetails } from '../../../scenario/reporters/details.js'
import type { StepProgress } from '../../../scenario/run.js'
import { type Colour, instant, type Print, plain } from '../../print.js'

/** The line above a run of a scenario, with what repeats it. `start` is ms. */
export function runLine(print: Print, { name, file }: { name: string; file: string }, seed: number, start: number) {
  return `${print.paint('bold', plain(name))} (${plain(file)})  seed ${seed}, start ${instant(start)}`
}

const MARKS: Record<StepResult['status'], [Colour, string]> = {
  passed: ['green', 'ok  '],
  failed: ['red', 'FAIL'],
  error: ['red', 'ERR '],
  skipped: ['dim', 'skip'],
}

/** Prints a step that has ended. */
function printStep(print: Print, step: StepResult, depth: number): void {
  const indent = '  '.repeat(depth + 1)
  const [colour, mark] = MARKS[step.status]
  const took = step.durationMs > 0 ? print.paint('dim', `  (${formatDuration(step.durationMs)})`) : ''
  const name = step.name === null ? '' : `${plain(step.name)}: `
  print.line(`${indent}${print.paint(colour, mark)}  ${name}${plain(step.text)}${took}`)
  for (const warning of step.warnings ?? []) print.line(`${indent}      note: ${plain(warning)}`)
  if (step.status === 'failed' || step.status === 'error')
    for (const line of stepDetails(step)) print.line(plain(`${indent}      ${line}`))
}

/** Hears the steps of a run: one line as each ends; where a person watches, what is going on meanwhile. */
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

/** Prints what came of a whole run. */
export function printRun(print: Print, result: RunResult): void {
  const { counts } = result
  const colour: Colour = result.status === 'passed' ? 'green' : 'red'
  print.line(
    `  ${print.paint(colour, result.status)}: ${plain(result.reason)}; ${counts.events} events, ${counts.attempts} attempts, ${counts.delivered} delivered, ${formatDuration(result.durationMs)} played in ${formatDuration(result.realMs)}`,
  )
  const { steps, ...rest } = result
  print.record({
    kind: 'scenario',
    ...rest,
    steps: { total: steps.length, passed: steps.filter(step => step.ok).length },
  })
}
