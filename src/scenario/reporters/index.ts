// The reports of runs by format.
import type { RunResult } from '../../api/run.js'
import { reporterOf as chosen } from '../../report/reporter-of.js'
import type { Problem } from '../source.js'
import { jsonReport } from './json.js'
import { junitReport } from './junit.js'
import { markdownReport } from './markdown.js'

type Reporter = (results: readonly RunResult[], problems?: readonly Problem[]) => string

const reporters: Readonly<Record<string, Reporter>> = {
  junit: junitReport,
  json: jsonReport,
  markdown: markdownReport,
}

/** The reporter of a format; throws `usage` with "did you mean". */
export const reporterOf = (format: string) => chosen(reporters, format)
