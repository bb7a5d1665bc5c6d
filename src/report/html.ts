// The frame of every HTML report: one page that loads nothing, in which nothing from outside becomes markup.
import { plain } from './plain.js'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text escaped for content and attributes, its control characters shown. */
export const htmlText = (raw: string): string => plain(raw).replace(/[&<>"']/g, char => ENTITIES[char] ?? char)

const STYLE = `
:root{color-scheme:light dark;--line:#8886;--good:#1a7f37;--bad:#cf222e;--open:#9a6700}
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#ff7b72;--open:#d29922}}
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin-bottom:.25rem}h2{font-size:1.1rem;margin-top:2rem}
.conclusion{font-size:1.1rem;border-left:4px solid;padding-left:.75rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
.passed{color:var(--good)}.failed{color:var(--bad);font-weight:600}.open{color:var(--open);font-weight:600}
`

/** The whole page: `title` is a text, `style` is added to that of all reports, `main` is HTML. */
export function htmlPage({ title, style, main }: { title: string; style: string; main: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${htmlText(title)}</title><style>${STYLE}${style}</style></head><body><main>
${main}
</main></body></html>
`
}
