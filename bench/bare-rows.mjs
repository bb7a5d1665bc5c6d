// The reference of making events: the same number of rows put into a bare SQLite file, with the driver, the journal and the groups of a ledger.
import { createRequire } from 'node:module'

/** Events that share a transaction. */
const IN_GROUP = 100

/** The driver that Standin prefers, where it loads; else Node's own. */
function open(location) {
  const require = createRequire(import.meta.url)
  try {
    const Database = require('better-sqlite3')
    return new Database(location)
  } catch {
    const { DatabaseSync } = require('node:sqlite')
    return new DatabaseSync(location)
  }
}

/** Inserts an event with its text and a delivery, so many times. */
export function insertBareRows(location, text, count) {
  const db = open(location)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  db.exec('CREATE TABLE events (n INTEGER PRIMARY KEY, payload TEXT)')
  db.exec('CREATE TABLE deliveries (n INTEGER PRIMARY KEY, event INTEGER, status TEXT, due_at INTEGER)')
  const event = db.prepare('INSERT INTO events (n, payload) VALUES (?, ?)')
  const delivery = db.prepare("INSERT INTO deliveries (event, status, due_at) VALUES (?, 'waiting', 0)")
  for (let done = 0; done < count; done += IN_GROUP) {
    db.exec('BEGIN IMMEDIATE')
    for (let n = done + 1; n <= Math.min(count, done + IN_GROUP); n++) {
      event.run(n, text)
      delivery.run(n)
    }
    db.exec('COMMIT')
  }
  db.close()
}
