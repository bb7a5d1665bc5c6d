// The reports that `--report` can ask for, by the name of their form.

import type { RunResult } from '../../../api/run.js'
import { closest, EmulatorError } from '../../../core/errors.js'
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

/** The reporter of a form; throws `usage` with "did you mean". */
function reporterOf(form: string): Reporter {
  const known = Object.hasOwn(reporters, form) ? reporters[form] : undefined
  if (known !== undefined) return known
  const near = closest(form, Object.keys(reporters))
  throw new EmulatorError(`There is no report "${form}".`, {
    code: 'usage',
    where: '--report',
    hint: near === undefined ? `Give one of ${Object.keys(reporters).join(', ')}.` : `Did you mean "${near}"?`,
  })
}

/** Refuses unknown forms before anything is played. */
export function checkForms(wanted: readonly { format: string }[]): void {
  for (const { format } of wanted) reporterOf(format)
}

/** The texts of the reports wanted. */
export function reportTexts(
  wanted: readonly { format: string; file: string }[],
  results: readonly RunResult[],
  problems: readonly Problem[] = [],
): { file: string; text: string }[] {
  return wanted.map(({ format, file }) => ({ file, text: reporterOf(format)(results, problems) }))
}
