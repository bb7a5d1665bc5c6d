// What is due next and for which subscription, at a cost that does not grow with the number of waiting deliveries.
import type { Database } from './database.js'
import type { Tallies } from './tallies.js'

/** The earliest waiting deliveries of all, from the index alone. */
export const EARLIEST_DUE = `SELECT lane, due_at AS dueAt FROM deliveries INDEXED BY waiting_by_due
  WHERE status = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?`

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
const EARLIEST = 16

interface Due {
  lane: number
  dueAt: number
}

/** The two queries of the waker. */
export interface DueReads {
  nextDelivery(except?: readonly string[]): number | undefined
  dueSubscriptions(now: number): string[]
}

/** Prepares the two queries of the waker. */
export function readDue(db: Database, tallies: Tallies): DueReads {
  const earliest = db.prepare<[now: number, limit: number], Due>(EARLIEST_DUE)
  const byLane = db.prepare<[], Due>(EARLIEST_DUE_BY_LANE)
  return {
    nextDelivery: (except = []) => {
      if (tallies.totals().waiting === 0) return undefined
      if (except.length === 0) return earliest.get(Number.MAX_VALUE, 1)?.dueAt
      const left = new Set(except.map(subscription => tallies.lane(subscription)?.n))
      const first = earliest.all(Number.MAX_VALUE, EARLIEST)
      const found = first.find(due => !left.has(due.lane))
      if (found !== undefined || first.length < EARLIEST) return found?.dueAt
      let next: number | undefined
      for (const { lane, dueAt } of byLane.all())
        if (!left.has(lane) && (next === undefined || dueAt < next)) next = dueAt
      return next
    },
    dueSubscriptions: now => {
      if (tallies.totals().waiting === 0) return []
      const first = earliest.all(now, EARLIEST)
      const due = first.length < EARLIEST ? first : byLane.all().filter(({ dueAt }) => dueAt <= now)
      return [...new Set(due.map(({ lane }) => lane))].map(lane => tallies.laneNumbered(lane).subscription)
    },
  }
}
