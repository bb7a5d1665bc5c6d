// The probe of an expectation: GETs the receiver until it answers as it should.
import { isDeepStrictEqual } from 'node:util'
import { EmulatorError } from '../core/errors.js'
import { valueAt } from '../core/json.js'
import type { StepOutcome } from './result.js'
import { numberOf, type Running, textOf } from './running.js'
import type { ProbeDefinition } from './schema.js'
import type { ProbeAnswer } from './stage.js'
import type { Wish } from './standing.js'

/** Real time a probe goes on when no `timeout` is given, ms: a receiver may do its work after it has answered. */
const PROBE_MS = 5000
/** Real time between two probes, ms: first and longest. */
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 250

/** Probes at once, then after everything that is due within the expectation's time, then for a while of real time. */
export async function playProbe(
  probe: ProbeDefinition,
  wish: Wish,
  { stage, time, to }: Running,
): Promise<StepOutcome> {
  const url = addressOf(probe, to, wish.where)
  const headers = Object.fromEntries(
    Object.entries(probe.headers ?? {}).map(([name, value]) => [name.toLowerCase(), textOf(value)]),
  )
  const status = probe.status === undefined ? undefined : numberOf(probe.status, wish.where)
  const budgetMs = wish.timeoutMs ?? PROBE_MS
  const started = stage.clock.monotonic()
  const deadline = wish.withinMs === undefined ? undefined : time.now() + wish.withinMs
  let pauseMs = FIRST_PAUSE_MS
  for (;;) {
    const answer = await stage.get(url, { headers, timeoutMs: budgetMs })
    const lacks = lacksOf(answer, status, probe.json ?? {})
    if (lacks === undefined) return { status: 'passed', expected: wish.text, seen: `GET ${url} answered so` }
    const due = stage.nextDue()
    if (stage.clock.kind === 'manual' && deadline !== undefined && due !== undefined && due <= deadline)
      await time.reach(due)
    else if (
      stage.clock.monotonic() - started >= budgetMs ||
      (stage.clock.kind === 'system' && deadline !== undefined && time.now() >= deadline)
    )
      return { status: 'failed', expected: wish.text, seen: `GET ${url}: ${lacks}`, nearestMiss: bodyOf(answer) }
    await time.pause(pauseMs)
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

function addressOf(probe: ProbeDefinition, to: string | undefined, where: string): string {
  if (probe.url !== undefined) return probe.url
  if (to !== undefined) return new URL(probe.path ?? '/', to).href
  throw new EmulatorError('A probe by "path" needs the address of the receiver.', {
    code: 'invalid_input',
    hint: 'Give --to, or the whole address as "url".',
    where,
  })
}

/** What an answer lacks, in words; undefined when it is as it should be. */
function lacksOf(
  answer: ProbeAnswer,
  status: number | undefined,
  json: NonNullable<ProbeDefinition['json']>,
): string | undefined {
  if ('problem' in answer) return answer.problem
  const fits = status === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === status
  if (!fits) return `status ${answer.status} instead of ${status ?? '2xx'}`
  const wrong = Object.entries(json).flatMap(([path, wanted]) => {
    const seen = valueAt(answer.body, path)
    return isDeepStrictEqual(seen, wanted)
      ? []
      : [`${path} is ${JSON.stringify(seen) ?? 'absent'} instead of ${JSON.stringify(wanted)}`]
  })
  return wrong.length === 0 ? undefined : wrong.join('; ')
}

function bodyOf(answer: ProbeAnswer): string | undefined {
  return 'problem' in answer ? undefined : JSON.stringify(answer.body).slice(0, 500)
}
