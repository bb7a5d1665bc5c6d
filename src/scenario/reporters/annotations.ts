// Annotations on GitHub Actions: one for each step that failed and each problem of a file, at its place.
import type { RunResult } from '../../api/run.js'
import type { Problem } from '../source.js'
import { stepDetails } from './details.js'

/** Workflow commands, one a line; empty when everything passed. */
export function annotations(results: readonly RunResult[], problems: readonly Problem[] = []): string[] {
  const steps = results.flatMap(result => {
    const failed = result.steps.filter(step => step.status === 'failed' || step.status === 'error')
    const title = `${result.scenario}: ${result.status}`
    if (result.status !== 'passed' && failed.length === 0)
      return [command({ file: result.file, line: 1, column: 1 }, title, result.reason)]
    return failed.map(step =>
      command({ ...step, file: result.file }, title, [step.name ?? step.text, ...stepDetails(step)].join('\n')),
    )
  })
  const files = problems.map(problem =>
    command(problem, 'invalid scenario', [problem.path, problem.message, problem.hint].filter(Boolean).join(' ')),
  )
  return [...files, ...steps]
}

function command(
  { file, line, column }: { file: string; line: number; column: number },
  title: string,
  message: string,
): string {
  return `::error file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(message)}`
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
