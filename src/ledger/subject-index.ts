// Finds subjects, and the events about them, by a subject's id: the latest entries are in memory and written later, in order.
import type { Database } from './database.js'
import {
  addTo,
  BUCKETS,
  type Bucket,
  bucketOf,
  type Entry,
  emptyBucket,
  emptyState,
  hashOf,
  type Newest,
  NOTHING,
  placesOf,
  removeFrom,
  type State,
  sizeOf,
} from './recent-entries.js'
import type { Memory } from './write-group.js'

/** The entries of a ledger, and their part in its transactions. An entry may outlive its row: whoever follows it compares the row. */
export interface SubjectIndex extends Memory {
  /** The number of a subject's row; undefined where there is none. */
  find(provider: string, id: string): number | undefined
  /** Events that may be about one of these subjects: those in memory, as a JSON list of their numbers; `EVENTS_ABOUT` has the others. */
  recentEvents(ids: readonly string[]): string
  addSubject(provider: string, id: string, n: number): void
  addEvent(subject: string, n: number): void
  /** The row was deleted. */
  dropSubject(id: string, n: number): void
  /** The row was deleted. */
  dropEvent(subject: string, n: number): void
  /** Rows were deleted: the numbers of the newest may be given again. */
  dropped(): void
  /** Every row was deleted. */
  clear(): void
  /** Reads now what is otherwise read when it is first needed. */
  open(): void
  /** The ledger is about to be closed: writes what would take the next process time to read again. */
  beforeClose(): void
}

/**
 * So many of the latest entries are in memory. Ids are random: written one by one, each entry would change a page of its own, and a
 * commit writes whole pages.
 */
const MOST_RECENT = 8192

/** At most so many buckets are written with one commit, which waits for them. */
const AT_ONCE = 16

/** So many times as many entries as stay in memory are written when they are read. */
const FAR_TOO_MANY = 4

/** Fewer entries than these are quickly read again. */
const FEW = 500

/** Rows that are read at once when a ledger is opened. */
const READ_AT_ONCE = 5000

/** Numbers of events that may be about a subject; binds a JSON list of hashes and what `recentEvents` returns for the same ids. */
export const EVENTS_ABOUT = `SELECT place FROM subject_index WHERE place > 0 AND hash IN (SELECT value FROM json_each(?))
  UNION ALL SELECT value AS place FROM json_each(?)`

/** What a writer did, in order. */
interface Change extends Entry {
  isDropped: boolean
}

/**
 * The index of a ledger. When it is first needed it reads the latest rows, whose entries an earlier process had in memory only. `most`
 * entries stay in memory.
 */
