// Notes the attempts in flight that no `attempting` delivery leads to, such as resends, so that a crash leaves none unfinished.
import type { Database } from './database.js'
import { ATTEMPTS_EACH } from './rows.js'

/** The notes, for writers. One whose writer was undone may be left: whoever follows it looks at the attempt. */
export interface AttemptsBeside {
  note(attempt: number): void
  /** Notes a delivery's attempt in flight, if it has one. */
  noteOf(delivery: number): void
  ended(attempt: number): void
}

/** Prepares the statements; attempts and deliveries are given by the numbers of their rows. */
export function noteAttemptsBeside(db: Database): AttemptsBeside {
  const insert = db.prepare<[number]>('INSERT OR IGNORE INTO attempts_beside VALUES (?)')
  const remove = db.prepare<[number]>('DELETE FROM attempts_beside WHERE n = ?')
  const inFlight = db.prepare<[number, number], { n: number }>(
    'SELECT n FROM attempts WHERE n > ? AND n < ? AND outcome IS NULL',
  )
  /** Those that may have a row: nearly every attempt has none, and needs no statement. */
  const noted = new Set<number>()
  const note = (attempt: number): void => {
    insert.run(attempt)
    noted.add(attempt)
  }
  return {
    note,
    noteOf: delivery => {
      const first = delivery * ATTEMPTS_EACH
      for (const { n } of inFlight.all(first, first + ATTEMPTS_EACH)) note(n)
    },
    ended: attempt => {
      if (noted.size > 0 && noted.delete(attempt)) remove.run(attempt)
    },
  }
}
