// Ledgers of earlier versions open with what they hold.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { APPLICATION_ID } from '../../src/ledger/migrate.js'
import { firstTables } from '../../src/ledger/migrations/first-tables.js'
import { MIGRATIONS } from '../../src/ledger/migrations/index.js'
import { availableDrivers, openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { START, temporaryFolder, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { aDelivery, anEvent } from '../support/records.js'

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

it('events and deliveries keep their ids where an earlier version gave them other numbers than their rows, and no id is given twice', async () => {
  const location = join(temporaryFolder(), 'old.db')
  const old = openDatabase(location)
  for (const sql of MIGRATIONS.slice(0, 7)) old.exec(sql)
  // The caller's own id has taken row 2, and the rows of ev_4 and dl_3 were deleted when they were the newest.
  old.exec(`
    INSERT INTO counters VALUES ('event', 5), ('delivery', 4);
    INSERT INTO lanes VALUES (1, 'sub_1', '', 3, 0, 4, 3, NULL);
    INSERT INTO events (n, id, provider, channel, type, subject, created_at, payload) VALUES
      (1, 'ev_1', 'acme', 'c', 'T', 'a', 1, '{"of":1}'), (2, 'order-1', 'acme', 'c', 'T', 'a', 1, '{"of":"order-1"}'),
      (3, 'ev_2', 'acme', 'c', 'T', 'b', 1, '{"of":2}'), (4, 'ev_3', 'acme', 'c', 'T', 'b', 1, '{"of":3}'),
      (5, 'ev_5', 'acme', 'c', 'T', 'b', 1, '{"of":5}'), (6, '7', 'acme', 'c', 'T', NULL, 1, '{"of":"7"}');
    INSERT INTO deliveries (n, id, event, lane, provider, channel, type, status, attempts, counted, due_at, created_at) VALUES
      (1, 'dl_1', 'ev_1', 1, 'acme', 'c', 'T', 'delivered', 1, 1, NULL, 1),
      (2, 'dl_2', 'order-1', 1, 'acme', 'c', 'T', 'delivered', 1, 1, NULL, 1),
      (3, 'dl_4', 'ev_3', 1, 'acme', 'c', 'T', 'delivered', 2, 1, NULL, 1),
      (4, 'dl_5', 'ev_gone', 1, 'acme', 'c', 'T', 'waiting', 0, 0, 1, 1);
    INSERT INTO attempts (n, cause, started_at, stamped_at, due_at, due_reason, method, url, headers, outcome, accepted) VALUES
      ${[
        [1, 1],
        [2, 1],
        [3, 1],
        [3, 2],
      ].map(
        ([n = 0, number = 0]) => `(${n * 2 ** 21 + number}, 'scheduled', ${n}, 0, 0, '', 'POST', '', '[]', '{}', 1)`,
      )};
    UPDATE totals SET delivered = 3, waiting = 1, attempts = 4;
  `)
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma('user_version = 7')
  old.close()

  for (const driver of availableDrivers()) {
    const copy = join(temporaryFolder(), `${driver.replace(':', '-')}.db`)
    copyFileSync(location, copy)
    const ledger = openLedger({ location: copy, driver })
    const payloads = ['ev_1', 'order-1', 'ev_2', 'ev_3', 'ev_4', 'ev_5', 'ev_6', '7'].map(
      id => ledger.event(id)?.payload.of,
    )
    expect(payloads).toEqual([1, 'order-1', 2, 3, undefined, 5, undefined, '7'])
    expect(ledger.events({}, { limit: 9 }).map(({ id }) => id)).toEqual([
      '7',
      'ev_5',
      'ev_3',
      'ev_2',
      'order-1',
      'ev_1',
    ])
    expect(ledger.events({ subject: 'a' }, { limit: 9 }).map(({ id }) => id)).toEqual(['order-1', 'ev_1'])
    expect(ledger.deliveries({}, { limit: 9 }).map(({ id, eventId }) => [id, eventId])).toEqual([
      ['dl_5', 'ev_gone'],
      ['dl_4', 'ev_3'],
      ['dl_2', 'order-1'],
      ['dl_1', 'ev_1'],
    ])
    expect(ledger.deliveries({ text: 'ORDER-1' }, { limit: 9 }).map(({ id }) => id)).toEqual(['dl_2'])
    expect(ledger.deliveries({ text: 'l_1' }, { limit: 9 }).map(({ id }) => id)).toEqual(['dl_1'])
    expect(ledger.deliveriesOfEvent('ev_3').map(({ id }) => id)).toEqual(['dl_4'])
    expect(ledger.delivery('dl_3')).toBeUndefined()
    expect(ledger.attempts('dl_4').map(({ number, startedAt }) => [number, startedAt])).toEqual([
      [1, 3],
      [2, 3],
    ])
    // Written as `trigger` does it.
    await ledger.write(rows => {
      for (const own of [undefined, 'order-2', undefined]) {
        const eventId = own ?? `ev_${rows.count('event')}`
        rows.insertEvent(anEvent(eventId))
        rows.insertDelivery(aDelivery(`dl_${rows.count('delivery')}`, { eventId }))
      }
      rows.prune(2)
    })
    expect(ledger.deliveries({}, { limit: 9 }).map(({ id, eventId }) => [id, eventId])).toEqual([
      ['dl_7', 'ev_9'],
      ['dl_6', 'order-2'],
      ['dl_5', 'ev_7'],
      ['dl_5', 'ev_gone'],
      ['dl_4', 'ev_3'],
      ['dl_2', 'order-1'],
    ])
    await ledger.close()
  }
})

it('events and deliveries of an earlier version are still of their provider, channel and type, also where the event was pruned', async () => {
  const location = join(temporaryFolder(), 'old.db')
  const old = openDatabase(location)
  for (const sql of MIGRATIONS.slice(0, 8)) old.exec(sql)
  old.exec(`
    INSERT INTO tallies VALUES ('event', 3), ('delivery', 3), ('/lane/1', '{"n":1,"subscription":"sub_1","url":""}');
    INSERT INTO events (n, deliveries_from, provider, channel, type, created_at, payload) VALUES
      (2, 2, 'acme', 'c', 'Paid', 1, '{}'), (3, 3, 'other', 'd', 'Paid', 1, '{"last":true}');
    INSERT INTO deliveries (n, event, lane, provider, channel, type, status, attempts, counted, created_at, settled_at, body) VALUES
      (1, 1, 1, 'acme', 'c', 'Gone', 'delivered', 1, 1, 1, 1, NULL),
      (2, 2, 1, 'acme', 'c', 'Paid', 'delivered', 1, 1, 1, 1, 'its body'),
      (3, 3, 1, 'other', 'd', 'Paid', 'delivered', 1, 1, 1, 1, NULL);
  `)
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma('user_version = 8')
  old.close()

  const ledger = openLedger({ location })
  const page = { limit: 9 }
  await ledger.write(rows => {
    rows.insertEvent(anEvent(`ev_${rows.count('event')}`, { provider: 'acme', channel: 'c', type: 'Paid' }))
  })
  const kindOf = ({
    id,
    provider,
    channel,
    type,
  }: ReturnType<typeof ledger.events>[number] | ReturnType<typeof ledger.deliveries>[number]) => [
    id,
    provider,
    channel,
    type,
  ]
  expect(ledger.events({}, page).map(kindOf)).toEqual([
    ['ev_4', 'acme', 'c', 'Paid'],
    ['ev_3', 'other', 'd', 'Paid'],
    ['ev_2', 'acme', 'c', 'Paid'],
  ])
  expect(ledger.deliveries({}, page).map(kindOf)).toEqual([
    ['dl_3', 'other', 'd', 'Paid'],
    ['dl_2', 'acme', 'c', 'Paid'],
    ['dl_1', 'acme', 'c', 'Gone'],
  ])
  expect(ledger.events({ provider: 'acme', type: 'Paid' }, page).map(({ id }) => id)).toEqual(['ev_4', 'ev_2'])
  expect(ledger.deliveries({ type: 'Paid' }, page).map(({ id }) => id)).toEqual(['dl_3', 'dl_2'])
  expect(ledger.deliveries({ text: 'gON' }, page).map(({ id }) => id)).toEqual(['dl_1'])
  expect(ledger.deliveries({ provider: 'none' }, page)).toEqual([])
  expect(ledger.delivery('dl_2')).toMatchObject({ body: 'its body', settledAt: 1, attempts: 1 })
  expect(ledger.eventToSend('ev_3')).toMatchObject({ event: { type: 'Paid' }, text: '{"last":true}' })
  await ledger.close()
})

it('a kind of events whose first writer failed is there for the next', async () => {
  const location = join(temporaryFolder(), 'ledger.db')
  const ledger = openLedger({ location })
  const write = (type: string, fails: boolean) =>
    ledger.write(rows => {
      rows.insertEvent(anEvent(`ev_${rows.count('event')}`, { type }))
      if (fails) throw new Error('undone')
    })
  const ended = await Promise.allSettled([write('A', false), write('B', true), write('B', false), write('A', true)])
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
  await expect(write('C', true)).rejects.toThrow('undone')
  await write('D', false)
  await write('C', false)
  await ledger.close()
  const again = openLedger({ location })
  expect(again.events({}, { limit: 9 }).map(({ type }) => type)).toEqual(['C', 'D', 'B', 'A'])
  await again.close()
})
