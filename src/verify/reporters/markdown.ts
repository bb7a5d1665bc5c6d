// Markdown of a verification: a table of all checks, then what failed and why others were not judged.
import { inline, markdownDetails } from '../../report/markdown.js'
import type { Report, Verdict } from '../report.js'
import { aboutText, countsText, detailsOf, followersOf, noteOf, notJudgedGroups } from './details.js'

/** The Markdown document, fit for a pull request or a job summary. */
export function markdownReport(report: Report): string {
  const { provider, channel, to, verdicts, summary, conclusion } = report
  const groups = notJudgedGroups(verdicts)
  const lines = [
    `# Receiver for ${inline(provider)} (${inline(channel)})`,
    '',
    `**${inline(conclusion)}**`,
    '',
    `${inline(to)}: ${countsText(summary)}. ${inline(aboutText(report))}`,
    '',
    '| Check | Level | Verdict | Requirement |',
    '|---|---|---|---|',
    ...verdicts.map(verdict => {
      const { id, level, status, title } = verdict
      const note = noteOf(verdict, groups)
      const shown = status === 'passed' ? 'passed' : `**${status}**`
      return `| ${id} | ${level} | ${shown} | ${inline(title)}${note === null ? '' : ` (${inline(note)})`} |`
    }),
    ...verdicts
      .filter(({ status }) => status === 'failed')
      .flatMap(verdict => failure(verdict, followersOf(groups, verdict.id))),
  ]
  return `${lines.join('\n')}\n`
}

function failure(verdict: Verdict, followers: readonly Verdict[]): string[] {
  return ['', `## ${verdict.id}`, '', inline(verdict.title), '', ...markdownDetails(detailsOf(verdict, followers))]
}
