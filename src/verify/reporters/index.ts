// The reports of a verification by format.
import { reporterOf as chosen } from '../../report/reporter-of.js'
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
export const reporterOf = (format: string) => chosen(reporters, format)