export function openSubjectIndex(db: Database, most = MOST_RECENT): SubjectIndex {
  const insert = db.prepare<[hash: number, place: number]>('INSERT OR IGNORE INTO subject_index VALUES (?, ?)')
  const remove = db.prepare<[hash: number, place: number]>('DELETE FROM subject_index WHERE hash = ? AND place = ?')
  const isSubject = db.prepare<[n: number, id: string, provider: string], unknown>(
    'SELECT 1 FROM subjects WHERE n = ? AND id = ? AND provider = ?',
  )
  const find = db.prepare<[hash: number, id: string, provider: string], { n: number }>(
    `SELECT s.n FROM subject_index AS i CROSS JOIN subjects AS s ON s.n = -i.place
      WHERE i.hash = ? AND i.place < 0 AND s.id = ? AND s.provider = ?`,
  )
  const newestRows = db.prepare<[], Newest>(
    'SELECT ifnull((SELECT max(n) FROM subjects), 0) AS subjects, ifnull((SELECT max(n) FROM events), 0) AS events',
  )
  const writtenRows = db.prepare<[], Newest>('SELECT subjects, events FROM subject_index_to')
  const setWritten = db.prepare<[number, number]>('UPDATE subject_index_to SET subjects = ?, events = ?')

  const newest = (): Newest => newestRows.get() ?? NOTHING

  let state: State | undefined
  /** The present group has read it: where the group is undone it may have read too much. */
  let isNew = false
  /** What the group has done to `state`. */
  let changes: Change[] = []
  /** The states that the group has cleared, each with what the group had done to it. */
  let cleared: { state: State | undefined; changes: Change[] }[] = []
  let beforeWriter = { changes: 0, cleared: 0 }
  /** Subjects that a group looked for in vain; undefined while there is none. */
  let missing: Set<string> | undefined
  /** How many buckets the group has written, from the hand on. */
  let written = 0
  /** A subject is looked for and inserted, then an event about it: all with one id. */
  let last = { id: '', hash: hashOf('') }

  const hashNow = (id: string): number => {
    if (id !== last.id) last = { id, hash: hashOf(id) }
    return last.hash
  }

  const add = (id: string, place: number): void => {
    const hash = hashNow(id)
    addTo(opened(), hash, place)
    changes.push({ hash, place, isDropped: false })
  }

  // Until the commit it is found, and its row is not.
  const drop = (id: string, place: number): void => {
    opened()
    changes.push({ hash: hashOf(id), place, isDropped: true })
  }

  const undo = (to: { changes: number; cleared: number }): void => {
    const [first] = cleared.splice(to.cleared)
    if (first !== undefined) ({ state, changes } = first)
    const undone = changes.splice(to.changes)
    if (isNew) state = undefined
    if (state !== undefined) for (const change of undone) if (!change.isDropped) removeFrom(state, change)
    missing?.clear()
  }

  const commitChange = (to: State, change: Change): void => {
    while (removeFrom(to, change)) {}
    if (change.isDropped) {
      bucketOf(to, change.hash).gone.push(change)
      to.size++
    } else addTo(to, change.hash, change.place)
  }

  const writeBucket = ({ places, gone }: Bucket): void => {
    for (const { hash, place } of gone) remove.run(hash, place)
    for (const hash of [...places.keys()].sort((a, b) => a - b)) {
      const those = places.get(hash) ?? []
      if (typeof those === 'number') insert.run(hash, those)
      else for (const place of those) insert.run(hash, place)
    }
  }

  const noteWritten = ({ subjects, events }: Newest): void => {
    setWritten.run(subjects, events)
  }

  /** Reads rows above a number; returns whether they were too many for memory. */
  const read = (into: State, table: string, column: string, sign: 1 | -1, above: number): boolean => {
    const rows = db.prepare<[number, number], { n: number; id: string }>(
      `SELECT n, ${column} AS id FROM ${table} WHERE n > ? AND ${column} IS NOT NULL ORDER BY n LIMIT +?`,
    )
    let areMany = false
    for (let from = above; ; ) {
      const found = rows.all(from, READ_AT_ONCE)
      for (const { n, id } of found) addTo(into, hashOf(id), sign * n)
      if (into.size > FAR_TOO_MANY * most) {
        writeAll(into)
        areMany = true
      }
      const last = found.at(-1)
      if (last === undefined || found.length < READ_AT_ONCE) return areMany
      from = last.n
    }
  }

  const writeAll = (of: State): void => {
    for (const bucket of of.buckets) {
      writeBucket(bucket)
      emptyBucket(of, bucket)
    }
  }

  const load = (): State => {
    const loaded = emptyState(newest())
    const to = writtenRows.get() ?? NOTHING
    const areMany = [read(loaded, 'subjects', 'id', -1, to.subjects), read(loaded, 'events', 'subject', 1, to.events)]
    if (areMany.includes(true)) {
      writeAll(loaded)
      noteWritten(loaded.newest)
    }
    return loaded
  }

  const opened = (): State => {
    if (state !== undefined) return state
    if (db.inTransaction()) {
      isNew = true
      state = load()
      return state
    }
    db.exec('BEGIN IMMEDIATE')
    try {
      state = load()
      db.exec('COMMIT')
    } catch (error) {
      state = undefined
      if (db.inTransaction()) db.exec('ROLLBACK')
      throw error
    }
    return state
  }

  return {
    find: (provider, id) => {
      const hash = hashNow(id)
      for (const place of placesOf(opened(), hash)) {
        if (place > 0) break
        if (isSubject.get(-place, id, provider) !== undefined) return -place
      }
      const key = `${provider}/${id}`
      if (missing?.has(key)) return undefined
      const n = find.get(hash, id, provider)?.n
      if (n === undefined) missing?.add(key)
      return n
    },
    recentEvents: ids => JSON.stringify(ids.flatMap(id => placesOf(opened(), hashOf(id)).filter(place => place > 0))),
    addSubject: (provider, id, n) => {
      missing?.delete(`${provider}/${id}`)
      add(id, -n)
    },
    addEvent: add,
    dropSubject: (id, n) => drop(id, -n),
    dropEvent: drop,
    dropped: () => {
      const now = newest()
      const least = (a: Newest): Newest => ({
        subjects: Math.min(a.subjects, now.subjects),
        events: Math.min(a.events, now.events),
      })
      if (state !== undefined) state.newest = least(state.newest)
      noteWritten(least(writtenRows.get() ?? now))
    },
    clear: () => {
      cleared.push({ state, changes })
      state = emptyState(NOTHING)
      changes = []
      noteWritten(NOTHING)
    },
    open: () => void opened(),
    beforeClose: () => {
      if (state === undefined || state.size < FEW) return
      try {
        db.exec('BEGIN IMMEDIATE')
        writeAll(state)
        noteWritten(newest())
        db.exec('COMMIT')
      } catch {
        // As on a full disk. The connection's end undoes it, and what is not written is read again.
      }
    },
    begin: () => {
      missing ??= new Set()
      beforeWriter = { changes: changes.length, cleared: cleared.length }
    },
    undo: () => undo(beforeWriter),
    beforeCommit: () => {
      if (state === undefined) return
      const { buckets, hand, newest: then } = state
      for (let { size } = state; size > most && written < AT_ONCE && hand + written < BUCKETS; written++) {
        const bucket = buckets[hand + written] as Bucket
        writeBucket(bucket)
        size -= sizeOf(bucket)
      }
      if (hand + written === BUCKETS) noteWritten(then)
    },
    undoGroup: () => {
      undo({ changes: 0, cleared: 0 })
      written = 0
      isNew = false
      missing = undefined
    },
    committed: () => {
      missing = undefined
      isNew = false
      const done = changes
      if (changes.length > 0) changes = []
      if (cleared.length > 0) cleared = []
      if (state === undefined) return
      for (; written > 0; written--) emptyBucket(state, state.buckets[state.hand++] as Bucket)
      if (done.some(({ isDropped }) => isDropped)) for (const change of done) commitChange(state, change)
      if (state.hand === BUCKETS) {
        state.hand = 0
        state.newest = newest()
      }
    },
  }
}
