// The Retry-After header of a response: how long the receiver asks to wait.
import type { Headers } from './message.js'

/** A date as HTTP writes it (RFC 9110, 5.6.7, IMF-fixdate). */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

const dateOf = (text: string | undefined) =>
  text !== undefined && HTTP_DATE.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN

/**
 * How long a response asks to wait, ms: seconds, or a date compared with the response's own Date, else with `at` (ms). Undefined without
 * a valid header. Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(headers: Headers, at: number): number | undefined {
  const textOf = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1]
  const value = textOf('retry-after')?.trim()
  if (value === undefined) return undefined
  if (/^\d{1,12}$/.test(value)) return Number(value) * 1000
  const until = dateOf(value)
  if (Number.isNaN(until)) return undefined
  const from = dateOf(textOf('date'))
  return Math.max(0, until - (Number.isNaN(from) ? at : from))
}
