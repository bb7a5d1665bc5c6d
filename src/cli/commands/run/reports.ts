// The reports of `standin run --report`.
import type { RunResult } from '../../../api/run.js'
import { reporterOf } from '../../../scenario/reporters/index.js'
import type { Problem } from '../../../scenario/source.js'

/** Throws `usage` for an unknown format, before anything runs. */
export function checkFormats(reports: readonly { format: string }[]): void {
  for (const { format } of reports) reporterOf(format)
}

/** The texts of the reports, with their files. */
export function reportTexts(
  reports: readonly { format: string; file: string }[],
  results: readonly RunResult[],
  problems: readonly Problem[] = [],
): { file: string; text: string }[] {
  return reports.map(({ format, file }) => ({ file, text: reporterOf(format)(results, problems) }))
}
