// Waiting for outcomes without polling: the journal says when to look again.
import { type Delivery, isSettled } from '../core/delivery.js'
import { formatDuration } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { Expectation, ExpectationResult } from '../core/expectation.js'
import type { JournalEntry } from '../core/journal.js'
import type { EmulatorContext } from './context.js'
import { judge } from './judge.js'

/** Real time an expectation waits when nothing is said, ms. */
const PATIENCE_MS = 10_000

const TELLING = new Set<JournalEntry['kind']>(['event.triggered', 'attempt.completed', 'delivery.settled'])

/**
 * Looks once, then again at each telling journal entry, until `look` answers or time is up (undefined then).
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
      silence()
      callOff()
      resolve(answer)
    }
    const silence = journal.listen(entry => {
      if (!TELLING.has(entry.kind)) return
      const answer = look()
      if (answer !== undefined) end(answer)
    })
    const callOff = clock.alarm(timeoutMs, () => end(look()))
    if (emulatorAt !== undefined) clock.sleepUntil(emulatorAt, over.signal).then(() => end(look()))
  })
}

/** Resolves once a delivery is delivered (or settled at all), or with `met: false` when time is up or it cannot be any more. */
export async function waitFor(
  context: EmulatorContext,
  deliveryId: string,
  { until: wanted = 'settled', timeoutMs = PATIENCE_MS }: { until?: 'delivered' | 'settled'; timeoutMs?: number } = {},
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

/** Judges an expectation at the moment, and as things happen until it is met, hopeless or out of time. */
export async function expectOutcome(context: EmulatorContext, wanted: Expectation): Promise<ExpectationResult> {
  const { ledger, clock } = context
  const timeoutMs = wanted.timeoutMs ?? PATIENCE_MS
  if (wanted.neverWithinMs !== undefined) {
    const end = clock.now() + wanted.neverWithinMs
    const broken = await until(
      context,
      () => (judge(ledger, wanted).met ? judge(ledger, wanted) : undefined),
      timeoutMs,
      end,
    )
    if (broken)
      return {
        met: false,
        seen: `expected never within ${formatDuration(wanted.neverWithinMs)}, but ${broken.seen}`,
        evidence: broken.evidence,
      }
    if (clock.now() >= end)
      return { met: true, seen: `not ${wanted.outcome} within ${formatDuration(wanted.neverWithinMs)}`, evidence: [] }
    return {
      met: false,
      seen: `time was up before ${formatDuration(wanted.neverWithinMs)} of the emulator's clock had passed`,
      evidence: [],
    }
  }
  const end = wanted.withinMs === undefined ? undefined : clock.now() + wanted.withinMs
  const met = await until(
    context,
    () => {
      const judgement = judge(ledger, wanted)
      return judgement.met || judgement.hopeless ? judgement : undefined
    },
    timeoutMs,
    end,
  )
  const { met: done, seen, evidence } = met ?? judge(ledger, wanted)
  return { met: done, seen, evidence }
}
