// Deliveries of an emulator in this process: run until they are settled, and printed attempt by attempt.
import { isSettled } from '../core/delivery.js'
import type { JournalEntry } from '../core/journal.js'
import { isRefusal } from '../core/outcome.js'
import type { Emulator } from '../emulator/contract.js'
import { attemptTexts, localAttempt, printRefusal, responseText } from './attempt-output.js'
import type { Print } from './print.js'

type Completed = Extract<JournalEntry, { kind: 'attempt.completed' }>

const abortOf = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/**
 * Resolves with true once every delivery is settled, with false if `signal` is aborted. A manual clock is moved to each next due time:
 * at once, or with `speed` after the real time that the wait takes at that speed.
 */
export async function runUntilSettled(
  emulator: Emulator,
  deliveryIds: readonly string[],
  signal: AbortSignal,
  speed?: number,
): Promise<boolean> {
  const unsettled = () =>
    deliveryIds.flatMap(id => emulator.ledger.delivery(id) ?? []).filter(({ status }) => !isSettled(status))
  const abort = abortOf(signal)
  if (emulator.clock.kind === 'system') {
    const settled = new Promise<void>(resolve => {
      const check = () => {
        if (unsettled().length > 0) return
        stop()
        resolve()
      }
      const stop = emulator.journal.listen(entry => entry.kind === 'delivery.settled' && check())
      check()
    })
    await Promise.race([settled, abort])
    return !signal.aborted
  }
  for (;;) {
    await Promise.race([emulator.rest(), abort])
    if (signal.aborted) return false
    const remaining = unsettled()
    if (remaining.length === 0) return true
    // A delivery in flight has no due time until its attempt ends.
    const due = Math.min(...remaining.flatMap(({ dueAt }) => dueAt ?? []))
    if (!Number.isFinite(due)) continue
    const wait = Math.max(0, due - emulator.clock.now())
    if (speed !== undefined)
      await Promise.race([new Promise<void>(resolve => emulator.clock.alarm(wait / speed, resolve)), abort])
    await Promise.race([emulator.advance(wait), abort])
  }
}

/**
 * Prints every attempt when it ends, and the string that was signed when a delivery is first answered 401 or 403. `responses` prints the
 * body of responses that are not accepted; `madeUp` says that nobody gave the secret, `several` names delivery and receiver. Returns a function that stops it and resolves when everything is printed.
 */
export function printAttempts(
  emulator: Emulator,
  print: Print,
  {
    responses = true,
    madeUp = false,
    several = false,
  }: { responses?: boolean; madeUp?: boolean; several?: boolean } = {},
): () => Promise<void> {
  const explained = new Set<string>()
  const text = attemptTexts(print, several)
  let lastResponse: string | undefined
  let last: Promise<void> = Promise.resolve()
  const failures: unknown[] = []
  let unprinted = 0
  const explain = async ({ delivery, attempt }: Completed) => {
    const { refusalOf } = await import('../scenario/refusal.js')
    const refusal = await refusalOf(emulator, { delivery, attempt, madeUp })
    if (refusal !== undefined) printRefusal(print, refusal)
  }
  const printAttempt = async (entry: Completed) => {
    const { delivery, attempt, at } = entry
    const line = localAttempt(at, delivery, attempt)
    print.line(text(line))
    const response = responses ? responseText(attempt) : undefined
    if (response !== undefined && response !== lastResponse) print.line(response)
    lastResponse = response
    print.record(line)
    if (isRefusal(attempt.outcome) && !explained.has(delivery.id)) {
      explained.add(delivery.id)
      await explain(entry)
    }
  }
  const stop = emulator.journal.listen(entry => {
    if (entry.kind !== 'attempt.completed') return
    // The lines of one attempt stay together: the next attempt waits.
    const printed = unprinted++ === 0 ? printAttempt(entry) : last.then(() => printAttempt(entry))
    last = printed
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        unprinted--
      })
  })
  return async () => {
    stop()
    await last
    if (failures.length > 0) throw failures[0]
  }
}
