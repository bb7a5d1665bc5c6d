// Migrates a ledger file to the present schema, or refuses a file that is not a ledger.
import { EmulatorError } from '../core/errors.js'
import type { Database } from './database.js'
import { MIGRATIONS } from './migrations/index.js'

/** Marks a SQLite file as a ledger: "Stdn" in ASCII. */
export const APPLICATION_ID = 0x5374646e

/** The schema version this build writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/**
 * The schema version of a file, read without changing its contents; 0 is an empty file. Throws `ledger_newer` for a later schema,
 * `ledger_broken` for a SQLite file that is not a ledger. (When the owner was killed, SQLite itself may move committed pages from the
 * -wal into the file when it is closed.)
 */
export function schemaVersion(db: Database): number {
  const version = Number(db.pragma('user_version'))
  const ours = db.pragma('application_id') === APPLICATION_ID
  const empty = version === 0 && db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined
  if (!ours && !empty)
    throw new EmulatorError(`${db.location} is a SQLite database, but not a Standin ledger.`, {
      code: 'ledger_broken',
      where: db.location,
      hint: 'Use another file; this one was not changed.',
    })
  if (version > SCHEMA_VERSION)
    throw new EmulatorError(
      `${db.location} was written by a newer version of Standin (schema ${version}; this one knows up to ${SCHEMA_VERSION}).`,
      {
        code: 'ledger_newer',
        where: db.location,
        hint: 'Update Standin, or use another file; this one was not changed.',
      },
    )
  return version
}

/** Runs the migrations after version `from`, all of them or none. */
export function migrate(db: Database, from: number): void {
  if (from === SCHEMA_VERSION) return
  db.exec('BEGIN EXCLUSIVE')
  try {
    for (const sql of MIGRATIONS.slice(from)) db.exec(sql)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${SCHEMA_VERSION}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction()) db.exec('ROLLBACK')
    throw error
  }
}
