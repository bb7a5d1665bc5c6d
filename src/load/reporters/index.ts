// The reports of a load run by format.
import type { LoadReport } from '../../api/load-report.js'
import { reporterOf as chosen } from '../../report/reporter-of.js'
import { htmlReport } from './html.js'
import { junitReport } from './junit.js'
import { markdownReport } from './markdown.js'

const reporters: Readonly<Record<string, (report: LoadReport) => string>> = {
  junit: junitReport,
  json: report => `${JSON.stringify(report)}\n`,
  markdown: markdownReport,
  html: htmlReport,
}

/** The reporter of a format; throws `usage` with "did you mean". */
export const reporterOf = (format: string) => chosen(reporters, format)
