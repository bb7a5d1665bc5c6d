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
export interface WriteGroup {
  /** Runs `work` with the next group and resolves after the commit. `work` runs again when another writer of its group fails. */
  write<T>(work: () => T): Promise<T>
  /** Resolves when every write requested so far is committed or has failed. */
  settled(): Promise<void>
  /** Commits the writes requested so far, now. */
  flush(): void
}

interface Writer {
  /** Does the work; returns what resolves the caller's promise after the commit. */
  run: () => () => void
  reject: (error: unknown) => void
}

/** Collects writes until the tick ends and commits them together. */
export function groupWrites(db: Database, memory: Memory): WriteGroup {
  const begin = db.prepare<[]>('BEGIN IMMEDIATE')
  const commit = db.prepare<[]>('COMMIT')
  const rollback = db.prepare<[]>('ROLLBACK')
  const savepoint = db.prepare<[]>('SAVEPOINT writer')
  const release = db.prepare<[]>('RELEASE writer')
  const rollbackTo = db.prepare<[]>('ROLLBACK TO writer')
  let waiting: Writer[] = []
  let waitingForAll: (() => void)[] = []
  let scheduled = false

  /** Runs all writers without savepoints; undefined when one of several failed and all must be run apart. */
  const runTogether = (group: readonly Writer[]): (() => void)[] | undefined => {
    memory.begin()
    try {
      return group.map(writer => writer.run())
    } catch (error) {
      // SQLite ends the transaction itself on errors such as a full disk: then every writer has failed.
      if (group.length === 1 || !db.inTransaction()) throw error
      return undefined
    }
  }

  const runApart = (writer: Writer): (() => void) => {
    memory.begin()
    savepoint.run()
    try {
      const answer = writer.run()
      release.run()
      return answer
    } catch (error) {
      if (!db.inTransaction()) throw error
      rollbackTo.run()
      release.run()
      memory.undo()
      return () => writer.reject(error)
    }
  }

  /** Most groups succeed whole, so savepoints are only used once one of its writers has failed. */
  const runWriters = (group: readonly Writer[]): (() => void)[] => {
    const answers = runTogether(group)
    if (answers !== undefined) return answers
    rollback.run()
    memory.undoGroup()
    begin.run()
    return group.map(runApart)
  }

  /** When this fails too, the next group fails at its beginning, and its writers are told. */
  const endTransaction = (): void => {
    try {
      if (db.inTransaction()) rollback.run()
    } catch {
      // The writers get the error that came first.
    }
  }

  const runGroup = (group: readonly Writer[]): void => {
    let answers: (() => void)[]
    try {
      begin.run()
      answers = runWriters(group)
      memory.beforeCommit()
      commit.run()
      memory.committed()
    } catch (error) {
      endTransaction()
      memory.undoGroup()
      for (const writer of group) writer.reject(error)
      return
    }
    for (const answer of answers) answer()
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
        waiting.push({
          run: () => {
            const result = work()
            if (result instanceof Promise)
              throw new TypeError(
                'The work of a ledger write must be synchronous: its transaction ends with this tick.',
              )
            return () => resolve(result)
          },
          reject,
        })
        if (scheduled) return
        scheduled = true
        setImmediate(flush)
      }),
    settled: () => (waiting.length === 0 ? Promise.resolve() : new Promise(resolve => waitingForAll.push(resolve))),
    flush,
  }
}
