// Markdown of a load run: the verdict, its thresholds, the numbers and the latencies.
import type { LoadReport } from '../../api/load-report.js'
import { inline } from '../../report/markdown.js'
import { aboutText, latencyRows, latencyText, numbersOf, ownReason, planText, rateText } from './details.js'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [
        '',
        `| ${head.join(' | ')} |`,
        `|${head.map(() => '---').join('|')}|`,
        ...rows.map(row => `| ${row.map(inline).join(' | ')} |`),
      ]

/** The Markdown document, fit for a pull request or a job summary. */
export function markdownReport(report: LoadReport): string {
  const { provider, to, verdict, thresholds, limit } = report
  const lines = [
    `# Load on a receiver for ${inline(provider)}`,
    '',
    `**${inline(verdict.conclusion)}**`,
    '',
    `${inline(to)}: ${inline(planText(report))} ${inline(aboutText(report))}`,
    ...table(
      ['Fails if', 'Verdict', 'Measured', ''],
      thresholds.map(one => [one.text, one.status, one.measured ?? '', ownReason(one, report) ?? '']),
    ),
    ...table(['Events', ''], numbersOf(report)),
    ...table(['Latency', 'from the planned arrival', 'of the request alone'], latencyRows(report)),
    ...table(
      ['Rate', 'Result', 'p99', 'Why'],
      (limit?.steps ?? []).map(({ rate, result, percentiles, why }) => [
        rateText(rate),
        result,
        percentiles === null ? '' : latencyText(percentiles.p99),
        why,
      ]),
    ),
  ]
  return `${lines.join('\n')}\n`
}
