// Markdown of a verification: a table of all checks, then what failed.
import { formatDuration } from '../../core/duration.js'
import { inline, markdownDetails } from '../../report/markdown.js'
import type { Report, Verdict } from '../report.js'
import { countsText, detailsOf } from './details.js'

/** The Markdown document, fit for a pull request or a job summary. */
export function markdownReport({
  provider,
  channel,
  to,
  verdicts,
  summary,
  durationMs,
  seed,
  startedAt,
}: Report): string {
  const lines = [
    `# Receiver for ${inline(provider)} (${inline(channel)})`,
    '',
    `${inline(to)}: ${countsText(summary)}, in ${formatDuration(durationMs)}. Seed ${seed}, ${startedAt}.`,
    '',
    '| Check | Level | Verdict | Requirement |',
    '|---|---|---|---|',
    ...verdicts.map(({ id, level, status, title, note }) => {
      const shown = status === 'passed' ? 'passed' : `**${status}**`
      return `| ${id} | ${level} | ${shown} | ${inline(title)}${note === null ? '' : ` (${inline(note)})`} |`
    }),
    ...verdicts.filter(({ status }) => status === 'failed').flatMap(failure),
  ]
  return `${lines.join('\n')}\n`
}

function failure(verdict: Verdict): string[] {
  return ['', `## ${verdict.id}`, '', inline(verdict.title), '', ...markdownDetails(detailsOf(verdict))]
}
