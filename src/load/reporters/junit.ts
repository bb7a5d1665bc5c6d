// JUnit XML of a load run: a case per threshold. One that was not judged is an error, so that CI fails.
import type { JudgedThreshold, LoadReport } from '../../api/load-report.js'
import { element, inSeconds, xmlDocument, xmlText } from '../../report/xml.js'
import { aboutText, numbersOf, planText } from './details.js'

function caseOf({ text, status, measured, why }: JudgedThreshold, { provider, durationMs }: LoadReport): string {
  const message = [measured === null ? undefined : `measured ${measured}`, why].filter(Boolean).join('. ')
  const inside =
    status === 'failed'
      ? element('failure', { type: 'threshold', message })
      : status === 'not judged'
        ? element('error', { type: 'not judged', message })
        : ''
  return element(
    'testcase',
    { name: `not ${text}`, classname: `${provider} load`, time: inSeconds(durationMs) },
    inside,
  )
}

/** The XML document. */
export function junitReport(report: LoadReport): string {
  const { provider, channel, to, durationMs, startedAt, seed, verdict } = report
  // A run is judged by something: a search without thresholds by whether it found anything.
  const thresholds: readonly JudgedThreshold[] =
    report.thresholds.length > 0
      ? report.thresholds
      : [{ text: 'a limit was not found', status: verdict.status, measured: null, why: verdict.conclusion }]
  const count = (status: JudgedThreshold['status']) => thresholds.filter(one => one.status === status).length
  const counts = { tests: thresholds.length, failures: count('failed'), errors: count('not judged') }
  const properties = Object.entries({
    conclusion: verdict.conclusion,
    plan: planText(report),
    about: aboutText(report),
    seed: String(seed),
  }).map(([name, value]) => element('property', { name, value }))
  const text = numbersOf(report).map(([name, value]) => `${name}: ${value}`)
  const time = inSeconds(durationMs)
  const suite = element(
    'testsuite',
    { name: `${provider}/${channel} ${to}`, ...counts, skipped: 0, time, timestamp: startedAt.slice(0, 19) },
    element('properties', {}, properties.join('')) +
      thresholds.map(one => caseOf(one, report)).join('') +
      element('system-out', {}, xmlText(text.join('\n'))),
  )
  return xmlDocument(element('testsuites', { name: 'standin load', ...counts, time }, suite))
}
