// A step as one line of text; references stay as they are written, so that a secret's value never shows.
import { durationMs, formatDuration } from '../core/duration.js'
import type { ExpectStep, RepeatStep, Step, TriggerStep } from './scenario.js'

/** `5m` as `5 m`; a reference as it is. */
function describeDuration(duration: string | number): string {
  const ms = durationMs(duration)
  return ms === undefined ? String(duration) : formatDuration(ms)
}

/** The line of a step: `trigger acme/ORDER_PAID (subject one)`, `wait 5 m`, `expect done delivered within 10 s`. */
export function describeStep(step: Step): string {
  switch (step.verb) {
    case 'trigger':
      return describeTrigger(step)
    case 'call':
      return `call ${step.call.provider} ${methodOf(step.call)} ${step.call.path}`
    case 'wait':
    case 'advance':
      return `${step.verb} ${describeDuration(step.duration)}`
    case 'parallel':
      return `parallel, ${step.branches.length} branches`
    case 'repeat':
      return `repeat ${step.count} ${step.count === 1 ? 'time' : 'times'}${howOften(step)}`
    case 'fault':
      return step.fault === 'none' ? 'remove all faults' : describeFault(step.fault)
    case 'rotate':
      return `rotate the secret of ${step.rotate.subscription}`
    case 'expect':
      return describeExpect(step)
  }
}

const howOften = ({ concurrency, rate }: RepeatStep) =>
  rate !== undefined ? ` at ${rate}` : concurrency === 1 ? '' : `, ${concurrency} concurrently`

/** The method of a call: given, or POST where it has a body. */
export function methodOf(call: { method?: string | undefined; body?: unknown; form?: unknown }): string {
  return call.method ?? (call.body === undefined && call.form === undefined ? 'GET' : 'POST')
}

function describeTrigger({ trigger }: TriggerStep): string {
  const details = [
    trigger.variant,
    trigger.subject === undefined ? undefined : `subject ${trigger.subject}`,
    trigger.raw === undefined ? undefined : 'raw payload',
  ].filter(detail => detail !== undefined)
  return `trigger ${trigger.provider}/${trigger.type}${details.length === 0 ? '' : ` (${details.join(', ')})`}`
}

function describeFault({ kind, ...fields }: { kind: string }): string {
  const words = Object.entries(fields).map(
    ([word, value]) => `${word} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `fault ${kind}${words.length === 0 ? '' : ` (${words.join(', ')})`}`
}

function describeExpect({ expect, outcome }: ExpectStep): string {
  if (expect === undefined) return `expect everything ${outcome}`
  const parts: string[] = []
  const target = describeTarget(expect)
  if (target !== '') parts.push(`${target} ${expect.neverWithin === undefined ? '' : 'not '}${outcome}`)
  if (expect.attempts !== undefined)
    parts.push(`after ${expect.attempts} ${expect.attempts === 1 ? 'attempt' : 'attempts'}`)
  if (expect.status !== undefined) parts.push(`with status ${expect.status}`)
  if (expect.order !== undefined) parts.push(`in the order ${expect.order.join(', ')}`)
  if (expect.probe !== undefined) parts.push(`GET ${expect.probe.path ?? expect.probe.url}`)
  if (expect.within !== undefined) parts.push(`within ${describeDuration(expect.within)}`)
  if (expect.neverWithin !== undefined) parts.push(`within ${describeDuration(expect.neverWithin)}`)
  return `expect ${parts.join(' ')}`
}

/** Which deliveries an expectation means, in words. */
function describeTarget(expect: NonNullable<ExpectStep['expect']>): string {
  return [
    expect.step,
    [expect.provider, expect.type].filter(part => part !== undefined).join('/') || undefined,
    expect.subject === undefined ? undefined : `subject ${expect.subject}`,
    expect.subscription === undefined ? undefined : `to ${expect.subscription}`,
    expect.where === undefined
      ? undefined
      : Object.entries(expect.where)
          .map(([path, value]) => `${path} = ${JSON.stringify(value)}`)
          .join(', '),
  ]
    .filter(part => part !== undefined)
    .join(' ')
}
