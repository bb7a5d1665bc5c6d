// Grouped writes: everything asked for in one tick shares one transaction, and each writer's failure stays its own.
import type { Database } from './database.js'

/** State kept in memory beside the rows, which has to follow them back when they are rolled back. */
export interface Memory {
  /** A writer starts: what it changes from here on may have to be undone. */
  begin(): void
  /** That writer's changes were rolled back. */
  undo(): void
  /** The group is about to be committed; what is kept in memory is written now. */
  beforeCommit(): void
  /** The whole group was rolled back. */
  undoGroup(): void
  /** The group is committed. */
  committed(): void
}

export interface WriteGroup {
  write<T>(work: () => T): Promise<T>
  settled(): Promise<void>
  /** Commits what has been asked for so far, now. */
  flush(): void
}

interface Writer {
  /** Does the work; answers what tells the caller once it is committed. */
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

  /** Runs one writer; answers how to tell its caller. Throws only when the whole transaction is lost. */
  const runOne = (writer: Writer, alone: boolean): (() => void) => {
    memory.begin()
    // Alone it needs no savepoint: rolling everything back is rolling it back.
    if (!alone) savepoint.run()
    try {
      const answer = writer.run()
      if (!alone) release.run()
      return answer
    } catch (error) {
      // SQLite ends the transaction by itself on errors such as a full disk: then everybody's changes are gone.
      if (alone || !db.inTransaction()) throw error
      rollbackTo.run()
      release.run()
      memory.undo()
      return () => writer.reject(error)
    }
  }

  const runGroup = (group: readonly Writer[]): void => {
    const answers: (() => void)[] = []
    try {
      begin.run()
      for (const writer of group) answers.push(runOne(writer, group.length === 1))
      memory.beforeCommit()
      commit.run()
      memory.committed()
    } catch (error) {
      if (db.inTransaction()) rollback.run()
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
    for (const tell of all) tell()
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
