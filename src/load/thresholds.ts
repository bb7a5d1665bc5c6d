// Thresholds such as `p99>500ms`: read strictly, and what each of them measures.
import { closest, EmulatorError, excerpt } from '../core/errors.js'

const LATENCIES = ['p50', 'p90', 'p99', 'p99.9', 'max', 'mean'] as const
const COUNTS = ['errors', 'timeouts', 'refused', 'lost', 'retries', 'duplicates', 'missing', 'doubled'] as const

/** What a threshold can be about: latencies (ms), numbers of events, and the rate (events per second). */
const METRICS = [...LATENCIES, ...COUNTS, 'rate'] as const
/** What a threshold is about. */
export type Metric = (typeof METRICS)[number]

/** A latency. */
export type LatencyMetric = (typeof LATENCIES)[number]
/** A number of events. */
export type CountMetric = (typeof COUNTS)[number]

/** True for a latency. */
export const isLatency = (metric: Metric): metric is LatencyMetric => LATENCIES.some(one => one === metric)

/** True for what only `--observe` can tell. */
export const needsObserving = (metric: Metric): boolean => metric === 'missing' || metric === 'doubled'

/** A condition under which a run fails. */
export interface Threshold {
  /** As it was given, without blanks. */
  text: string
  metric: Metric
  operator: (typeof OPERATORS)[number]
  /** ms, a number of events, per cent of them, or events per second. */
  value: number
  unit: 'ms' | '' | '%' | '/s'
}

const OPERATORS = ['>', '>=', '<', '<='] as const

const FORM = /^([a-z][\w.]*)([<>=!]+)(\d+(?:\.\d+)?)([a-z/%]*)$/i

function problem(text: string, where: string, hint: string): EmulatorError {
  return new EmulatorError(`"${excerpt(text)}" is not a threshold.`, { code: 'usage', where, hint })
}

/** Reads a threshold. Throws `usage`, with "did you mean" for a metric. */
export function parseThreshold(given: string, where: string): Threshold {
  const text = given.replaceAll(/\s+/g, '')
  const [, name = '', comparison = '', amount = '', unit = ''] = FORM.exec(text) ?? []
  if (name === '')
    throw problem(
      given,
      where,
      "Write a metric, a comparison and a value: 'p99>500ms', 'errors>1%', 'lost>0', 'rate<100/s'.",
    )
  const metric = METRICS.find(one => one === name)
  if (metric === undefined) {
    const near = closest(name.toLowerCase(), METRICS)
    throw problem(
      given,
      where,
      `${near === undefined ? '' : `Did you mean "${near}"? `}Metrics: ${METRICS.join(', ')}.`,
    )
  }
  const operator = OPERATORS.find(one => one === comparison)
  if (operator === undefined) {
    const meant =
      comparison === '=>' || comparison === '=<' ? `Did you mean "${[...comparison].reverse().join('')}"? ` : ''
    throw problem(given, where, `${meant}Compare with ${OPERATORS.join(', ')}: '${name}>${amount}${unit}'.`)
  }
  const value = Number(amount)
  const read = { text, metric, operator }
  if (isLatency(metric)) {
    if (unit !== 'ms' && unit !== 's')
      throw problem(given, where, `${metric} is a time: write ${amount}ms or ${amount}s.`)
    return { ...read, value: unit === 's' ? value * 1000 : value, unit: 'ms' }
  }
  if (metric === 'rate') {
    if (unit !== '/s') throw problem(given, where, `rate is a number of events per second: write ${amount}/s.`)
    return { ...read, value, unit }
  }
  if (unit !== '' && unit !== '%')
    throw problem(given, where, `${metric} is a number of events: write ${amount} or ${amount}%.`)
  if (unit === '%' && value > 100) throw problem(given, where, 'A share of all events is at most 100%.')
  return { ...read, value, unit }
}

/** Whether a value meets the condition of failure. */
export function isMissed({ operator, value }: Threshold, measured: number): boolean {
  if (operator === '>') return measured > value
  if (operator === '>=') return measured >= value
  return operator === '<' ? measured < value : measured <= value
}
