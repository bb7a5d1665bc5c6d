// The writes of the hot path: events, deliveries and attempts.
import { type Delivery, type DeliveryState, type DeliveryStatus, isSettled } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { LedgerRows } from '../core/ledger.js'
import { createAttemptTexts } from './attempt-texts.js'
import { noteAttemptsBeside } from './attempts-beside.js'
import type { Counters } from './counters.js'
import type { Database, Value } from './database.js'
import { writeEvents } from './event-writes.js'
import type { Kinds } from './kinds.js'
import { idOf, rowById } from './row-ids.js'
import {
  attemptKey,
  attemptValues,
  DELIVERY_COLUMNS,
  type DeliveryRef,
  type DeliveryRow,
  deliveryOf,
  roomFor,
} from './rows.js'
import type { SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

/** The writes that sending deliveries needs. */
export type DeliveryWrites = Pick<
  LedgerRows,
  | 'insertEvent'
  | 'insertDelivery'
  | 'claim'
  | 'release'
  | 'startAttempt'
  | 'finishAttempt'
  | 'setDelivery'
  | 'cancelWaiting'
  | 'cancelAttempting'
> & {
  /** Drops what is cached of deliveries in flight: rows were rolled back or changed elsewhere. */
  forget(): void
}

/** Takes up to `limit` of a lane's waiting deliveries, earliest first. */
export const CLAIM = `UPDATE deliveries SET status = 'attempting' WHERE n IN (
    SELECT n FROM deliveries INDEXED BY waiting_in_lane
    WHERE status = 'waiting' AND lane = ? AND due_at <= ? ORDER BY due_at, n LIMIT +?
  ) RETURNING ${DELIVERY_COLUMNS}`

/** Prepares the statements; every change of a status goes through the tallies. */
export function writeDeliveries(
  db: Database,
  tallies: Tallies,
  counters: Pick<Counters, 'value' | 'raise' | 'raiseTo'>,
  index: Pick<SubjectIndex, 'addEvent'>,
  kinds: Kinds,
): DeliveryWrites {
  const events = writeEvents(db, counters, index, kinds)
  const claim = db.prepare<[lane: number, now: number, limit: number], DeliveryRow>(CLAIM)
  const find = rowById<DeliveryRef>(db, 'deliveries', 'n, lane, status')
  const putBack = db.prepare<[number]>("UPDATE deliveries SET status = 'waiting' WHERE n = ?")
  const insertAttempt = db.prepare<Value[]>(
    `INSERT INTO attempts (n, cause, started_at, stamped_at, due_at, due_reason, method, url, headers, faults, outcome,
      accepted, duration_ms, answer, body_base64) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const markAttempting = db.prepare<[number]>("UPDATE deliveries SET status = 'attempting' WHERE n = ?")
  const beside = noteAttemptsBeside(db)
  const endAttempt = db.prepare<Value[]>(
    'UPDATE attempts SET outcome = ?, accepted = ?, duration_ms = ?, answer = ? WHERE n = ? AND outcome IS NULL',
  )
  // A delivery that was resent beside may have been cancelled, or be settled: only its counts change.
  const countAttempt = db.prepare<Value[]>('UPDATE deliveries SET attempts = ?, counted = counted + ? WHERE n = ?')
  const moveOn = db.prepare<Value[]>(
    `UPDATE deliveries SET status = ?, due_at = ?, due_reason = ?, settled_at = ?, attempts = ?, counted = counted + ?
      WHERE n = ?`,
  )
  const setDelivery = db.prepare<Value[]>(
    'UPDATE deliveries SET status = ?, due_at = ?, due_reason = ?, settled_at = ? WHERE n = ?',
  )
  const cancelWaiting = db.prepare<[at: number, lane: number], { n: number; id: string | null }>(
    `UPDATE deliveries SET status = 'cancelled', due_at = NULL, due_reason = NULL, settled_at = ?
      WHERE status = 'waiting' AND lane = ? RETURNING n, id`,
  )
  const cancelAttempting = db.prepare<[at: number, lane: number], { n: number; id: string | null }>(
    `UPDATE deliveries SET status = 'cancelled', due_at = NULL, due_reason = NULL, settled_at = ?
      WHERE status = 'attempting' AND +lane = ? RETURNING n, id`,
  )
  const stateOf = db.prepare<[n: number], DeliveryState>(
    'SELECT status, due_at AS dueAt, due_reason AS dueReason, settled_at AS settledAt FROM deliveries WHERE n = ?',
  )

  // Deliveries in flight by id, so that the three writes of an attempt need no lookup.
  const inFlight = new Map<string, DeliveryRef>()
  // How many characters the last attempt's end has added to its row, and room for as many.
  let endLength = 0
  let room = roomFor(endLength)
  const texts = createAttemptTexts()

  const refOf = (id: string): DeliveryRef => {
    const ref = inFlight.get(id) ?? find(id)
    // A reset beside this write is no internal error.
    if (ref === undefined) throw new EmulatorError(`There is no delivery ${id}.`, { code: 'not_found' })
    return ref
  }

  /** Updates the counts and the lane's tallies for a change of status. */
  const moved = (ref: DeliveryRef, to: DeliveryStatus): void => {
    if (ref.status === to) return
    const totals = tallies.changeTotals()
    totals[ref.status]--
    totals[to]++
    if (isSettled(ref.status) || isSettled(to)) {
      const lane = tallies.changeLane(ref.lane)
      if (ref.status === 'delivered' || ref.status === 'exhausted') lane[ref.status]--
      if (to === 'delivered' || to === 'exhausted') lane[to]++
    }
    ref.status = to
  }

  /** The counts have it already. One that waits may have an attempt in flight: it is being resent. */
  const noteCancelled = (id: string): void => {
    const ref = inFlight.get(id)
    if (ref !== undefined) ref.status = 'cancelled'
  }

  return {
    insertEvent: events.insertEvent,

    insertDelivery: (delivery: Delivery) => {
      const { status } = delivery
      const lane = tallies.openLane(delivery.subscriptionId)
      const n = events.insertDelivery(delivery, lane.n)
      // As if claimed now: it is about to be attempted.
      if (status === 'attempting') inFlight.set(delivery.id, { n, lane: lane.n, status })
      tallies.changeTotals()[status]++
      if (status === 'delivered' || status === 'exhausted') tallies.changeLane(lane.n)[status]++
    },

    claim: (subscriptionId, now, limit) => {
      const lane = tallies.lane(subscriptionId)
      if (lane === undefined || limit < 1) return []
      const rows = claim.all(lane.n, now, limit)
      // SQLite guarantees no order for RETURNING.
      rows.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.n - b.n)
      if (rows.length > 0) {
        const totals = tallies.changeTotals()
        totals.waiting -= rows.length
        totals.attempting += rows.length
      }
      return rows.map(row => {
        const delivery = deliveryOf(row, subscriptionId, kinds)
        inFlight.set(delivery.id, { n: row.n, lane: row.lane, status: row.status })
        return delivery
      })
    },

    release: deliveryIds => {
      for (const id of deliveryIds) {
        const ref = refOf(id)
        inFlight.delete(id)
        if (ref.status !== 'attempting') continue
        putBack.run(ref.n)
        moved(ref, 'waiting')
      }
    },

    startAttempt: attempt => {
      const ref = refOf(attempt.deliveryId)
      const key = attemptKey(ref.n, attempt.number)
      insertAttempt.run(...attemptValues(attempt, key, room, texts.headers(attempt.headers)))
      if (attempt.cause === 'scheduled' && ref.status === 'waiting') {
        markAttempting.run(ref.n)
        moved(ref, 'attempting')
      }
      if (attempt.outcome === null && (attempt.cause !== 'scheduled' || ref.status !== 'attempting')) beside.note(key)
      inFlight.set(attempt.deliveryId, ref)
      tallies.changeTotals().attempts++
      const lane = tallies.changeLane(ref.lane)
      lane.attempts++
      if (attempt.accepted) lane.acceptedAttempts++
      lane.lastAttemptAt = Math.max(lane.lastAttemptAt ?? attempt.startedAt, attempt.startedAt)
    },

    finishAttempt: end => {
      const ref = refOf(end.deliveryId)
      inFlight.delete(end.deliveryId)
      const outcome = texts.outcome(end.outcome)
      const answer = end.answer === null ? null : texts.answer(end.answer)
      const length = outcome.length + (answer?.length ?? 0)
      if (length !== endLength) {
        endLength = length
        room = roomFor(length)
      }
      const key = attemptKey(ref.n, end.number)
      const { changes } = endAttempt.run(outcome, end.accepted ? 1 : 0, end.durationMs, answer, key)
      beside.ended(key)
      if (changes === 0) {
        const present = stateOf.get(ref.n)
        // Settled while the attempt was in flight, it may have been pruned since.
        if (present === undefined && ref.status === 'cancelled') return undefined
        throw new Error(`The ledger has no attempt ${end.number} of ${end.deliveryId} in flight.`)
      }
      if (end.accepted) tallies.changeLane(ref.lane).acceptedAttempts++
      const isCancelled =
        ref.status === 'cancelled' && end.delivery !== undefined && end.delivery.status !== 'delivered'
      if (end.delivery !== undefined && !isCancelled) {
        const { status, dueAt, dueReason, settledAt } = end.delivery
        moveOn.run(status, dueAt, dueReason, settledAt, end.number, end.counts ? 1 : 0, ref.n)
        moved(ref, status)
      } else countAttempt.run(end.number, end.counts ? 1 : 0, ref.n)
      return isCancelled ? stateOf.get(ref.n) : undefined
    },

    setDelivery: (id, { status, dueAt, dueReason, settledAt }) => {
      const ref = refOf(id)
      inFlight.delete(id)
      if (status === 'waiting' && ref.status === 'cancelled') return
      setDelivery.run(status, dueAt, dueReason, settledAt, ref.n)
      moved(ref, status)
    },

    cancelWaiting: (subscriptionId, at) => {
      const lane = tallies.lane(subscriptionId)
      if (lane === undefined) return []
      const cancelled = cancelWaiting.all(at, lane.n).sort((a, b) => a.n - b.n)
      if (cancelled.length > 0) {
        const totals = tallies.changeTotals()
        totals.waiting -= cancelled.length
        totals.cancelled += cancelled.length
      }
      return cancelled.map(({ n, id: own }) => {
        const id = idOf('deliveries', n, own)
        noteCancelled(id)
        return id
      })
    },

    cancelAttempting: (subscriptionId, at) => {
      const lane = tallies.lane(subscriptionId)
      if (lane === undefined) return []
      const cancelled = cancelAttempting.all(at, lane.n).sort((a, b) => a.n - b.n)
      if (cancelled.length > 0) {
        const totals = tallies.changeTotals()
        totals.attempting -= cancelled.length
        totals.cancelled += cancelled.length
      }
      return cancelled.map(({ n, id: own }) => {
        const id = idOf('deliveries', n, own)
        noteCancelled(id)
        beside.noteOf(n)
        return id
      })
    },

    forget: () => {
      inFlight.clear()
      events.forget()
    },
  }
}
