// What a receiver answers, as a script: `500,500,200@2s,timeout,reset,3xx`; the last one repeats.
import { durationMs } from '../../core/duration.js'
import { EmulatorError } from '../../core/errors.js'

/** One answer. `timeout` never answers, `reset` cuts the connection; `delayMs` is real time before it. */
export type ScriptedAnswer =
  | { kind: 'status'; status: number; delayMs: number; text: string }
  | { kind: 'timeout'; text: string }
  | { kind: 'reset'; delayMs: number; text: string }

const REDIRECT = 302

function wrong(text: string): EmulatorError {
  return new EmulatorError(`"${text}" is not an answer.`, {
    code: 'usage',
    where: '--answers',
    hint: 'Give statuses from 200 to 599, timeout, reset or 3xx, each with a delay if you like: 500,timeout,200@2s.',
  })
}

function parseAnswer(text: string): ScriptedAnswer {
  const [what = '', delay, ...more] = text.split('@')
  const delayMs = delay === undefined ? 0 : durationMs(delay)
  if (delayMs === undefined || more.length > 0) throw wrong(text)
  if (what === 'timeout' && delay === undefined) return { kind: 'timeout', text }
  if (what === 'reset') return { kind: 'reset', delayMs, text }
  if (/^[2345]xx$/.test(what))
    return { kind: 'status', status: what === '3xx' ? REDIRECT : Number(what[0]) * 100, delayMs, text }
  if (/^[2345]\d\d$/.test(what)) return { kind: 'status', status: Number(what), delayMs, text }
  throw wrong(text)
}

/** Reads a script; commas separate the answers. */
export function parseAnswers(texts: readonly string[]): ScriptedAnswer[] {
  return texts
    .join(',')
    .split(',')
    .map(part => parseAnswer(part.trim()))
}

/** Gives the answers in order, the last one again and again; with `eachBody` every distinct body gets them from the start. */
export function answersInOrder(script: readonly ScriptedAnswer[], eachBody: boolean): (body: string) => ScriptedAnswer {
  const given = new Map<string, number>()
  return body => {
    const key = eachBody ? body : ''
    const count = given.get(key) ?? 0
    given.set(key, count + 1)
    return script[Math.min(count, script.length - 1)] ?? { kind: 'status', status: 200, delayMs: 0, text: '200' }
  }
}
