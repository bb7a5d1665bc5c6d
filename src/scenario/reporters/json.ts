// JSON of runs: the results as they are, with a summary before them.
import type { RunResult } from '../../api/run.js'
import type { Problem } from '../source.js'

/** Counts of several runs, and their common exit code. */
export interface RunSummary {
  passed: number
  failed: number
  notRun: number
  /** Files that are not a valid scenario. */
  invalid: number
  exitCode: 0 | 1 | 2
  realMs: number
}

/** The summary of several runs. Exit code 0: all passed; 1: something failed; 2: something could not run and nothing failed. */
export function summaryOf(results: readonly RunResult[], problems: readonly Problem[] = []): RunSummary {
  const count = (status: RunResult['status']) => results.filter(result => result.status === status).length
  const invalid = new Set(problems.map(problem => problem.file)).size
  const [failed, notRun] = [count('failed'), count('not run')]
  return {
    passed: count('passed'),
    failed,
    notRun,
    invalid,
    exitCode: failed > 0 ? 1 : notRun + invalid > 0 || results.length === 0 ? 2 : 0,
    realMs: results.reduce((total, result) => total + result.realMs, 0),
  }
}

/** The JSON document, indented, with a newline at the end. */
export function jsonReport(results: readonly RunResult[], problems: readonly Problem[] = []): string {
  return `${JSON.stringify({ summary: summaryOf(results, problems), problems, scenarios: results }, null, 2)}\n`
}
