// JSON of played scenarios: the results as they are, with a summary before them.
import type { RunResult } from '../result.js'
import type { Problem } from '../source.js'

/** Counts of a whole `run`, and the worst exit code of its parts. */
export interface RunSummary {
  passed: number
  failed: number
  untried: number
  /** Files that could not be read. */
  broken: number
  exitCode: 0 | 1 | 2
  realMs: number
}

/** What several runs come to: 0 all passed, 1 something failed, 2 something could not be tried and nothing failed. */
export function summaryOf(results: readonly RunResult[], problems: readonly Problem[] = []): RunSummary {
  const count = (status: RunResult['status']) => results.filter(result => result.status === status).length
  const broken = new Set(problems.map(problem => problem.file)).size
  const [failed, untried] = [count('failed'), count('untried')]
  return {
    passed: count('passed'),
    failed,
    untried,
    broken,
    exitCode: failed > 0 ? 1 : untried + broken > 0 || results.length === 0 ? 2 : 0,
    realMs: results.reduce((total, result) => total + result.realMs, 0),
  }
}

/** The JSON document, indented, with a line end. */
export function jsonReport(results: readonly RunResult[], problems: readonly Problem[] = []): string {
  return `${JSON.stringify({ summary: summaryOf(results, problems), problems, scenarios: results }, null, 2)}\n`
}
