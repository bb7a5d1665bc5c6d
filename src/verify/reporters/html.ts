// One self-contained HTML page of a verification: it loads nothing, and nothing from outside becomes markup.
import { exchangeText } from '../../report/exchange-text.js'
import { htmlPage, htmlText as text } from '../../report/html.js'
import type { Exchange } from '../exchange.js'
import type { Report, Verdict } from '../report.js'
import {
  aboutText,
  countsText,
  detailsOf,
  followersOf,
  type NotJudgedGroup,
  noteOf,
  notJudgedGroups,
} from './details.js'

const STYLE = `
h3{font-size:1rem;margin-bottom:.25rem}
td:first-child,.passed,.failed,.open{overflow-wrap:normal}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;border:1px solid var(--line);border-radius:6px;padding:.6rem}
dt{font-weight:600;margin-top:.5rem}dd{margin:0}summary{cursor:pointer;margin-top:.5rem}
@media(max-width:40rem){body{margin:1rem auto}thead{display:none}tr,td{display:block}td{border:0;padding:.1rem 0}tr{border-bottom:1px solid var(--line);padding:.5rem 0}td,td:first-child{overflow-wrap:anywhere}}
`

const classOf = ({ status }: Verdict) => (status === 'not judged' ? 'open' : status)

function row(verdict: Verdict, groups: readonly NotJudgedGroup[]): string {
  const { id, level, status, title } = verdict
  const note = noteOf(verdict, groups)
  const shown = status === 'not judged' ? text(id) : `<a href="#${text(id)}">${text(id)}</a>`
  const more = note === null ? '' : `<br><small>${text(note)}</small>`
  return `<tr><td><code>${shown}</code></td><td>${level}</td><td class="${classOf(verdict)}">${status}</td><td>${text(title)}${more}</td></tr>`
}

function block(title: string, exchange: Exchange): string {
  const { request, response } = exchangeText(exchange)
  const at = new Date(exchange.at).toISOString()
  const took = `${at}, ${Math.round(exchange.durationMs)} ms`
  return `<details><summary>${text(title)}</summary><p><small>${took}</small></p><pre>${text(request)}</pre><pre>${text(response)}</pre></details>`
}

function evidence({ exchange, exchanges }: Verdict): string {
  const all = exchanges?.map((one, i) => block(`${i + 1}. ${one.what}`, one)).join('\n') ?? ''
  const shown = exchange === null ? '' : block('The request and its response', exchange)
  return all === '' ? shown : `<details><summary>Every request (${exchanges?.length})</summary>${all}</details>`
}

const details = (verdict: Verdict, followers: readonly Verdict[]) =>
  detailsOf(verdict, followers).map(({ name, text: value, block }) => {
    const shown = block === undefined ? text(value) : `<pre>${text(value)}</pre>`
    return `<dt>${name}</dt><dd>${shown}</dd>`
  })

function failure(verdict: Verdict, followers: readonly Verdict[]): string {
  const id = text(verdict.id)
  return `<section><h3 id="${id}"><code>${id}</code></h3><p>${text(verdict.title)}</p><dl>${details(verdict, followers).join('')}</dl>${evidence(verdict)}</section>`
}

function success(verdict: Verdict): string {
  const id = text(verdict.id)
  return `<details id="${id}"><summary><code>${id}</code></summary><p>${text(verdict.title)}</p><dl>${details(verdict, []).join('')}</dl>${evidence(verdict)}</details>`
}

const section = (title: string, parts: readonly string[]) =>
  parts.length === 0 ? '' : `<h2>${title}</h2>\n${parts.join('\n')}`

/** The whole page. */
export function htmlReport(report: Report): string {
  const { provider, channel, to, verdicts, summary, conclusion } = report
  const groups = notJudgedGroups(verdicts)
  const failures = verdicts.filter(({ status }) => status === 'failed')
  const passed = verdicts.filter(({ status }) => status === 'passed')
  const tone = summary.exitCode === 0 ? 'passed' : summary.exitCode === 1 ? 'failed' : 'open'
  const main = `<h1>Receiver for ${text(provider)} (${text(channel)})</h1>
<p class="conclusion ${tone}">${text(conclusion)}</p>
<p><code>${text(to)}</code><br>${countsText(summary)}. ${text(aboutText(report))}</p>
<table><thead><tr><th>Check</th><th>Level</th><th>Verdict</th><th>Requirement</th></tr></thead>
<tbody>${verdicts.map(verdict => row(verdict, groups)).join('\n')}</tbody></table>
${section(
  'What failed',
  failures.map(verdict => failure(verdict, followersOf(groups, verdict.id))),
)}
${section('What passed', passed.map(success))}`
  return htmlPage({ title: `Receiver for ${provider}: ${countsText(summary)}`, style: STYLE, main })
}
