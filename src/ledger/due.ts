// What is due next and for which subscription, at a cost that does not grow with the number of waiting deliveries.
import type { Database } from './database.js'
import type { Tallies } from './tallies.js'

/** The earliest waiting deliveries of all that are due within a span, from the index alone. */
export const EARLIEST_DUE = `SELECT lane, due_at AS dueAt FROM deliveries INDEXED BY waiting_by_due
  WHERE status = 'waiting' AND due_at > ? AND due_at <= ? ORDER BY due_at LIMIT +?`

/** The earliest waiting delivery of each lane: one step per lane, from the index alone, however many wait in it. */
export const EARLIEST_DUE_BY_LANE = `WITH RECURSIVE heads (lane) AS (
    SELECT min(lane) FROM deliveries INDEXED BY waiting_in_lane WHERE status = 'waiting'
    UNION ALL
    SELECT (SELECT min(lane) FROM deliveries INDEXED BY waiting_in_lane WHERE status = 'waiting' AND lane > heads.lane)
    FROM heads WHERE heads.lane IS NOT NULL
  )
  SELECT lane, (SELECT min(due_at) FROM deliveries INDEXED BY waiting_in_lane WHERE status = 'waiting' AND lane = heads.lane) AS dueAt
  FROM heads WHERE lane IS NOT NULL`

/** How many of the earliest deliveries are read before each lane is searched. */
const EARLIEST = 100

/** Before every instant. */
const EVER = Number.MIN_SAFE_INTEGER

interface Due {
  lane: number
  dueAt: number
}

/** The two queries of the waker. */
export interface DueReads {
  nextDelivery(after?: number): number | undefined
  dueSubscriptions(now: number, after?: number): string[]
}

/** Prepares the two queries of the waker. */
export function readDue(db: Database, tallies: Tallies): DueReads {
  const earliest = db.prepare<[after: number, now: number, limit: number], Due>(EARLIEST_DUE)
  const byLane = db.prepare<[], Due>(EARLIEST_DUE_BY_LANE)
  return {
    nextDelivery: (after = EVER) =>
      tallies.totals().waiting === 0 ? undefined : earliest.get(after, Number.MAX_VALUE, 1)?.dueAt,
    dueSubscriptions: (now, after = EVER) => {
      if (tallies.totals().waiting === 0) return []
      const first = earliest.all(after, now, EARLIEST)
      const due = first.length < EARLIEST ? first : byLane.all().filter(({ dueAt }) => dueAt <= now)
      return [...new Set(due.map(({ lane }) => lane))].map(lane => tallies.laneNumbered(lane).subscription)
    },
  }
}
