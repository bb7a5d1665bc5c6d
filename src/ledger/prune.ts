// Pruning: what is settled, undelivered or done goes, oldest first, beyond a number that is kept of each.
import { DELIVERY_STATUSES, type DeliveryStatus, isSettled } from '../core/delivery.js'
import type { Database } from './database.js'
import { idOf } from './row-ids.js'
import { ATTEMPTS_EACH, OF_EVENT } from './rows.js'
import { EVENTS_ABOUT, hashOf, type SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

/** The most events and the most subjects that one call looks at: a call holds up everything else. */
const MOST_LOOKED_AT = 5000

/** What names an event. */
interface EventKey {
  n: number
  id: string | null
  subject: string | null
}

/** A subject's place in the order in which subjects are pruned. */
interface Place {
  updatedAt: number
  n: number
}

const START: Place = { updatedAt: Number.MIN_SAFE_INTEGER, n: 0 }

/** A walk through subjects, and how many it looks at in one call: twice as many while most can go, half as many while few can. */
interface Walk {
  at: Place
  pace: number
}

/** The least pace: those that are passed are all in use. */
const SLOWEST = 50

const walk = (): Walk => ({ at: START, pace: SLOWEST })

/** Pruning, and what it remembers. */
export interface Pruning {
  prune(keep: number): number
  /** Begins anew: the rows are other ones. */
  restart(): void
}

/** Prepares pruning. `forget` drops what is cached of deliveries. */
export function pruneRows(
  db: Database,
  tallies: Tallies,
  index: Pick<SubjectIndex, 'recentEvents' | 'dropSubject' | 'dropEvent' | 'dropped'>,
  forget: () => void,
): Pruning {
  // Within a status the index has the rows in order. A delivery that is being resent is left alone.
  const oldestOf = (status: DeliveryStatus) => `SELECT * FROM (
      SELECT n FROM deliveries INDEXED BY deliveries_not_waiting
      WHERE status = '${status}' AND n NOT IN (
        SELECT n / ${ATTEMPTS_EACH} FROM attempts WHERE n IN (SELECT n FROM attempts_beside) AND outcome IS NULL
      )
      ORDER BY n LIMIT +?
    )`
  const oldestSettled = db.prepare<number[], { n: number }>(
    `${DELIVERY_STATUSES.filter(isSettled).map(oldestOf).join(' UNION ALL ')} ORDER BY n LIMIT +?`,
  )
  const dropAttempts = db.prepare<[number, number]>('DELETE FROM attempts WHERE n > ? AND n < ?')
  const dropDelivery = db.prepare<[number], { status: DeliveryStatus; event: number }>(
    'DELETE FROM deliveries WHERE n = ? RETURNING status, event',
  )
  const dropEvent = db.prepare<[number], EventKey>(
    `DELETE FROM events AS e WHERE n = ? AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE ${OF_EVENT}) RETURNING n, id, subject`,
  )
  const newestEvent = db.prepare<[], { n: number | null }>('SELECT max(n) AS n FROM events')
  const dropUndelivered = db.prepare<[number, number], EventKey>(
    `DELETE FROM events AS e WHERE n > ? AND n <= ? AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE ${OF_EVENT})
      RETURNING n, id, subject`,
  )
  const dropIdempotency = db.prepare<[string]>('DELETE FROM idempotency WHERE id = ?')

  const subjectCount = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM subjects')
  const lastToGo = db.prepare<[number], { updatedAt: number }>(
    'SELECT updated_at AS updatedAt FROM subjects INDEXED BY subjects_by_update ORDER BY updated_at, n LIMIT 1 OFFSET ?',
  )
  const subjectsBetween = db.prepare<number[], Place & { provider: string; story: string }>(
    `SELECT n, provider, story, updated_at AS updatedAt FROM subjects INDEXED BY subjects_by_update
      WHERE (updated_at, n) > (?, ?) AND (updated_at, n) <= (?, ?) ORDER BY updated_at, n LIMIT +?`,
  )
  const ofStory = db.prepare<[story: string, provider: string], { id: string; updatedAt: number; hasTimer: number }>(
    `SELECT id, updated_at AS updatedAt, EXISTS (SELECT 1 FROM timers WHERE provider = s.provider AND subject = s.id) AS hasTimer
      FROM subjects AS s INDEXED BY subjects_of_story WHERE story = ? AND provider = ?`,
  )
  const isOwed = db.prepare<[hashes: string, recent: string, subject: string, provider: string], unknown>(
    `SELECT 1 FROM (${EVENTS_ABOUT}) AS about CROSS JOIN events AS e ON e.n = about.place
      CROSS JOIN deliveries AS d ON ${OF_EVENT}
      WHERE e.subject = ? AND e.provider = ? AND d.status IN ('waiting', 'attempting') LIMIT 1`,
  )
  const dropSubjects = db.prepare<[string, string], { n: number; id: string }>(
    'DELETE FROM subjects WHERE story = ? AND provider = ? RETURNING n, id',
  )
  const dropCounters = db.prepare<[string, string]>('DELETE FROM story_counters WHERE story = ? AND provider = ?')

  // Events up to this row have been searched for those without a delivery.
  let sweptTo = 0
  // Subjects up to its place have been looked at. Another walk looks at those again, because what was in use then may be done now.
  let first = walk()
  let again = walk()
  let beyond = { excess: 0, to: START.updatedAt }

  const forgetEvent = ({ n, id, subject }: EventKey): void => {
    dropIdempotency.run(idOf('events', n, id))
    if (subject !== null) index.dropEvent(subject, n)
  }

  const isInUse = (story: string, provider: string, updatedAt: number): boolean =>
    ofStory.all(story, provider).some(subject => {
      if (subject.updatedAt > updatedAt || subject.hasTimer === 1) return true
      const hashes = JSON.stringify([hashOf(subject.id)])
      return isOwed.get(hashes, index.recentEvents([subject.id]), subject.id, provider) !== undefined
    })

  /** Deletes settled deliveries; returns the newest event of theirs. */
  function pruneDeliveries(excess: number): { count: number; newest: number } {
    forget()
    const totals = tallies.changeTotals()
    const old = oldestSettled.all(excess, excess, excess, excess)
    let newest = 0
    for (const { n } of old) {
      totals.attempts -= dropAttempts.run(n * ATTEMPTS_EACH, (n + 1) * ATTEMPTS_EACH).changes
      const dropped = dropDelivery.get(n)
      if (dropped === undefined) continue
      totals[dropped.status]--
      const event = dropEvent.get(dropped.event)
      if (event !== undefined) forgetEvent(event)
      newest = Math.max(newest, dropped.event)
    }
    return { count: old.length, newest }
  }

  /** Deletes events without a delivery: those as old as the deliveries that went, and those with `keep` newer events. */
  function pruneUndelivered(keep: number, goneTo: number): void {
    const newest = newestEvent.get()?.n ?? 0
    const to = Math.max(goneTo, Math.min(newest - keep, sweptTo + MOST_LOOKED_AT))
    if (to > sweptTo) {
      for (const event of dropUndelivered.all(sweptTo, to)) forgetEvent(event)
      sweptTo = to
    }
  }

  /** Walks on up to a place and drops at most so many subjects, in whole stories; returns how many it dropped. */
  function pruneOn(walk: Walk, most: number, to: Place, excess: number, newest: number): number {
    const found = subjectsBetween.all(walk.at.updatedAt, walk.at.n, to.updatedAt, to.n, most)
    const seen = new Set<string>()
    let dropped = 0
    for (const subject of found) {
      if (dropped >= excess) return dropped
      const { provider, story } = subject
      walk.at = subject
      const key = `${provider}/${story}`
      if (seen.has(key)) continue
      seen.add(key)
      if (isInUse(story, provider, newest)) continue
      const gone = dropSubjects.all(story, provider)
      for (const { n, id } of gone) index.dropSubject(id, n)
      dropped += gone.length
      dropCounters.run(story, provider)
    }
    walk.pace = dropped * 2 > found.length ? Math.min(MOST_LOOKED_AT, walk.pace * 2) : Math.max(SLOWEST, walk.pace >> 1)
    return dropped
  }

  /** Deletes whole stories, least recently changed first, unless a timer or an owed delivery needs them. */
  function pruneStories(keep: number): void {
    const excess = (subjectCount.get()?.count ?? 0) - keep
    if (excess <= 0) return
    // What was beyond the number that is kept still is, while no fewer are: most are not counted again.
    if (excess < beyond.excess || first.at.updatedAt >= beyond.to)
      beyond = { excess, to: lastToGo.get(excess - 1)?.updatedAt ?? START.updatedAt }
    const newest = beyond.to
    const { waiting, attempting } = tallies.totals()
    // With fewer owed deliveries than that, some can surely go.
    const most = excess > waiting + attempting ? MOST_LOOKED_AT : first.pace
    const dropped = pruneOn(first, most, { updatedAt: newest, n: Number.MAX_SAFE_INTEGER }, excess, newest)
    if (dropped >= excess) return
    const from = again.at
    pruneOn(again, again.pace, first.at, excess - dropped, newest)
    if (again.at === from) again.at = START
  }

  return {
    prune: given => {
      const keep = Math.max(0, given)
      const { delivered, exhausted, cancelled } = tallies.totals()
      const excess = delivered + exhausted + cancelled - keep
      const gone = excess > 0 ? pruneDeliveries(excess) : { count: 0, newest: 0 }
      pruneUndelivered(keep, gone.newest)
      pruneStories(keep)
      index.dropped()
      return gone.count
    },
    restart: () => {
      sweptTo = 0
      first = walk()
      again = walk()
      beyond = { excess: 0, to: START.updatedAt }
    },
  }
}
