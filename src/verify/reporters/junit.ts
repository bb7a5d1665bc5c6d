// JUnit XML of a verification: a suite for the receiver, a case per check. A check not judged is skipped, with the reason.
import { detailLines } from '../../report/details.js'
import { element, inSeconds, xmlDocument, xmlText } from '../../report/xml.js'
import type { Report, Verdict } from '../report.js'
import { aboutText, detailsOf, followersOf, type NotJudgedGroup, noteOf, notJudgedGroups } from './details.js'

/** The XML document. It has an error where a `must` could not be judged, so that CI fails. */
export function junitReport(report: Report): string {
  const { provider, to, verdicts, summary } = report
  const incomplete = summary.exitCode === 2
  const counts = { tests: verdicts.length + (incomplete ? 1 : 0), failures: summary.failed, errors: incomplete ? 1 : 0 }
  const groups = notJudgedGroups(verdicts)
  const cases = verdicts.map(verdict => caseOf(verdict, provider, groups))
  if (incomplete) cases.push(incompleteCase(report))
  const time = inSeconds(report.durationMs)
  const suite = element(
    'testsuite',
    {
      name: `${provider}/${report.channel} ${to}`,
      ...counts,
      skipped: summary.notJudged,
      time,
      timestamp: report.startedAt.slice(0, 19),
    },
    element('properties', {}, propertiesOf(report)) + cases.join(''),
  )
  return xmlDocument(element('testsuites', { name: 'standin verify', ...counts, time }, suite))
}

/** What makes the report evidence. */
const propertiesOf = (report: Report): string =>
  Object.entries({
    conclusion: report.conclusion,
    about: aboutText(report),
    standin: report.standin,
    seed: String(report.seed),
    startedAt: report.startedAt,
  })
    .map(([name, value]) => element('property', { name, value }))
    .join('')

function caseOf(verdict: Verdict, provider: string, groups: readonly NotJudgedGroup[]): string {
  const { id, title, status, durationMs } = verdict
  const text = xmlText(detailLines(detailsOf(verdict, followersOf(groups, id))).join('\n'))
  const inside =
    status === 'failed'
      ? element('failure', { type: verdict.level, message: verdict.seen ?? 'failed' }, text)
      : status === 'not judged'
        ? element('skipped', { message: noteOf(verdict, groups) ?? '' })
        : ''
  const [family = ''] = id.split('/')
  return element(
    'testcase',
    { name: `${id}: ${title}`, classname: `${provider} ${family}`, time: inSeconds(durationMs) },
    inside,
  )
}

function incompleteCase({ provider, verdicts }: Report): string {
  const why = verdicts.find(({ status, level }) => status === 'not judged' && level === 'must')?.note
  return element(
    'testcase',
    { name: 'every must could be judged', classname: provider, time: '0.000' },
    element('error', { type: 'not judged', message: why ?? 'Nothing was judged.' }),
  )
}
