// A delivery engine for one test: a real ledger, a clock, a transport, and subscriptions that are plain objects.
import { onTestFinished } from 'vitest'
import { manualClock } from '../../src/clock/manual.js'
import type { Clock } from '../../src/core/clock.js'
import type { DeliveryStatus } from '../../src/core/delivery.js'
import { eventToSend } from '../../src/core/event.js'
import { createJournal, type JournalEntry } from '../../src/core/journal.js'
import type { Ledger, LedgerRows } from '../../src/core/ledger.js'
import type { Prepared } from '../../src/core/prepared.js'
import { type RetryPlan, scheduled } from '../../src/core/retry.js'
import { createDeliveryEngine, type DeliveryEngineOptions } from '../../src/delivery/engine.js'
import { createTransport } from '../../src/delivery/transport.js'
import { openLedger } from '../../src/ledger/sqlite.js'

export const START = Date.UTC(2026, 0, 1)

/** Exactly 200, at most three attempts, 10 s and 60 s apart. */
const PLAN: RetryPlan = {
  policy: scheduled([10_000, 60_000], 3),
  accepts: status => status === 200,
  timeoutMs: 120_000,
  concurrency: 10,
}

/** How a test wants a subscription's deliveries sent; the rest is a signed POST. */
export interface Receiver extends Partial<Omit<Prepared, 'plan'>> {
  url: string
  plan?: Partial<RetryPlan>
}

export interface EngineOptions extends Partial<Omit<DeliveryEngineOptions, 'ledger' | 'clock'>> {
  ledger?: Ledger
  clock?: Clock
}

/** Everything an engine needs; with defaults. */
export function testEngine({ ledger = openLedger({ location: ':memory:' }), clock, ...options }: EngineOptions = {}) {
  const manual = manualClock({ start: START })
  const time = clock ?? manual
  const journal = createJournal({ now: time.now, bodies: ledger })
  const entries: JournalEntry[] = []
  journal.listen(entry => entries.push(entry))
  const transport = options.transport ?? createTransport({ clock: time })
  const receivers = new Map<string, Receiver>()
  const internalErrors: string[] = []
  let serial = 0

  const engine = createDeliveryEngine({
    ledger,
    clock: time,
    journal,
    transport,
    signatureTime: () => time.now(),
    reportError: (error, doing) =>
      internalErrors.push(`${doing}: ${error instanceof Error ? error.message : String(error)}`),
    prepare: (delivery, event) => {
      const receiver = receivers.get(delivery.subscriptionId)
      if (receiver === undefined) return undefined
      const body = delivery.body ?? event?.text ?? JSON.stringify(ledger.event(delivery.eventId)?.payload)
      return {
        method: 'POST',
        headers: [['Content-Type', 'application/json']],
        body,
        sign: ({ at, attempt }) => ({
          headers: [
            ['X-Stamp', String(at)],
            ['X-Attempt', String(attempt)],
          ],
        }),
        ...receiver,
        plan: { ...PLAN, ...receiver.plan },
      }
    },
    ...options,
  })
  onTestFinished(async () => {
    await engine.stop(0)
    transport.close()
    await ledger.close().catch(() => {})
  })

  function insert(
    rows: LedgerRows,
    subscriptionId: string,
    id: string,
    dueAt: number,
    status: DeliveryStatus = 'waiting',
  ) {
    const shared = { provider: 'acme', channel: 'main', type: 'thing.done', createdAt: time.now() }
    const eventId = id.replace('dl', 'ev')
    rows.insertEvent({ ...shared, id: eventId, variant: null, subject: null, account: null, payload: { id: eventId } })
    const state = { status, attempts: 0, counted: 0, body: null, settledAt: null }
    const delivery = { ...shared, ...state, dueAt, dueReason: 'first attempt', id, eventId, subscriptionId }
    rows.insertDelivery(delivery)
    return delivery
  }

  return {
    engine,
    ledger,
    clock: manual,
    journal,
    entries,
    transport,
    internalErrors,
    receivers,
    /** Owes deliveries to subscriptions, each of its own event, and pokes. Returns their ids. */
    async owe(subscription: string, count = 1, dueAt: number = time.now()): Promise<string[]> {
      const ids = Array.from({ length: count }, () => `dl_${++serial}`)
      await ledger.write(rows => {
        for (const id of ids) insert(rows, subscription, id, dueAt)
      })
      engine.poke()
      return ids
    },
    /** Stores one delivery, due now, as a trigger does: where there is room it is handed over. Resolves with whether it was. */
    async store(subscription: string, beforeCommit: () => void = () => {}): Promise<boolean> {
      const id = `dl_${++serial}`
      let isReserved = false
      const giveBack = () => {
        if (isReserved) engine.giveBack(subscription)
        isReserved = false
      }
      const work = (rows: LedgerRows) => {
        giveBack()
        isReserved = engine.reserve(subscription)
        const stored = insert(rows, subscription, id, time.now(), isReserved ? 'attempting' : 'waiting')
        beforeCommit()
        return stored
      }
      const stored = await ledger.write(work).catch(error => {
        giveBack()
        throw error
      })
      const sent = eventToSend(stored.eventId, stored, JSON.stringify({ id: stored.eventId }))
      engine.stored(stored, sent)
      return isReserved
    },
    /** Owes one delivery. */
    async oweOne(subscription: string): Promise<string> {
      const [id = ''] = await this.owe(subscription)
      return id
    },
    kinds: () => entries.map(entry => entry.kind),
    /** Moves the clock to each next due, resting in between, until nothing waits. */
    async drain(): Promise<void> {
      await engine.rest()
      for (let next = ledger.nextDelivery(); next !== undefined; next = ledger.nextDelivery()) {
        manual.moveTo(next)
        await engine.rest()
      }
    },
  }
}
