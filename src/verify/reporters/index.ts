// The reports of a verification by the name of their form.
import { didYouMean, EmulatorError } from '../../core/errors.js'
import type { Report } from '../report.js'
import { htmlReport } from './html.js'
import { jsonReport } from './json.js'
import { junitReport } from './junit.js'
import { markdownReport } from './markdown.js'

const reporters: Readonly<Record<string, (report: Report) => string>> = {
  junit: junitReport,
  json: jsonReport,
  markdown: markdownReport,
  html: htmlReport,
}

/** The reporter of a form; throws `usage` with "did you mean". */
export function reporterOf(form: string): (report: Report) => string {
  const known = Object.hasOwn(reporters, form) ? reporters[form] : undefined
  if (known !== undefined) return known
  throw new EmulatorError(`There is no report "${form}".`, {
    code: 'usage',
    where: '--report',
    hint: didYouMean(form, Object.keys(reporters)),
  })
}
