// Groups writes: all writes of one tick share a transaction, and a write that fails undoes only its own changes.
import type { Database } from './database.js'

/** State kept in memory beside the rows; it is rolled back with them. */
export interface Memory {
  /** A writer starts: what changes from here on may have to be undone. */
  begin(): void
  /** The changes since `begin` were rolled back. */
  undo(): void
  /** The group is about to be committed: writes what is kept in memory. */
  beforeCommit(): void
  /** The whole group was rolled back. */
  undoGroup(): void
  /** The group is committed. */
  committed(): void
}

/** Writes that share transactions. */
export interface WriteGroup<Rows> {
  /** Runs `work` with the next group and resolves after the commit. `work` runs again when another writer of its group fails. */
  write<T>(work: (rows: Rows) => T): Promise<T>
  /** Resolves when every write requested so far is committed or has failed. */
  settled(): Promise<void>
  /** Commits the writes requested so far, now. */
  flush(): void
}

interface Writer<Rows> {
  work: (rows: Rows) => unknown
  resolve(result: unknown): void
  reject(error: unknown): void
  /** What the work has returned; its caller gets it after the commit. */
  result: unknown
  /** Why the work failed, apart from the rest of its group. */
  failure: { error: unknown } | undefined
}

/** Collects writes until the tick ends and commits them together. `rows` is what each is given. */
export function groupWrites<Rows>(db: Database, memory: Memory, rows: Rows): WriteGroup<Rows> {
  const begin = db.prepare<[]>('BEGIN IMMEDIATE')
  const commit = db.prepare<[]>('COMMIT')
  const rollback = db.prepare<[]>('ROLLBACK')
  const savepoint = db.prepare<[]>('SAVEPOINT writer')
  const release = db.prepare<[]>('RELEASE writer')
  const rollbackTo = db.prepare<[]>('ROLLBACK TO writer')
  let waiting: Writer<Rows>[] = []
  let waitingForAll: (() => void)[] = []
  let scheduled = false

  const run = (writer: Writer<Rows>): void => {
    writer.result = writer.work(rows)
    if (writer.result instanceof Promise)
      throw new TypeError('The work of a ledger write must be synchronous: its transaction ends with this tick.')
  }

  /** Runs all writers without savepoints; false when one of several failed and all must be run apart. */
  const runTogether = (group: readonly Writer<Rows>[]): boolean => {
    memory.begin()
    try {
      for (const writer of group) run(writer)
      return true
    } catch (error) {
      // SQLite ends the transaction itself on errors such as a full disk: then every writer has failed.
      if (group.length === 1 || !db.inTransaction()) throw error
      return false
    }
  }

  const runApart = (writer: Writer<Rows>): void => {
    memory.begin()
    savepoint.run()
    try {
      run(writer)
      release.run()
    } catch (error) {
      if (!db.inTransaction()) throw error
      rollbackTo.run()
      release.run()
      memory.undo()
      writer.failure = { error }
    }
  }

  /** Most groups succeed whole, so savepoints are only used once one of its writers has failed. */
  const runWriters = (group: readonly Writer<Rows>[]): void => {
    if (runTogether(group)) return
    rollback.run()
    memory.undoGroup()
    begin.run()
    for (const writer of group) runApart(writer)
  }

  /** When this fails too, the next group fails at its beginning, and its writers are told. */
  const endTransaction = (): void => {
    try {
      if (db.inTransaction()) rollback.run()
    } catch {
      // The writers get the error that came first.
    }
  }

  const runGroup = (group: readonly Writer<Rows>[]): void => {
    try {
      begin.run()
      runWriters(group)
      memory.beforeCommit()
      commit.run()
      memory.committed()
    } catch (error) {
      endTransaction()
      memory.undoGroup()
      for (const writer of group) writer.reject(error)
      return
    }
    for (const writer of group)
      if (writer.failure === undefined) writer.resolve(writer.result)
      else writer.reject(writer.failure.error)
  }

  const flush = (): void => {
    scheduled = false
    const group = waiting
    const all = waitingForAll
    waiting = []
    waitingForAll = []
    if (group.length > 0) runGroup(group)
    for (const resolve of all) resolve()
  }

  return {
    write: work =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject, result: undefined, failure: undefined })
        if (scheduled) return
        scheduled = true
        setImmediate(flush)
      }),
    settled: () => (waiting.length === 0 ? Promise.resolve() : new Promise(resolve => waitingForAll.push(resolve))),
    flush,
  }
}
