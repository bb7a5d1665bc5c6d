// What commands print of a load run.
import type { LoadReport } from '../api/load-report.js'
import { columns, type Print, plain } from './print.js'

const COLOURS = { passed: 'green', failed: 'red', 'not judged': 'yellow' } as const

/** Prints a report and its summary line. */
export async function printLoad(print: Print, report: LoadReport, exitCode: number): Promise<void> {
  const { aboutText, latencyRows, numbersOf, planText, rateText, thresholdText } = await import(
    '../load/reporters/details.js'
  )
  const { thresholds, verdict, limit, provider, channel, to, seed, start, counts, latency, effects } = report
  for (const { rate, result, why } of limit?.steps ?? [])
    print.line(`${rateText(rate).padStart(10)}  ${result}: ${why}`)
  print.line(planText(report))
  print.line(aboutText(report))
  print.line()
  for (const line of columns(numbersOf(report).map(([name, text]) => [name, plain(text)]))) print.line(line)
  print.line()
  for (const line of columns([['latency', 'from the planned arrival', 'of the request alone'], ...latencyRows(report)]))
    print.line(line)
  print.line()
  for (const threshold of thresholds)
    print.line(print.paint(COLOURS[threshold.status], plain(thresholdText(threshold, report))))
  print.line(print.paint(COLOURS[verdict.status], plain(verdict.conclusion)))
  print.record({
    kind: 'summary',
    ...{ provider, channel, to, seed, start },
    interrupted: report.interrupted,
    counts,
    latency: latency.percentiles,
    acceptedRate: report.acceptedRate,
    heldRate: limit?.heldRate ?? null,
    missedRate: limit?.missedRate ?? null,
    effects,
    thresholds,
    status: verdict.status,
    conclusion: verdict.conclusion,
    exitCode,
  })
}
