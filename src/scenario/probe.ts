// The probe of an expectation: GETs the receiver until the response is as expected.
import { EmulatorError } from '../core/errors.js'
import { type Json, jsonOrText } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import { valueMismatches } from '../emulator/mismatches.js'
import { headersOf, numberOf } from './bindings.js'
import type { ResolvedExpectation } from './matching.js'
import type { RunContext, StepOutcome } from './run-context.js'
import type { RunWords } from './run-words.js'
import type { ProbeDefinition } from './schema.js'

/** Real time a probe goes on when no `timeout` is given, ms: a receiver may do its work after it has answered. */
const PROBE_MS = 5000
/** Real time between two probes, ms: first and longest. */
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 250

/** A response, or in one sentence why there is none. */
type ProbeAnswer = { status: number; body: Json } | { problem: string }

/** Probes at once, then after everything that is due within the expectation's time, then for a while of real time. */
export async function runProbe(
  probe: ProbeDefinition,
  expectation: ResolvedExpectation,
  { emulator, time, to, words }: RunContext,
): Promise<StepOutcome> {
  const { clock } = emulator
  const { text: expected, where, withinMs } = expectation
  const url = urlOf(probe, to, where, words)
  const headers = headersOf(probe.headers)
  const status = probe.status === undefined ? undefined : numberOf(probe.status, where)
  const budgetMs = expectation.timeoutMs ?? PROBE_MS
  const started = clock.monotonic()
  const deadline = withinMs === undefined ? undefined : time.now() + withinMs
  let pauseMs = FIRST_PAUSE_MS
  for (;;) {
    const answer = await get(emulator, url, headers, budgetMs)
    const mismatch = mismatchOf(answer, status, probe.json ?? {})
    if (mismatch === undefined) return { status: 'passed', expected, seen: `GET ${url} responded as expected` }
    const due = emulator.nextDue()
    if (clock.kind === 'manual' && deadline !== undefined && due !== undefined && due <= deadline) await time.reach(due)
    else if (
      clock.monotonic() - started >= budgetMs ||
      (clock.kind === 'system' && deadline !== undefined && time.now() >= deadline)
    )
      return { status: 'failed', expected, seen: `GET ${url}: ${mismatch}`, nearestMiss: bodyOf(answer) }
    await time.pause(pauseMs)
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

async function get(
  emulator: Emulator,
  url: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<ProbeAnswer> {
  const request = { method: 'GET', url, headers: Object.entries(headers), body: '' }
  const { outcome, answer } = await emulator.send(request, { timeoutMs })
  if (outcome.status === undefined) return { problem: outcome.detail ?? outcome.kind }
  return { status: outcome.status, body: jsonOrText(answer?.body ?? '') }
}

function urlOf(probe: ProbeDefinition, to: string | undefined, where: string, words: RunWords): string {
  if (probe.url !== undefined) return probe.url
  if (to !== undefined) return new URL(probe.path ?? '/', to).href
  throw new EmulatorError('A probe with a "path" needs the URL of the receiver.', {
    code: 'invalid_input',
    hint: `Give the receiver (${words.to}), or the whole URL as "url".`,
    where,
  })
}

/** How a response differs from what is expected, in words; undefined when it does not. */
function mismatchOf(
  answer: ProbeAnswer,
  status: number | undefined,
  json: NonNullable<ProbeDefinition['json']>,
): string | undefined {
  if ('problem' in answer) return answer.problem
  const matches = status === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === status
  if (!matches) return `status ${answer.status} instead of ${status ?? '2xx'}`
  const differs = valueMismatches([answer.body], json)
  return differs.length === 0 ? undefined : differs.join('; ')
}

function bodyOf(answer: ProbeAnswer): string | undefined {
  return 'problem' in answer ? undefined : JSON.stringify(answer.body).slice(0, 500)
}
