// How a receiver answers, as a script: `500,500,200@2s,timeout,reset,3xx`; the last answer repeats.
import { durationMs } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'

/** One answer. `timeout` never answers, `reset` resets the connection; `delayMs` is the real time before it; `text` is how it was given. */
export type ScriptedAnswer =
  | {
      kind: 'status'
      status: number
      delayMs: number
      text: string
      headers?: Record<string, string> | undefined
      body?: string | undefined
    }
  | { kind: 'timeout'; text: string }
  | { kind: 'reset'; delayMs: number; text: string }

/**
 * A response in full. `delay` is real time before it, such as `2s` or a number of milliseconds.
 * @example const slow: WrittenAnswer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok', delay: '2s' }
 */
export interface WrittenAnswer {
  status: number
  headers?: Record<string, string> | undefined
  body?: string | undefined
  delay?: string | number | undefined
}

/**
 * A response as tests write it: a status, a text such as `200@2s`, `timeout`, `reset@1s` or `3xx`, or a response in full.
 * @example const answers: AnswerLike[] = [500, 'timeout', '200@2s', { status: 200, body: 'ok' }]
 */
export type AnswerLike = number | string | WrittenAnswer

const REDIRECT = 302

function invalidAnswer(text: string, where: string): EmulatorError {
  return new EmulatorError(`"${text}" is not an answer.`, {
    code: 'invalid_input',
    where,
    hint: 'Give statuses from 200 to 599, timeout, reset or 3xx, optionally with a delay: 500,timeout,200@2s.',
  })
}

function parseText(text: string, where: string): ScriptedAnswer {
  const [what = '', delay, ...more] = text.split('@')
  const delayMs = delay === undefined ? 0 : durationMs(delay)
  if (delayMs === undefined || more.length > 0) throw invalidAnswer(text, where)
  if (what === 'timeout' && delay === undefined) return { kind: 'timeout', text }
  if (what === 'reset') return { kind: 'reset', delayMs, text }
  if (/^[2345]xx$/.test(what))
    return { kind: 'status', status: what === '3xx' ? REDIRECT : Number(what[0]) * 100, delayMs, text }
  if (/^[2345]\d\d$/.test(what)) return { kind: 'status', status: Number(what), delayMs, text }
  throw invalidAnswer(text, where)
}

function parseWritten({ status, headers, body, delay = 0 }: WrittenAnswer, where: string): ScriptedAnswer {
  const text = delay === 0 ? String(status) : `${status}@${delay}`
  const delayMs = durationMs(delay)
  if (!Number.isInteger(status) || status < 200 || status > 599 || delayMs === undefined)
    throw invalidAnswer(text, where)
  return { kind: 'status', status, delayMs, text, headers, body }
}

/** Reads a script; in a text commas separate the answers. `where` names the option or field. Throws `invalid_input`. */
export function parseAnswers(script: AnswerLike | readonly AnswerLike[], where = 'answers'): ScriptedAnswer[] {
  const parts: readonly AnswerLike[] = Array.isArray(script) ? script : [script as AnswerLike]
  return parts.flatMap(part =>
    typeof part === 'object'
      ? [parseWritten(part, where)]
      : String(part)
          .split(',')
          .map(text => parseText(text.trim(), where)),
  )
}

/** The answers in order, the last one repeated; each distinct key starts at the first. */
export function answersInOrder(script: readonly ScriptedAnswer[]): (key: string) => ScriptedAnswer {
  const counts = new Map<string, number>()
  return key => {
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    return script[Math.min(count, script.length - 1)] ?? { kind: 'status', status: 200, delayMs: 0, text: '200' }
  }
}
