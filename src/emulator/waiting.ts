// Waiting for outcomes without polling: the journal says when to look again.
import { type Delivery, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Expectation, ExpectationResult } from '../core/expectation.js'
import type { JournalEntry } from '../core/journal.js'
import type { EmulatorContext } from './context.js'
import { judge } from './judge.js'

/** Real time an expectation waits by default, ms. */
const DEFAULT_TIMEOUT_MS = 10_000

const RELEVANT = new Set<JournalEntry['kind']>(['event.triggered', 'attempt.completed', 'delivery.settled'])

/**
 * Looks once, then again at each relevant journal entry, until `look` answers or time is up (undefined then).
 * `emulatorAt`: also gives up when the emulator's clock has reached it.
 */
async function until<T>(
  { journal, clock }: Pick<EmulatorContext, 'journal' | 'clock'>,
  look: () => T | undefined,
  timeoutMs: number,
  emulatorAt?: number,
): Promise<T | undefined> {
  const first = look()
  if (first !== undefined) return first
  return new Promise(resolve => {
    const over = new AbortController()
    const end = (answer: T | undefined) => {
      if (over.signal.aborted) return
      over.abort()
      stopListening()
      cancelAlarm()
      resolve(answer)
    }
    const stopListening = journal.listen(entry => {
      if (!RELEVANT.has(entry.kind)) return
      const answer = look()
      if (answer !== undefined) end(answer)
    })
    const cancelAlarm = clock.alarm(timeoutMs, () => end(look()))
    if (emulatorAt !== undefined) clock.sleepUntil(emulatorAt, over.signal).then(() => end(look()))
  })
}

/** Waits until a delivery is delivered or settled; `met: false` where that cannot happen any more or time is up. */
export async function waitFor(
  context: EmulatorContext,
  deliveryId: string,
  {
    until: wanted = 'settled',
    timeoutMs = DEFAULT_TIMEOUT_MS,
  }: { until?: 'delivered' | 'settled'; timeoutMs?: number } = {},
): Promise<{ met: boolean; delivery: Delivery }> {
  const read = () => {
    const delivery = context.ledger.delivery(deliveryId)
    if (delivery) return delivery
    throw new EmulatorError(`There is no delivery ${deliveryId}.`, {
      code: 'not_found',
      hint: 'List them with GET /_standin/deliveries or `standin deliveries`.',
    })
  }
  read()
  const done = await until(
    context,
    () => {
      const delivery = read()
      return isSettled(delivery.status) ? delivery : undefined
    },
    timeoutMs,
  )
  const delivery = done ?? read()
  return { met: wanted === 'delivered' ? delivery.status === 'delivered' : isSettled(delivery.status), delivery }
}

/** Judges an expectation now and whenever something happens, until it is met, cannot be met any more, or time is up. */
export async function expectOutcome(context: EmulatorContext, expected: Expectation): Promise<ExpectationResult> {
  const { ledger, clock } = context
  const timeoutMs = expected.timeoutMs ?? DEFAULT_TIMEOUT_MS
  if (expected.neverWithinMs !== undefined) {
    const end = clock.now() + expected.neverWithinMs
    const broken = await until(
      context,
      () => (judge(ledger, expected).met ? judge(ledger, expected) : undefined),
      timeoutMs,
      end,
    )
    if (broken)
      return {
        met: false,
        seen: `expected never within ${formatDuration(expected.neverWithinMs)}, but ${broken.seen}`,
        evidence: broken.evidence,
      }
    if (clock.now() >= end)
      return {
        met: true,
        seen: `not ${expected.outcome} within ${formatDuration(expected.neverWithinMs)}`,
        evidence: [],
      }
    return {
      met: false,
      seen: `timed out before ${formatDuration(expected.neverWithinMs)} of emulator time had passed`,
      evidence: [],
    }
  }
  const end = expected.withinMs === undefined ? undefined : clock.now() + expected.withinMs
  const met = await until(
    context,
    () => {
      const judgement = judge(ledger, expected)
      return judgement.met || judgement.impossible ? judgement : undefined
    },
    timeoutMs,
    end,
  )
  const { met: done, seen, evidence } = met ?? judge(ledger, expected)
  return { met: done, seen, evidence }
}
