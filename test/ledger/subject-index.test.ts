// Subjects, and the events about them, are found by id: whatever was written, undone, pruned or cleared, and after a kill.
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import { APPLICATION_ID } from '../../src/ledger/migrate.js'
import { MIGRATIONS } from '../../src/ledger/migrations/index.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { temporaryFolder } from '../support/emulator.js'
import { anEvent, aSubject, T0 } from '../support/records.js'

const ALL = { limit: 1_000_000 }

/** Every row is found by the index, and nothing else is. */
function expectFound(ledger: Ledger, ids: readonly string[]): void {
  const subjects = ledger.subjects({}, ALL)
  for (const provider of ['acme', 'other'])
    for (const id of ids)
      expect(ledger.subject(provider, id)).toEqual(subjects.find(row => row.id === id && row.provider === provider))
  expect(new Set(subjects.map(({ id, provider }) => `${provider} ${id}`)).size).toBe(subjects.length)
  const events = ledger.events({}, ALL)
  for (const subject of ids)
    expect(ledger.events({ subject }, ALL)).toEqual(events.filter(event => event.subject === subject))
}

/** What a kill would leave of a ledger. */
function copied(location: string): string {
  const copy = join(temporaryFolder(), 'copy.db')
  for (const suffix of ['', '-wal']) if (existsSync(location + suffix)) copyFileSync(location + suffix, copy + suffix)
  return copy
}

/** Opens what a kill would leave of a ledger. */
function killed(location: string, recentSubjects?: number): { ledger: Ledger; location: string } {
  const copy = copied(location)
  return { ledger: openLedger({ location: copy, recentSubjects }), location: copy }
}

it('finds what is there, whatever is written, undone and killed', async () => {
  const ids = Array.from({ length: 12 }, (_, n) => `subject ${n}`)
  const id = fc.constantFrom(...ids)
  const provider = fc.constantFrom('acme', 'other')
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), id, provider }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('event' as const), id, provider }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('prune' as const), keep: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  )
  const writer = fc.record({ steps: fc.array(step, { maxLength: 8 }), fails: fc.boolean() })
  const group = fc.record({ writers: fc.array(writer, { minLength: 1, maxLength: 3 }), killed: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(group, { maxLength: 12 }), fc.nat(10), async (groups, recentSubjects) => {
      let location = join(temporaryFolder(), 'found.db')
      let ledger = openLedger({ location, recentSubjects })
      let n = 0
      for (const { writers, killed: isKilled } of groups) {
        await Promise.allSettled(
          writers.map(({ steps, fails }) =>
            ledger.write(rows => {
              for (const it of steps)
                if (it.do === 'put')
                  rows.putSubject(aSubject(it.id, { provider: it.provider, story: it.id, updatedAt: T0 + ++n }))
                else if (it.do === 'event')
                  rows.insertEvent(anEvent(`e${++n}`, { provider: it.provider, subject: it.id }))
                else if (it.do === 'prune') rows.prune(it.keep)
                else rows.clear()
              if (fails) throw new Error('undone')
            }),
          ),
        )
        if (isKilled) {
          const before = ledger
          ;({ ledger, location } = killed(location, recentSubjects))
          await before.close()
        }
        expectFound(ledger, ids)
      }
      await ledger.close()
    }),
    { numRuns: 25 },
  )
})

it('finds ten thousands of subjects, most of them on disk', async () => {
  const location = join(temporaryFolder(), 'many.db')
  const ledger = openLedger({ location })
  const ids = Array.from({ length: 24_000 }, (_, n) => ((n * 2_654_435_761) % 2 ** 32).toString(16))
  for (let from = 0; from < ids.length; from += 1000)
    await ledger.write(rows => {
      for (const id of ids.slice(from, from + 1000)) {
        rows.putSubject(aSubject(id, { story: id }))
        rows.insertEvent(anEvent(`e${id}`, { subject: id }))
      }
    })
  const after = killed(location)
  for (const one of [ledger, after.ledger]) {
    for (const id of ids) if (one.subject('acme', id)?.id !== id) expect(id).toBe('found')
    for (const id of ids.filter((_, n) => n % 500 === 0))
      expect(one.events({ subject: id }, ALL).map(event => event.id)).toEqual([`e${id}`])
    await one.close()
  }
  const stored = openDatabase(location)
  expect(stored.prepare('SELECT subjects, events FROM subject_index_to').get()).toEqual({
    subjects: ids.length,
    events: ids.length,
  })
  expect(stored.prepare('SELECT count(*) AS count FROM subject_index').get()).toEqual({ count: 2 * ids.length })
  stored.close()
  const again = openLedger({ location })
  for (const id of ids) if (again.subject('acme', id)?.id !== id) expect(id).toBe('found')
  await again.close()
})

it.each(MIGRATIONS.map((_, at) => at + 1))('finds what schema version %i has stored', async version => {
  const location = join(temporaryFolder(), 'old.db')
  const old = openDatabase(location)
  for (const sql of MIGRATIONS.slice(0, version)) old.exec(sql)
  const [columns, values] = version < 8 ? ['', ''] : [', deliveries_from', ', 1']
  const [kind, ofKind] = version < 9 ? ['provider, channel, type', "'acme', 'c', 'T'"] : ['kind', '1']
  if (version >= 9) old.exec("INSERT INTO kinds VALUES (1, 'acme', 'c', 'T')")
  old.exec(`
    INSERT INTO subjects VALUES (1, 'a', 'acme', 'k', 'one', 's', NULL, 1, 2, '{"x":1}'), (5, 'a', 'other', 'k', 'two', 's', 'acc', 3, 4, '{}');
    INSERT INTO events (id, ${kind}, subject, created_at, payload${columns})
      VALUES ('ev_1', ${ofKind}, 'a', 1, '{}'${values}), ('ev_2', ${ofKind}, 'b', 1, '{}'${values}),
        ('ev_3', ${ofKind}, NULL, 1, '{}'${values});
  `)
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma(`user_version = ${version}`)
  old.close()
  const ledger = openLedger({ location })
  expectFound(ledger, ['a', 'b', 'c'])
  expect(ledger.subject('acme', 'a')).toMatchObject({ story: 'one', data: { x: 1 } })
  expect(ledger.subject('other', 'a')).toMatchObject({ account: 'acc', createdAt: 3, updatedAt: 4 })
  expect(ledger.events({ story: 'one' }, ALL).map(({ id }) => id)).toEqual(['ev_1'])
  await ledger.close()
})

it('the entries of a migrated ledger are written when it is opened, not with the first request', () => {
  const location = join(temporaryFolder(), 'old.db')
  const old = openDatabase(location)
  for (const sql of MIGRATIONS.slice(0, 7)) old.exec(sql)
  old.exec(`
    WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 50)
    INSERT INTO subjects SELECT n, 's' || n, 'acme', 'k', 'one', 's', NULL, 1, 2, '{}' FROM i;
    INSERT INTO events (id, provider, channel, type, subject, created_at, payload)
      SELECT 'e' || n, 'acme', 'c', 'T', id, 1, '{}' FROM subjects;
  `)
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma('user_version = 7')
  old.close()
  const ledger = openLedger({ location, recentSubjects: 1 })
  onTestFinished(() => ledger.close())
  const stored = openDatabase(copied(location))
  expect(stored.prepare('SELECT subjects, events FROM subject_index_to').get()).toEqual({ subjects: 50, events: 50 })
  expect(stored.prepare('SELECT count(*) AS count FROM subject_index').get()).toEqual({ count: 100 })
  stored.close()
})
