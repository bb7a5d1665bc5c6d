// Ledgers of earlier versions open with what they hold.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { APPLICATION_ID } from '../../src/ledger/migrate.js'
import { firstTables } from '../../src/ledger/migrations/first-tables.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { START, temporaryFolder, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

/** A fault as version 1 of the schema stored it. */
const STORED = {
  id: 'fl_1',
  fault: { kind: 'drop', as: 'status', status: 503, next: 3 },
  addedAt: START,
  until: null,
  expiresAt: null,
  fired: 1,
  left: 2,
  passedOver: 'the payload has nothing at "left":',
  batches: {},
}

function versionOne(location: string): void {
  const sqlite = openDatabase(location)
  sqlite.exec(firstTables)
  sqlite.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run('faults', JSON.stringify([STORED]))
  sqlite.pragma(`application_id = ${APPLICATION_ID}`)
  sqlite.pragma('user_version = 1')
  sqlite.close()
}

it('a fault stored by schema version 1 fires as often as it was still to fire', async () => {
  const ledger = join(temporaryFolder(), 'old.db')
  versionOne(ledger)
  const emulator = await testEmulator({ ledger })
  expect(emulator.faults.list()).toMatchObject([
    { id: 'fl_1', active: true, remaining: 2, lastSkipReason: 'the payload has nothing at "left":' },
  ])
  const receiver = await testReceiver([200])
  await emulator.subscribe('standard', { url: receiver.url })
  const { deliveries } = await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  expect(emulator.view(deliveries[0]?.id ?? '').attempts.map(({ outcome }) => outcome?.status)).toEqual([503, 503, 200])
  expect(emulator.faults.list()).toMatchObject([{ active: false, remaining: 0, fired: 3 }])
})

it('an attempt that an earlier version was killed in, and had counted when it began, is counted once', async () => {
  const location = join(temporaryFolder(), 'old.db')
  versionOne(location)
  const sqlite = openDatabase(location)
  sqlite.exec(`
    INSERT INTO lanes VALUES (1, 'sub_1', '', 0, 0, 1, 0, NULL);
    INSERT INTO deliveries VALUES (1, 'dl_1', 'ev_1', 1, 'p', 'c', 'T', 'attempting', 1, 0, 0, NULL, 0, NULL, NULL);
    INSERT INTO attempts (n, cause, started_at, stamped_at, due_at, due_reason, method, url, headers, accepted)
      VALUES (${2 ** 21 + 1}, 'scheduled', 0, 0, 0, '', 'POST', '', '[]', 0);
    UPDATE totals SET attempting = 1, attempts = 1;
  `)
  sqlite.close()
  const ledger = openLedger({ location })
  expect(ledger.delivery('dl_1')?.attempts).toBe(1)
  expect(await ledger.write(rows => rows.recover(START))).toBe(1)
  expect(ledger.delivery('dl_1')).toMatchObject({ status: 'waiting', attempts: 1, counted: 0 })
  await ledger.close()
})
