// Two reports of verify compared, as a command prints them.
import type { ComparedCheck } from '../api/kept-verification.js'
import { COMPARED, type ComparedChecks } from '../verify/compare.js'
import type { SavedReport } from '../verify/saved-report.js'
import { EXIT } from './command.js'
import { readText } from './files.js'
import { type Print, plain } from './print.js'

const COLOURS: Partial<Record<keyof ComparedChecks, 'red' | 'green' | 'yellow'>> = {
  broken: 'red',
  fixed: 'green',
  changed: 'yellow',
}

/** The report in a JSON file; `where` names what asked for it. Throws `invalid_file`. */
export async function readReport(file: string, where: string): Promise<SavedReport> {
  const { savedReportOf } = await import('../verify/saved-report.js')
  return savedReportOf(readText(file, where), file)
}

const sideText = (side: ComparedCheck['before']) =>
  side === null
    ? 'not chosen'
    : `${side.status}${side.seen || side.note ? `, ${plain(side.seen ?? side.note ?? '')}` : ''}`

/** Prints what became of each check; the exit code is 1 where one fails that did not fail before, 2 where a required one is no longer judged. */
export async function compareReports(
  print: Print,
  before: SavedReport,
  after: Pick<SavedReport, 'provider' | 'channel' | 'to' | 'verdicts'>,
): Promise<number> {
  const { compareVerdicts, comparedText, lostChecks, worseChecks } = await import('../verify/compare.js')
  for (const name of ['provider', 'channel', 'to'] as const)
    if (before[name] !== after[name])
      print.note(
        `note: ${name === 'to' ? 'the receiver' : `the ${name}`} differs: ${plain(before[name])} before, ${plain(after[name])} now`,
      )
  const compared = compareVerdicts(before.verdicts, after.verdicts)
  for (const [kind, word] of COMPARED) {
    for (const check of compared[kind]) {
      print.record({ kind: 'compared', change: kind, ...check })
      // Of those that stay as they are, only failures for another reason are news.
      if (kind === 'unchanged' && check.sameReason) continue
      const shown = print.paint(COLOURS[kind] ?? 'dim', word.padEnd(16))
      print.line(`${shown}  ${check.id}: ${plain(check.title)}`)
      print.line(`                  before: ${sideText(check.before)}`)
      print.line(`                  now: ${sideText(check.after)}`)
    }
  }
  const [worse, lost] = [worseChecks(compared), lostChecks(compared)]
  const exitCode = worse.length > 0 ? EXIT.failed : lost.length > 0 ? EXIT.couldNotRun : EXIT.success
  const colour = exitCode === EXIT.success ? 'green' : exitCode === EXIT.failed ? 'red' : 'yellow'
  print.line(`${print.paint(colour, comparedText(compared))}, compared with ${before.startedAt}`)
  if (worse.length > 0) print.line(`fails, and did not before: ${worse.map(({ id }) => id).join(', ')}`)
  if (lost.length > 0) print.line(`required, and no longer judged: ${lost.map(({ id }) => id).join(', ')}`)
  const counts = {
    fixed: compared.fixed.length,
    broken: compared.broken.length,
    changed: compared.changed.length,
    unchanged: compared.unchanged.length,
    added: compared.added.length,
    gone: compared.gone.length,
  }
  print.record({ kind: 'comparison', before: before.startedAt, ...counts, exitCode })
  return exitCode
}
