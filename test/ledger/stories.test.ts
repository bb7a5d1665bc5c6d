// A ledger of an earlier version: the counters of its stories go on, so that the same payloads are made as before.

import { expect, it } from 'vitest'
import { APPLICATION_ID } from '../../src/ledger/migrate.js'
import { faultKeys } from '../../src/ledger/migrations/fault-keys.js'
import { firstTables } from '../../src/ledger/migrations/first-tables.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { temporaryFolder } from '../support/emulator.js'

it('goes on counting the events of a story, whatever the story is called', async () => {
  const location = `${temporaryFolder()}/old.db`
  const old = openDatabase(location)
  old.exec(firstTables)
  old.exec(faultKeys)
  old.exec("INSERT INTO counters VALUES ('story/acme/thing.made/a/b', 3), ('story/acme/thing.made/c', 1), ('event', 4)")
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma('user_version = 2')
  old.close()
  const ledger = openLedger({ location })
  expect(ledger.storyCount('acme', 'a/b', 'thing.made')).toBe(3)
  expect(await ledger.write(rows => rows.countInStory('acme', 'a/b', 'thing.made'))).toBe(4)
  expect(ledger.storyCount('acme', 'c', 'thing.made')).toBe(1)
  expect(ledger.counter('event')).toBe(4)
  expect(ledger.counter('story/acme/thing.made/c')).toBe(0)
  await ledger.close()
})
