// Triggers one event on a running server and follows its deliveries until they are settled.
import type { Attempt, AttemptSummary } from '../../../api/attempt.js'
import type { Delivery, DeliveryDetail } from '../../../api/delivery.js'
import type { JournalEntry } from '../../../api/journal-entry.js'
import type { Trigger } from '../../../api/trigger.js'
import type { TriggerResult } from '../../../api/trigger-result.js'
import { type Client, createClient } from '../../../client/client.js'
import { type DeliveryStatus, isSettled } from '../../../core/delivery.js'
import { isRefusal } from '../../../core/outcome.js'
import { attemptTexts, printRefusal, responseText, serverAttempt } from '../../attempt-output.js'
import { EXIT } from '../../command.js'
import { clockTime, counted, type Print, plain } from '../../print.js'
import { exitCode } from './exit-code.js'

export interface ServerTrigger {
  server: string | undefined
  token: string | undefined
  trigger: Trigger
  wait: boolean
  print: Print
  signal: AbortSignal
}

/** A delivery as known so far; `attempts` holds for each number whether there was a response. */
interface Followed {
  id: string
  status: DeliveryStatus
  /** When its next attempt is due on the server's clock; null where none is. */
  dueAt: string | null
  attempts: Map<number, boolean>
}

/** Follows the deliveries of one event; every attempt is printed once. */
function createFollower(client: Client, ids: readonly string[], print: Print) {
  const followed = new Map<string, Followed>(
    ids.map(id => [id, { id, status: 'waiting', dueAt: null, attempts: new Map() }]),
  )
  const text = attemptTexts(print, ids.length > 1)
  const explained = new Set<string>()
  let lastResponse: string | undefined
  let printed: Promise<void> = Promise.resolve()
  /** Prints what the receiver answered, and the first 401 or 403 of a delivery explained. */
  const printAnswer = async (number: number, delivery: Delivery) => {
    const { id } = delivery
    const attempt = await client.attempt(id, number)
    const answer = responseText({ accepted: attempt.accepted, answer: attempt.response })
    if (answer !== undefined && answer !== lastResponse) print.line(answer)
    lastResponse = answer
    if (!isRefusal(attempt.outcome) || explained.has(id)) return
    explained.add(id)
    const { refusalOnServer } = await import('../../server-refusal.js')
    const refusal = await refusalOnServer(client, delivery, attempt)
    if (refusal !== undefined) printRefusal(print, refusal)
  }
  const add = ({ attempts }: Followed, at: string, delivery: Delivery, attempt: Attempt | AttemptSummary) => {
    if (attempt.outcome === null || attempts.has(attempt.number)) return
    attempts.set(attempt.number, attempt.outcome.kind === 'answered')
    const line = serverAttempt(at, delivery, attempt)
    // The lines of one attempt stay together: the next attempt waits.
    printed = printed.then(async () => {
      print.line(text(line))
      print.record(line)
      if (attempt.outcome?.kind === 'answered' && !attempt.accepted) await printAnswer(attempt.number, delivery)
    })
    printed.catch(() => undefined)
  }
  return {
    addDelivery(delivery: DeliveryDetail) {
      const known = followed.get(delivery.id)
      if (known === undefined) return
      // The answer may be older than what the journal has said since.
      if (delivery.attempts.filter(({ outcome }) => outcome !== null).length < known.attempts.size) return
      for (const attempt of delivery.attempts) add(known, attempt.startedAt, delivery, attempt)
      known.status = delivery.status
      known.dueAt = delivery.dueAt
    },
    addEntry(entry: JournalEntry) {
      if (!('delivery' in entry)) return
      const known = followed.get(entry.delivery.id)
      if (known === undefined) return
      if (entry.kind === 'attempt.completed') add(known, entry.at, entry.delivery, entry.attempt)
      known.status = entry.delivery.status
      known.dueAt = entry.delivery.dueAt
    },
    /** Resolves when everything is printed. */
    printed: () => printed,
    /** True where nothing more happens while the clock stands at this instant. */
    restsAt: (now: string) =>
      [...followed.values()].every(
        ({ status, dueAt }) =>
          isSettled(status) || (status === 'waiting' && dueAt !== null && Date.parse(dueAt) > Date.parse(now)),
      ),
    isSettled: () => [...followed.values()].every(({ status }) => isSettled(status)),
    results: () =>
      [...followed.values()].map(({ id, status, attempts }) => ({
        id,
        status,
        attempts: attempts.size,
        answered: [...attempts.values()].includes(true),
      })),
  }
}

