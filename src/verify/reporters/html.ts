// One self-contained HTML page of a verification: it loads nothing, and nothing from outside becomes markup.
import { formatDuration } from '../../core/duration.js'
import { plain } from '../../report/plain.js'
import type { Report, Verdict } from '../report.js'
import { countsText, detailsOf } from './details.js'

/** Escapes text for content and attributes. */
function text(raw: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return plain(raw).replace(/[&<>"']/g, char => entities[char] ?? char)
}

const STYLE = `
:root{color-scheme:light dark;--line:#8886;--good:#1a7f37;--bad:#cf222e;--open:#9a6700}
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#ff7b72;--open:#d29922}}
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.25rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:6px;padding:.6rem}
dt{font-weight:600;margin-top:.5rem}dd{margin:0;overflow-wrap:anywhere}
.passed{color:var(--good)}.failed{color:var(--bad);font-weight:600}.open{color:var(--open);font-weight:600}
`

const classOf = ({ status }: Verdict) => (status === 'not judged' ? 'open' : status)

function row(verdict: Verdict): string {
  const { id, level, status, title, note } = verdict
  const shown = status === 'failed' ? `<a href="#${text(id)}">${text(id)}</a>` : text(id)
  const more = note === null ? '' : `<br><small>${text(note)}</small>`
  return `<tr><td><code>${shown}</code></td><td>${level}</td><td class="${classOf(verdict)}">${status}</td><td>${text(title)}${more}</td></tr>`
}

function failure(verdict: Verdict): string {
  const details = detailsOf(verdict).map(({ name, text: value, block }) => {
    const shown = block === undefined ? text(value) : `<pre>${text(value)}</pre>`
    return `<dt>${name}</dt><dd>${shown}</dd>`
  })
  const id = text(verdict.id)
  return `<section><h2 id="${id}"><code>${id}</code></h2><p>${text(verdict.title)}</p><dl>${details.join('')}</dl></section>`
}

/** The whole page. */
export function htmlReport({ provider, channel, to, verdicts, summary, durationMs, seed, startedAt }: Report): string {
  const failures = verdicts.filter(({ status }) => status === 'failed')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Receiver for ${text(provider)}: ${countsText(summary)}</title><style>${STYLE}</style></head><body>
<h1>Receiver for ${text(provider)} (${text(channel)})</h1>
<p><code>${text(to)}</code><br>${countsText(summary)}, in ${formatDuration(durationMs)}. Seed ${seed}, ${text(startedAt)}.</p>
<table><thead><tr><th>Check</th><th>Level</th><th>Verdict</th><th>Requirement</th></tr></thead>
<tbody>${verdicts.map(row).join('\n')}</tbody></table>
${failures.map(failure).join('\n')}
</body></html>
`
}
