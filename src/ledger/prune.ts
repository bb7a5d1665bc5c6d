// Pruning: what is settled, undelivered or done goes, oldest first, beyond a number that is kept of each.
import { DELIVERY_STATUSES, type DeliveryStatus, isSettled } from '../core/delivery.js'
import type { Database } from './database.js'
import { hashOf } from './recent-entries.js'
import { idOf } from './row-ids.js'
import { ATTEMPTS_EACH, OF_EVENT } from './rows.js'
import { EVENTS_ABOUT, type SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

/** The most deliveries, events and subjects that one call looks at: a call holds up everything else. */
const MOST_LOOKED_AT = 5000

/** What names an event. */
interface EventKey {
  n: number
  id: string | null
  subject: string | null
}

/** Row numbers from one to another, both counted. */
interface Run {
  from: number
  to: number
}

/** Sorted row numbers as runs: to delete a run costs a tenth of deleting its rows one by one. */
function runsOf(rows: readonly { n: number }[]): Run[] {
  const runs: Run[] = []
  let last: Run | undefined
  for (const { n } of rows)
    if (n - 1 === last?.to) last.to = n
    else {
      last = { from: n, to: n }
      runs.push(last)
    }
  return runs
}

/** A subject's place in the order in which subjects are pruned. */
interface Place {
  updatedAt: number
  n: number
}

/** What names a subject's row, and its last change, emulator ms. */
interface Row {
  n: number
  id: string
  updatedAt: number
}

/** A subject that a walk has found; `isAlone` is 1 where its story has no other. */
interface Found extends Row {
  provider: string
  story: string
  isAlone: number
}

const START: Place = { updatedAt: Number.MIN_SAFE_INTEGER, n: 0 }

/** A walk through subjects, and how many it looks at in one call: twice as many while most can go, half as many while few can. */
interface Walk {
  at: Place
  pace: number
}

/** How far subjects may go is to be looked up. */
const UNKNOWN = { excess: Number.MAX_SAFE_INTEGER, to: START.updatedAt }

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
      SELECT n, '${status}' AS status FROM deliveries INDEXED BY deliveries_not_waiting
      WHERE status = '${status}' AND n NOT IN (
        SELECT n / ${ATTEMPTS_EACH} FROM attempts WHERE n IN (SELECT n FROM attempts_beside) AND outcome IS NULL
      )
      ORDER BY n LIMIT +?
    )`
  const oldestSettled = db.prepare<number[], { n: number; status: DeliveryStatus }>(
    `${DELIVERY_STATUSES.filter(isSettled).map(oldestOf).join(' UNION ALL ')} ORDER BY n LIMIT +?`,
  )
  const dropAttempts = db.prepare<[number, number]>('DELETE FROM attempts WHERE n > ? AND n < ?')
  // A delivery of an earlier version may have no event: its number is 0.
  const eventsOf = db.prepare<[number, number], { from: number | null; to: number | null }>(
    'SELECT min(event) AS "from", max(event) AS "to" FROM deliveries WHERE n >= ? AND n <= ? AND event > 0',
  )
  const dropDeliveries = db.prepare<[number, number]>('DELETE FROM deliveries WHERE n >= ? AND n <= ?')
  const eventsAfter = db.prepare<[number], { newest: number | null; next: number | null }>(
    'SELECT (SELECT max(n) FROM events) AS newest, (SELECT min(n) FROM events WHERE n > ?) AS next',
  )
  const undelivered = db.prepare<[number, number], EventKey>(
    `SELECT n, id, subject FROM events AS e
      WHERE n >= ? AND n <= ? AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE ${OF_EVENT}) ORDER BY n`,
  )
  const eventsBetween = db.prepare<[number, number], EventKey>(
    'SELECT n, id, subject FROM events WHERE n > ? AND n < ? ORDER BY n',
  )
  const dropEvents = db.prepare<[number, number]>('DELETE FROM events WHERE n >= ? AND n <= ?')
  const hasIdempotency = db.prepare<[], unknown>('SELECT 1 FROM idempotency LIMIT 1')
  const dropIdempotency = db.prepare<[string]>('DELETE FROM idempotency WHERE id = ?')

  const subjectCount = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM subjects')
  const lastToGo = db.prepare<[number], { updatedAt: number }>(
    'SELECT updated_at AS updatedAt FROM subjects INDEXED BY subjects_by_update ORDER BY updated_at, n LIMIT 1 OFFSET ?',
  )
  const subjectsBetween = db.prepare<number[], Found>(
    `SELECT n, id, provider, story, updated_at AS updatedAt, NOT EXISTS (
        SELECT 1 FROM subjects AS other INDEXED BY subjects_of_story
        WHERE other.story = s.story AND other.provider = s.provider AND other.n <> s.n
      ) AS isAlone
      FROM subjects AS s INDEXED BY subjects_by_update
      WHERE (updated_at, n) > (?, ?) AND (updated_at, n) <= (?, ?) ORDER BY updated_at, n LIMIT +?`,
  )
  const ofStory = db.prepare<[story: string, provider: string], Row>(
    `SELECT n, id, updated_at AS updatedAt FROM subjects INDEXED BY subjects_of_story WHERE story = ? AND provider = ?`,
  )
  const hasTimers = db.prepare<[], unknown>('SELECT 1 FROM timers LIMIT 1')
  const timerOf = db.prepare<[provider: string, subject: string], unknown>(
    'SELECT 1 FROM timers WHERE provider = ? AND subject = ? LIMIT 1',
  )
  const owedSubjects = db.prepare<[], { provider: string; subject: string }>(
    ['waiting', 'attempting']
      .map(
        status =>
          `SELECT (SELECT provider FROM kinds WHERE n = e.kind) AS provider, e.subject FROM deliveries AS d INDEXED BY ${status === 'waiting' ? 'waiting_by_due' : 'deliveries_not_waiting'}
            CROSS JOIN events AS e ON e.n = d.event WHERE d.status = '${status}' AND e.subject IS NOT NULL`,
      )
      .join(' UNION ALL '),
  )
  const isOwed = db.prepare<[hashes: string, recent: string, subject: string, provider: string], unknown>(
    `SELECT 1 FROM (${EVENTS_ABOUT}) AS about CROSS JOIN events AS e ON e.n = about.place
      CROSS JOIN deliveries AS d ON ${OF_EVENT}
      WHERE e.subject = ? AND e.kind IN (SELECT n FROM kinds WHERE provider = ?) AND d.status IN ('waiting', 'attempting') LIMIT 1`,
  )
  const dropSubjects = db.prepare<[number, number]>('DELETE FROM subjects WHERE n >= ? AND n <= ?')
  const hasCounters = db.prepare<[], unknown>('SELECT 1 FROM story_counters LIMIT 1')
  const dropCounters = db.prepare<[string, string]>('DELETE FROM story_counters WHERE story = ? AND provider = ?')

  // Events up to this row have been searched for those without a delivery.
  let sweptTo = 0
  // The newest event of a delivery that went.
  let goneTo = 0
  // Subjects up to its place have been looked at. Another walk looks at those again, because what was in use then may be done now.
  let first = walk()
  let again = walk()
  let beyond = UNKNOWN

  function dropAll(events: readonly EventKey[]): void {
    for (const { from, to } of runsOf(events)) dropEvents.run(from, to)
    const mayHaveKeys = events.length > 0 && hasIdempotency.get() !== undefined
    for (const { n, id, subject } of events) {
      if (mayHaveKeys) dropIdempotency.run(idOf('events', n, id))
      if (subject !== null) index.dropEvent(subject, n)
    }
  }

  /** Deletes settled deliveries, and their events that have no other; returns how many. */
  function pruneDeliveries(most: number): number {
    const old = oldestSettled.all(most, most, most, most)
    // Only of those that were cancelled something may be cached.
    if (old.some(({ status }) => status === 'cancelled')) forget()
    const totals = tallies.changeTotals()
    for (const { status } of old) totals[status]--
    for (const { from, to } of runsOf(old)) {
      const events = eventsOf.get(from, to)
      totals.attempts -= dropAttempts.run(from * ATTEMPTS_EACH, (to + 1) * ATTEMPTS_EACH).changes
      dropDeliveries.run(from, to)
      if (!events?.from || !events.to) continue
      // Of those between, every delivery was in the run: the deliveries of an event have numbers in a row, as events have.
      dropAll([
        ...undelivered.all(events.from, events.from),
        ...eventsBetween.all(events.from, events.to),
        ...(events.from === events.to ? [] : undelivered.all(events.to, events.to)),
      ])
      goneTo = Math.max(goneTo, events.to)
    }
    return old.length
  }

  /** Deletes events without a delivery: those as old as the deliveries that went, and those with `keep` newer events. */
  function pruneUndelivered(keep: number): void {
    const { newest, next } = eventsAfter.get(sweptTo) ?? {}
    if (!newest || !next) return
    const to = Math.min(Math.max(newest - keep, goneTo), next + MOST_LOOKED_AT - 1)
    if (to < next) return
    dropAll(undelivered.all(next, to))
    sweptTo = to
  }

  /** Tells which subjects owed deliveries are about; in one query where they are fewer than the subjects to ask for. */
  function whoIsOwed(asked: number): (provider: string, id: string) => boolean {
    const { waiting, attempting } = tallies.totals()
    if (waiting + attempting === 0) return () => false
    if (waiting + attempting > asked)
      return (provider, id) =>
        isOwed.get(JSON.stringify([hashOf(id)]), index.recentEvents([id]), id, provider) !== undefined
    const owed = new Set(owedSubjects.all().map(({ provider, subject }) => `${provider}/${subject}`))
    return (provider, id) => owed.has(`${provider}/${id}`)
  }

  /** Walks on up to a place and drops at most so many subjects, in whole stories; tells how many, and whether it has read them all. */
  function pruneOn(
    walk: Walk,
    most: number,
    to: Place,
    excess: number,
    newest: number,
  ): { count: number; isThrough: boolean } {
    const found = subjectsBetween.all(walk.at.updatedAt, walk.at.n, to.updatedAt, to.n, most)
    const isOwed = whoIsOwed(found.length)
    const mayHaveTimers = hasTimers.get() !== undefined
    const mayHaveCounters = hasCounters.get() !== undefined
    const isInUse = (provider: string, { id, updatedAt }: Row): boolean =>
      updatedAt > newest || (mayHaveTimers && timerOf.get(provider, id) !== undefined) || isOwed(provider, id)
    const seen = new Set<string>()
    const dropped: Row[] = []
    for (const subject of found) {
      if (dropped.length >= excess) break
      const { provider, story, isAlone } = subject
      walk.at = subject
      let subjects: Row[] = [subject]
      if (isAlone === 0) {
        const key = `${provider}/${story}`
        if (seen.has(key)) continue
        seen.add(key)
        subjects = ofStory.all(story, provider)
      }
      if (subjects.some(one => isInUse(provider, one))) continue
      for (const one of subjects) {
        index.dropSubject(one.id, one.n)
        dropped.push(one)
      }
      if (mayHaveCounters) dropCounters.run(story, provider)
    }
    for (const run of runsOf(dropped.sort((a, b) => a.n - b.n))) dropSubjects.run(run.from, run.to)
    if (dropped.length < excess)
      walk.pace =
        dropped.length * 2 > found.length ? Math.min(MOST_LOOKED_AT, walk.pace * 2) : Math.max(SLOWEST, walk.pace >> 1)
    return { count: dropped.length, isThrough: found.length < most }
  }

  /** Deletes whole stories, least recently changed first, unless a timer or an owed delivery needs them. */
  function pruneStories(keep: number): void {
    const excess = (subjectCount.get()?.count ?? 0) - keep
    if (excess <= 0) return
    // What was beyond the number that is kept still is, while no fewer are: most are not counted again.
    if (excess < beyond.excess) beyond = { excess, to: lastToGo.get(excess - 1)?.updatedAt ?? START.updatedAt }
    const newest = beyond.to
    const { waiting, attempting } = tallies.totals()
    // With fewer owed deliveries than that, some can surely go.
    const most = excess > waiting + attempting ? MOST_LOOKED_AT : first.pace
    const dropped = pruneOn(first, most, { updatedAt: newest, n: Number.MAX_SAFE_INTEGER }, excess, newest)
    if (dropped.isThrough) beyond = UNKNOWN
    if (dropped.count >= excess) return
    const from = again.at
    pruneOn(again, again.pace, first.at, excess - dropped.count, newest)
    if (again.at === from) again.at = START
  }

  return {
    prune: given => {
      const keep = Math.max(0, given)
      const { delivered, exhausted, cancelled } = tallies.totals()
      const excess = delivered + exhausted + cancelled - keep
      const gone = excess > 0 ? pruneDeliveries(Math.min(excess, MOST_LOOKED_AT)) : 0
      pruneUndelivered(keep)
      pruneStories(keep)
      index.dropped()
      return gone
    },
    restart: () => {
      sweptTo = 0
      goneTo = 0
      first = walk()
      again = walk()
      beyond = UNKNOWN
    },
  }
}
