// Markdown of runs: a table of all, then the steps that failed, with their timelines.

import type { RunResult, StepResult } from '../../api/run.js'
import { formatDuration } from '../../core/duration.js'
import { inline, markdownDetails } from '../../report/markdown.js'
import { formatProblem } from '../problems.js'
import type { Problem } from '../source.js'
import { detailsOf } from './details.js'
import { summaryOf } from './json.js'

/** The Markdown document, fit for a pull request or a job summary. */
export function markdownReport(results: readonly RunResult[], problems: readonly Problem[] = []): string {
  const summary = summaryOf(results, problems)
  const invalid = summary.invalid === 0 ? '' : `, ${summary.invalid} invalid`
  const lines = [
    '# Scenarios',
    '',
    `${summary.passed} passed, ${summary.failed} failed, ${summary.notRun} not run${invalid}, in ${formatDuration(summary.realMs)}.`,
    '',
    '| Scenario | Result | Steps | Attempts | Emulator time | Seed | Start |',
    '|---|---|---|---|---|---|---|',
    ...results.map(rowOf),
    ...problems.flatMap((problem, i) => [
      ...(i === 0 ? ['', '## Invalid files', ''] : []),
      `- ${inline(formatProblem(problem))}`,
    ]),
    ...results.filter(result => result.status !== 'passed').flatMap(sectionOf),
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

function sectionOf(result: RunResult): string[] {
  const failed = result.steps.filter(step => step.status === 'failed' || step.status === 'error')
  return [
    '',
    `## ${inline(result.scenario)}: ${result.status}`,
    '',
    inline(result.reason),
    ...failed.flatMap(step => stepLines(step, result)),
  ]
}

function stepLines(step: StepResult, result: RunResult): string[] {
  const timeline = step.timeline ?? []
  return [
    '',
    `### ${inline(step.name ?? step.text)} (${inline(result.file)}:${step.line})`,
    '',
    ...markdownDetails(detailsOf(step)),
    ...(timeline.length === 0 ? [] : ['', '| After | Event | Attempt | Outcome | Because |', '|---|---|---|---|---|']),
    ...timeline.map(
      ({ afterMs, type, attempt, outcome, accepted, because }) =>
        `| +${formatDuration(afterMs)} | ${inline(type)} | ${attempt} | ${inline(outcome)}${accepted ? ' (accepted)' : ''} | ${inline(because)} |`,
    ),
  ]
}
