// Writes of one tick share a transaction, and no write resolves before the commit.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/ledger/database.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { groupWrites, type Memory } from '../../src/ledger/write-group.js'

let sqlite: Database
let ran: string[]
let failing: string | undefined
let remembered: string[]
let db: Database
let memory: Memory

beforeEach(() => {
  ran = []
  failing = undefined
  remembered = []
  sqlite = openDatabase(':memory:')
  sqlite.exec('CREATE TABLE t (x UNIQUE)')
  db = {
    location: ':memory:',
    prepare: <_P extends unknown[], R>(sql: string) => {
      const statement = sqlite.prepare<unknown[], R>(sql)
      const run = (...values: unknown[]) => {
        ran.push(sql)
        if (sql === failing) throw new Error(`${sql} failed`)
        return statement.run(...values)
      }
      return {
        run,
        get: (...values: unknown[]) => statement.get(...values),
        all: (...values: unknown[]) => statement.all(...values),
      }
    },
    exec: sql => void sqlite.exec(sql),
    pragma: text => sqlite.pragma(text),
    inTransaction: () => sqlite.inTransaction(),
    close: () => void sqlite.close(),
  }
  const note = (what: string) => () => void remembered.push(what)
  memory = {
    begin: note('begin'),
    undo: note('undo'),
    beforeCommit: note('beforeCommit'),
    undoGroup: note('undoGroup'),
    committed: note('committed'),
  }
})
afterEach(() => {
  sqlite.close()
})

const insert = (x: string) => () => sqlite.prepare('INSERT INTO t VALUES (?)').run(x).changes
const stored = () =>
  sqlite
    .prepare<[], { x: string }>('SELECT x FROM t ORDER BY x')
    .all()
    .map(({ x }) => x)
const times = (sql: string) => ran.filter(one => one === sql).length

describe('a group of writes', () => {
  it('is one transaction without savepoints', async () => {
    const group = groupWrites(db, memory, undefined)
    expect(await Promise.all([group.write(insert('a')), group.write(insert('b')), group.write(insert('c'))])).toEqual([
      1, 1, 1,
    ])
    expect(ran).toEqual(['BEGIN IMMEDIATE', 'COMMIT'])
    expect(stored()).toEqual(['a', 'b', 'c'])
  })

  it('with a writer that fails is run once more in one transaction, with a savepoint each', async () => {
    const group = groupWrites(db, memory, undefined)
    const results = await Promise.allSettled([
      group.write(insert('a')),
      group.write(insert('a')),
      group.write(insert('b')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(stored()).toEqual(['a', 'b'])
    expect([times('BEGIN IMMEDIATE'), times('ROLLBACK'), times('SAVEPOINT writer'), times('COMMIT')]).toEqual([
      2, 1, 3, 1,
    ])
  })

  it('of one writer that fails is not run again', async () => {
    const group = groupWrites(db, memory, undefined)
    let runs = 0
    await expect(
      group.write(() => {
        runs++
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(runs).toBe(1)
    expect(ran).toEqual(['BEGIN IMMEDIATE', 'ROLLBACK'])
  })

  it('of another tick is another transaction', async () => {
    const group = groupWrites(db, memory, undefined)
    await group.write(insert('a'))
    await group.write(insert('b'))
    expect(times('COMMIT')).toBe(2)
  })

  it('resolves its callers only after the commit, in order', async () => {
    const group = groupWrites(db, memory, undefined)
    const heard: string[] = []
    const hear = (name: string) => () => void heard.push(`${name} after ${ran.at(-1)}`)
    await Promise.all([group.write(insert('a')).then(hear('a')), group.write(insert('b')).then(hear('b'))])
    expect(heard).toEqual(['a after COMMIT', 'b after COMMIT'])
  })

  it('keeps memory in step with the rows: undone for the writer that failed, written before the commit', async () => {
    const group = groupWrites(db, memory, undefined)
    await Promise.allSettled([group.write(insert('a')), group.write(insert('a')), group.write(insert('b'))])
    expect(remembered).toEqual([
      ...['begin', 'undoGroup'],
      ...['begin', 'begin', 'undo', 'begin', 'beforeCommit', 'committed'],
    ])
  })

  it('whose commit fails rejects every caller, keeps nothing and commits the next group', async () => {
    const group = groupWrites(db, memory, undefined)
    failing = 'COMMIT'
    const results = await Promise.allSettled([group.write(insert('a')), group.write(insert('b'))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(results[1]).toMatchObject({ reason: { message: 'COMMIT failed' } })
    expect(remembered.slice(-1)).toEqual(['undoGroup'])
    expect(stored()).toEqual([])
    failing = undefined
    await group.write(insert('c'))
    expect(stored()).toEqual(['c'])
  })

  it('rejects every caller when SQLite itself ends the transaction', async () => {
    const group = groupWrites(db, memory, undefined)
    const results = await Promise.allSettled([
      group.write(insert('a')),
      group.write(() => {
        sqlite.exec('ROLLBACK')
        throw new Error('disk full')
      }),
      group.write(insert('b')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(stored()).toEqual([])
  })

  it('whose transaction cannot begin rejects its callers', async () => {
    const group = groupWrites(db, memory, undefined)
    failing = 'BEGIN IMMEDIATE'
    await expect(group.write(insert('a'))).rejects.toThrow('BEGIN IMMEDIATE failed')
  })

  it('can be committed at once', async () => {
    const group = groupWrites(db, memory, undefined)
    const writing = group.write(insert('a'))
    group.flush()
    expect(stored()).toEqual(['a'])
    await writing
    await group.settled()
  })
})
