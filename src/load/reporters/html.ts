// One self-contained HTML page of a load run, with plots: it loads nothing, and nothing from outside becomes markup.
import type { LoadReport } from '../../api/load-report.js'
import { formatDuration } from '../../core/duration.js'
import { htmlPage, htmlText as text } from '../../report/html.js'
import { createHistogram } from '../histogram.js'
import {
  aboutText,
  latencyRows,
  latencyText,
  momentsOf,
  number,
  numbersOf,
  ownReason,
  planText,
  rateText,
} from './details.js'
import { type Line, plotOf } from './plot.js'

const STYLE = `
:root{--first:#0969da;--second:#bc4c00;--third:#8250df}
@media(prefers-color-scheme:dark){:root{--first:#58a6ff;--second:#f0883e;--third:#bc8cff}}
td:not(:last-child),th{overflow-wrap:normal}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1rem}
figure{margin:0}figcaption small span{margin-left:.5rem;white-space:nowrap}
svg{width:100%;height:auto;font:11px system-ui,sans-serif;fill:currentColor}
.grid{stroke:var(--line)}path{fill:none;stroke:currentColor;stroke-width:1.5}
.first{color:var(--first)}.second{color:var(--second)}.third{color:var(--third)}
@media(max-width:30rem){body{margin:1rem auto}th,td{padding:.25rem .3rem}}
`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : `<table><thead><tr>${head.map(one => `<th>${text(one)}</th>`).join('')}</tr></thead><tbody>${rows.map(row => `<tr>${row.map(cell => `<td>${text(cell)}</td>`).join('')}</tr>`).join('\n')}</tbody></table>`

const classOf = (status: string) => (status === 'not judged' ? 'open' : status)

/** The percentiles that the curve goes through: equally many between each two nines. */
const CURVE = [0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 100]

function plots(report: LoadReport): string {
  const moments = momentsOf(report)
  const end = report.limit === null ? report.plan.forMs : report.limit.stepMs
  const overTime = [0, 0.5, 1].map(part => [part * end, formatDuration(part * end)] as const)
  const line = (name: string, colour: Line['colour'], value: (moment: (typeof moments)[number]) => number | null) => ({
    name,
    colour,
    points: moments.map(moment => [moment.atMs, value(moment)] as const),
  })
  const curve = (name: string, colour: Line['colour'], { bins, percentiles }: LoadReport['latency']) => {
    const histogram = createHistogram(bins)
    return { name, colour, points: percentiles === null ? [] : CURVE.map((at, i) => [i, histogram.at(at)] as const) }
  }
  const timed =
    moments.length < 2
      ? []
      : [
          plotOf({
            title: 'Latency over time',
            lines: [line('p50', 'first', one => one.p50), line('p99', 'second', one => one.p99)],
            xTicks: overTime.filter(([at]) => at <= (moments.at(-1)?.atMs ?? 0) || at === 0),
            yText: latencyText,
          }),
          plotOf({
            title: 'Events per second',
            lines: [
              line('asked', 'third', one => one.asked),
              line('accepted at first', 'first', one => one.got),
              line('errors', 'second', one => one.errors / (report.intervals.ms / 1000)),
            ],
            xTicks: overTime.filter(([at]) => at <= (moments.at(-1)?.atMs ?? 0) || at === 0),
            yText: number,
          }),
        ]
  const byPercentile = plotOf({
    title: 'Latency by percentile',
    lines: [
      curve('from the planned arrival', 'second', report.latency),
      curve('of the request alone', 'first', report.service),
    ],
    xTicks: [0, 2, 4, 7, 9, 11].map(i => [i, `${CURVE[i]}`] as const),
    yText: latencyText,
    logarithmic: true,
  })
  return `<div class="plots">${[...timed, byPercentile].join('\n')}</div>`
}

/** The whole page. */
export function htmlReport(report: LoadReport): string {
  const { provider, to, verdict, thresholds, limit } = report
  const judged = thresholds.map(one => {
    const measured = [one.measured, ownReason(one, report)].filter(Boolean).join('. ')
    return `<tr><td><code>${text(one.text)}</code></td><td class="${classOf(one.status)}">${one.status}</td><td>${text(measured)}</td></tr>`
  })
  const steps = (limit?.steps ?? []).map(({ rate, result, percentiles, why }) => [
    rateText(rate),
    result,
    percentiles === null ? '' : latencyText(percentiles.p99),
    why,
  ])
  const main = `<h1>Load on a receiver for ${text(provider)}</h1>
<p class="conclusion ${classOf(verdict.status)}">${text(verdict.conclusion)}</p>
<p><code>${text(to)}</code><br>${text(planText(report))} ${text(aboutText(report))}</p>
${judged.length === 0 ? '' : `<table><thead><tr><th>Fails if</th><th>Verdict</th><th>Measured</th></tr></thead><tbody>${judged.join('\n')}</tbody></table>`}
${plots(report)}
<h2>Latency</h2>
${table(['', 'from the planned arrival', 'of the request alone'], latencyRows(report))}
<h2>Events</h2>
${table(['', ''], numbersOf(report))}
${steps.length === 0 ? '' : `<h2>The search for the limit</h2>\n${table(['Rate', 'Result', 'p99', 'Why'], steps)}`}`
  return htmlPage({ title: `Load on a receiver for ${provider}: ${verdict.status}`, style: STYLE, main })
}
