// JUnit XML of runs, as CI servers read it: a suite per scenario, a case per step.

import type { RunResult, StepResult } from '../../api/run.js'
import { element, inSeconds, xmlDocument, xmlText } from '../../report/xml.js'
import { formatProblem } from '../problems.js'
import type { Problem } from '../source.js'
import { stepDetails } from './details.js'

/** The XML document. Times are real seconds; each file with `problems` becomes a suite with an error. */
export function junitReport(results: readonly RunResult[], problems: readonly Problem[] = []): string {
  const invalid = new Map<string, Problem[]>()
  for (const problem of problems) invalid.set(problem.file, [...(invalid.get(problem.file) ?? []), problem])
  const suites = [...results.map(suiteOf), ...[...invalid].map(([file, found]) => invalidSuite(file, found))]
  const sum = (key: 'tests' | 'failures' | 'errors') => suites.reduce((total, suite) => total + suite[key], 0)
  const seconds = results.reduce((total, result) => total + result.realMs, 0)
  const attributes = {
    name: 'standin',
    tests: sum('tests'),
    failures: sum('failures'),
    errors: sum('errors'),
    time: inSeconds(seconds),
  }
  return xmlDocument(element('testsuites', attributes, suites.map(suite => suite.xml).join('')))
}

interface Suite {
  tests: number
  failures: number
  errors: number
  xml: string
}

function suiteOf(result: RunResult): Suite {
  const count = (status: StepResult['status']) => result.steps.filter(step => step.status === status).length
  const stepErrors = count('error')
  // A scenario that could not run must be red even where no step has an error.
  const notRun = result.status === 'not run' && stepErrors === 0
  const totals = {
    tests: result.steps.length + (notRun ? 1 : 0),
    failures: count('failed'),
    errors: stepErrors + (notRun ? 1 : 0),
  }
  const properties = [
    ['seed', String(result.seed)],
    ['start', result.start],
    ['status', result.status],
  ].map(([name, value]) => element('property', { name, value }))
  const cases = result.steps.map(step => caseOf(step, result))
  if (notRun)
    cases.push(
      element(
        'testcase',
        { name: 'could run', classname: classOf(result), time: '0.000' },
        element('error', { type: 'not run', message: result.reason }),
      ),
    )
  const xml = element(
    'testsuite',
    {
      name: result.scenario,
      ...totals,
      skipped: count('skipped'),
      time: inSeconds(result.realMs),
      timestamp: result.start.slice(0, 19),
      file: result.file,
    },
    element('properties', {}, properties.join('')) + cases.join(''),
  )
  return { ...totals, xml }
}

function invalidSuite(file: string, problems: readonly Problem[]): Suite {
  const totals = { tests: 1, failures: 0, errors: 1 }
  const [first] = problems
  const error = element(
    'error',
    { type: 'invalid_file', message: first?.message ?? '' },
    xmlText(problems.map(formatProblem).join('\n')),
  )
  const testcase = element('testcase', { name: 'is a valid scenario', classname: file, time: '0.000' }, error)
  return { ...totals, xml: element('testsuite', { name: file, ...totals, skipped: 0, time: '0.000', file }, testcase) }
}

function caseOf(step: StepResult, result: RunResult): string {
  const details = stepDetails(step).join('\n')
  const attributes = { type: step.status, message: step.seen ?? step.status }
  const inside =
    step.status === 'failed'
      ? element('failure', attributes, xmlText(details))
      : step.status === 'error'
        ? element('error', attributes, xmlText(details))
        : step.status === 'skipped'
          ? element('skipped', {})
          : ''
  const name = step.name === null ? step.text : `${step.name}: ${step.text}`
  return element(
    'testcase',
    { name: `${step.path} ${name}`, classname: classOf(result), time: inSeconds(step.realMs) },
    inside,
  )
}

/** CI servers group by class: dots would cut it into packages. */
const classOf = (result: RunResult) => result.scenario.replaceAll('.', ' ')
