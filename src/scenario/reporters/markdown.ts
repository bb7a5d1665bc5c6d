// Markdown of played scenarios: a table of all, then what failed with its timeline.
import { formatDuration } from '../../core/duration.js'
import { inline } from '../../report/markdown.js'
import { formatProblem } from '../problems.js'
import type { RunResult, StepResult } from '../result.js'
import type { Problem } from '../source.js'
import { summaryOf } from './json.js'

/** The Markdown document, fit for a pull request or a job summary. */
export function markdownReport(results: readonly RunResult[], problems: readonly Problem[] = []): string {
  const summary = summaryOf(results, problems)
  const unread = summary.broken === 0 ? '' : `, ${summary.broken} unreadable`
  const lines = [
    '# Scenarios',
    '',
    `${summary.passed} passed, ${summary.failed} failed, ${summary.untried} not tried${unread}, in ${formatDuration(summary.realMs)}.`,
    '',
    '| Scenario | Result | Steps | Attempts | Emulated | Seed | Start |',
    '|---|---|---|---|---|---|---|',
    ...results.map(rowOf),
    ...problems.flatMap((problem, i) => [
      ...(i === 0 ? ['', '## Unreadable files', ''] : []),
      `- ${inline(formatProblem(problem))}`,
    ]),
    ...results.filter(result => result.status !== 'passed').flatMap(detailsOf),
  ]
  return `${lines.join('\n')}\n`
}

function rowOf(result: RunResult): string {
  const passed = result.steps.filter(step => step.ok).length
  const cells = [
    inline(result.scenario),
    result.status === 'passed' ? 'passed' : `**${result.status}**`,
    `${passed} of ${result.steps.length}`,
    result.counts.attempts,
    formatDuration(result.durationMs),
    result.seed,
    result.start,
  ]
  return `| ${cells.join(' | ')} |`
}

function detailsOf(result: RunResult): string[] {
  const wrong = result.steps.filter(step => step.status === 'failed' || step.status === 'error')
  return [
    '',
    `## ${inline(result.scenario)}: ${result.status}`,
    '',
    inline(result.reason),
    ...wrong.flatMap(step => stepLines(step, result)),
  ]
}

function stepLines(step: StepResult, result: RunResult): string[] {
  const told = (what: string, text: string | undefined) => (text === undefined ? [] : [`- ${what}: ${inline(text)}`])
  const timeline = step.timeline ?? []
  return [
    '',
    `### ${inline(step.name ?? step.text)} (${inline(result.file)}:${step.line})`,
    '',
    ...told('expected', step.expected),
    ...told('seen', step.seen),
    ...told('nearest', step.nearestMiss),
    ...told('hint', step.hint),
    ...(timeline.length === 0 ? [] : ['', '| After | Event | Attempt | Outcome | Because |', '|---|---|---|---|---|']),
    ...timeline.map(
      entry =>
        `| +${formatDuration(entry.afterMs)} | ${inline(entry.type)} | ${entry.attempt} | ${inline(entry.outcome)}${entry.accepted ? ' (accepted)' : ''} | ${inline(entry.because)} |`,
    ),
  ]
}
