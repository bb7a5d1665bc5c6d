// The reports of a verification by format.
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

/** The reporter of a format; throws `usage` with "did you mean". */
export function reporterOf(format: string): (report: Report) => string {
  const known = Object.hasOwn(reporters, format) ? reporters[format] : undefined
  if (known !== undefined) return known
  throw new EmulatorError(`Unknown report format "${format}".`, {
    code: 'usage',
    where: '--report',
    hint: didYouMean(format, Object.keys(reporters)),
  })
}
