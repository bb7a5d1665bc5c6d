// The reports of `standin run --report`, by format.
import type { RunResult } from '../../../api/run.js'
import { reporterOf } from '../../../report/reporter-of.js'
import { jsonReport } from '../../../scenario/reporters/json.js'
import { junitReport } from '../../../scenario/reporters/junit.js'
import { markdownReport } from '../../../scenario/reporters/markdown.js'
import type { Problem } from '../../../scenario/source.js'

type Reporter = (results: readonly RunResult[], problems?: readonly Problem[]) => string

const reporters: Readonly<Record<string, Reporter>> = {
  junit: junitReport,
  json: jsonReport,
  markdown: markdownReport,
}

/** Throws `usage` for an unknown format, before anything runs. */
export function checkFormats(reports: readonly { format: string }[]): void {
  for (const { format } of reports) reporterOf(reporters, format)
}

/** The texts of the reports, with their files. */
export function reportTexts(
  reports: readonly { format: string; file: string }[],
  results: readonly RunResult[],
  problems: readonly Problem[] = [],
): { file: string; text: string }[] {
  return reports.map(({ format, file }) => ({ file, text: reporterOf(reporters, format)(results, problems) }))
}