/** Opens the journal; entries are kept until `follow` is called. */
async function openJournal(client: Client) {
  const early: JournalEntry[] = []
  let onEntry = (entry: JournalEntry): void => void early.push(entry)
  let failure: Error | undefined
  let onFailure = (error: Error): void => {
    failure = error
  }
  const stop = await client.journal(
    entry => onEntry(entry),
    error => onFailure(error ?? new Error(`${client.server} closed its journal.`)),
  )
  return {
    stop,
    follow(entries: (entry: JournalEntry) => void, failed: (error: Error) => void) {
      for (const entry of early.splice(0)) entries(entry)
      onEntry = entries
      onFailure = failed
      if (failure !== undefined) failed(failure)
    },
  }
}

function printResult(print: Print, result: TriggerResult): void {
  const { event, deliveries, notDelivered, warnings } = result
  const { length } = deliveries
  print.line(
    `${clockTime(event.createdAt)}  ${plain(event.type)} triggered as ${plain(event.id)}, ${length} deliver${length === 1 ? 'y' : 'ies'}`,
  )
  for (const warning of warnings) print.note(`note: ${plain(warning)}`)
  for (const { subscriptionId, why } of notDelivered)
    print.line(`  not delivered to ${plain(subscriptionId)}: ${plain(why)}`)
  if (length === 0) print.line('  no subscription gets it')
  print.record({ kind: 'event', ...result })
}

/** Returns the exit code. */
export async function triggerOnServer({ trigger, wait, print, signal, ...address }: ServerTrigger): Promise<number> {
  const client = createClient(address)
  const health = await client.health()
  const journal = wait ? await openJournal(client) : undefined
  try {
    const result = await client.trigger(trigger)
    printResult(print, result)
    const ids = result.deliveries.map(({ id }) => id)
    const follower = createFollower(client, ids, print)
    if (journal !== undefined && ids.length > 0) {
      await new Promise<void>((resolve, reject) => {
        // Nobody may move a manual clock for hours.
        const isOver = () =>
          follower.isSettled() || (health.clock === 'manual' && follower.restsAt(result.event.createdAt))
        const check = () => isOver() && resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
        if (signal.aborted) resolve()
        journal.follow(entry => {
          follower.addEntry(entry)
          check()
        }, reject)
        // The journal has nothing of deliveries settled before, as with an idempotency id used again.
        const reading = Promise.all(ids.map(client.delivery)).then(deliveries => {
          deliveries.forEach(follower.addDelivery)
          check()
        })
        reading.catch(reject)
      })
      await follower.printed()
      if (health.clock === 'manual' && !follower.isSettled())
        print.note(
          "note: the server's clock is manual, and the next attempt is due later; move it with standin clock drain",
        )
    }
    const results = follower.results()
    const code = signal.aborted ? EXIT.interrupted : ids.length > 0 && !wait ? EXIT.success : exitCode(results)
    if (wait && ids.length > 0)
      print.line(results.map(({ status, attempts }) => `${status} after ${counted(attempts, 'attempt')}`).join('; '))
    print.record({
      kind: 'summary',
      provider: trigger.provider,
      type: trigger.type,
      event: result.event.id,
      deliveries: results.map(({ id, status, attempts }) => ({ id, status, attempts })),
      exitCode: code,
    })
    return code
  } finally {
    journal?.stop()
  }
}
