// A million waiting deliveries cost disk, not time: the queries of the waker and the lanes use indexes only.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import { CLAIM } from '../../src/ledger/delivery-writes.js'
import { EARLIEST_DUE, EARLIEST_DUE_BY_LANE } from '../../src/ledger/due.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { OF_EVENT } from '../../src/ledger/rows.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { T0 } from '../support/records.js'

const MILLION = 1_000_000

let folder: string
let location: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  location = join(folder, 'million.db')
  await openLedger({ location }).close()
  const sqlite = openDatabase(location)
  sqlite.pragma('synchronous = OFF')
  sqlite.pragma('journal_mode = OFF')
  sqlite.pragma('cache_size = -500000')
  // All but one are in one lane, and that one is due last of all.
  sqlite.exec(`
    INSERT OR REPLACE INTO tallies VALUES ('/lane/1', '{"n":1,"subscription":"busy","url":"","delivered":0,"exhausted":0,"attempts":0,"acceptedAttempts":0,"lastAttemptAt":null}'),
      ('/lane/2', '{"n":2,"subscription":"quiet","url":"","delivered":0,"exhausted":0,"attempts":0,"acceptedAttempts":0,"lastAttemptAt":null}'), ('/totals', '{"waiting":${MILLION},"attempting":0,"delivered":0,"exhausted":0,"cancelled":0,"attempts":0}');
    INSERT INTO kinds VALUES (1, 'p', 'c', 'T');
    INSERT INTO events VALUES (1, NULL, 1, 1, NULL, NULL, NULL, ${T0}, '{}', NULL, 0);
    WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ${MILLION})
    INSERT INTO deliveries
      SELECT n, NULL, 1, NULL, iif(n = ${MILLION}, 2, 1), 1, 'waiting', 0, 0,
        iif(n = ${MILLION}, ${T0 + MILLION}, ${T0} + (n * 7919) % ${MILLION}), NULL, ${T0}, NULL, NULL FROM i;
  `)
  sqlite.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** SQLite's query plan, with a million rows. */
function plan(sql: string, ...values: number[]): string[] {
  const sqlite = openDatabase(location)
  try {
    return sqlite
      .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map(({ detail }) => detail)
  } finally {
    sqlite.close()
  }
}

describe('with a million deliveries waiting', () => {
  it('a claim walks one lane in due order without sorting', () => {
    const steps = plan(CLAIM, 1, T0, 10)
    expect(steps).toContainEqual(
      expect.stringMatching(/SEARCH deliveries USING COVERING INDEX waiting_in_lane \(lane=\? AND due_at<\?\)/),
    )
    expect(steps).toContainEqual(expect.stringMatching(/SEARCH deliveries USING INTEGER PRIMARY KEY \(rowid=\?\)/))
    expect(steps.join('\n')).not.toMatch(/SCAN deliveries|TEMP B-TREE/)
  })

  it('the earliest due are read from the index without sorting', () => {
    const steps = plan(EARLIEST_DUE, 0, T0, 1)
    expect(steps).toEqual([
      expect.stringMatching(/SEARCH deliveries USING COVERING INDEX waiting_by_due \(due_at>\? AND due_at<\?\)/),
    ])
  })

  it('the earliest of each lane takes one step for each lane', () => {
    const steps = plan(EARLIEST_DUE_BY_LANE).join('\n')
    expect(steps).toMatch(/SEARCH deliveries USING COVERING INDEX waiting_in_lane \(lane=\?\)/)
    expect(steps).toMatch(/SEARCH deliveries USING COVERING INDEX waiting_in_lane \(lane>\?\)/)
    // The search without a bound is min(), which reads the first entry and stops.
    expect(steps).not.toMatch(/SCAN deliveries|TEMP B-TREE/)
  })

  it('the deliveries of an event are a range of rows', () => {
    const steps = plan(`SELECT d.n FROM events AS e CROSS JOIN deliveries AS d ON ${OF_EVENT} WHERE e.n = ?`, 1)
    expect(steps).toContainEqual(expect.stringMatching(/SEARCH d USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/))
    expect(steps.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/)
  })

  it('counts and lists are exact', async () => {
    const ledger: Ledger = openLedger({ location })
    try {
      expect(ledger.deliveryCounts().waiting).toBe(MILLION)
      expect(ledger.nextDelivery()).toBe(T0 + 1)
      expect(ledger.nextDelivery(T0 + MILLION - 1)).toBe(T0 + MILLION)
      expect(ledger.nextDelivery(T0 + MILLION)).toBeUndefined()
      expect(ledger.dueSubscriptions(T0 + MILLION).sort()).toEqual(['busy', 'quiet'])
      const claimed = await ledger.write(rows => rows.claim('busy', T0 + MILLION, 5))
      expect(claimed.map(({ dueAt }) => dueAt)).toEqual([1, 2, 3, 4, 5].map(after => T0 + after))
      const newest = ledger.deliveries({ status: 'waiting' }, { limit: 2 })
      expect(newest.map(({ id }) => id)).toEqual([`dl_${MILLION}`, `dl_${MILLION - 1}`])
    } finally {
      await ledger.close()
    }
  })
})
