// After kill -9 everything committed is there, and nothing half written.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { startScript } from '../support/process.js'
import { T0 } from '../support/records.js'

it('a process killed in the middle of its writes loses nothing that was reported as committed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  const location = join(folder, 'crash.db')
  const worker = startScript('ledger-owner.ts', location, 'work')
  try {
    await worker.until(() => worker.lines()[400], '400 deliveries were begun')
    await worker.end('SIGKILL')
    const said = worker.lines().slice(1)

    const ledger = openLedger({ location })
    for (const id of said) {
      expect(ledger.delivery(id)?.attempts).toBe(1)
      expect(ledger.event(`ev-${id}`)).toBeDefined()
      expect(ledger.attempts(id)).toHaveLength(1)
    }
    const all = ledger.deliveries({}, { limit: 1_000_000 })
    const unfinished = all.filter(({ id }) => ledger.attempts(id).some(({ outcome }) => outcome === null))
    expect(unfinished.length).toBeGreaterThan(0)
    const attempting = all.filter(({ status }) => status === 'attempting').length
    expect(attempting).toBe(unfinished.length)
    expect(ledger.deliveryCounts()).toMatchObject({
      attempting,
      delivered: all.filter(({ status }) => status === 'delivered').length,
    })

    expect(await ledger.write(rows => rows.recover(T0 + 1000))).toBe(unfinished.length)
    expect(ledger.deliveries({ status: 'attempting' }, { limit: 1 })).toEqual([])
    for (const { id } of unfinished) {
      expect(ledger.delivery(id)).toMatchObject({ status: 'waiting', dueAt: T0 + 1000, attempts: 1, counted: 0 })
      expect(ledger.attempts(id)[0]?.outcome?.kind).toBe('interrupted')
    }
    await ledger.close()

    const sqlite = openDatabase(location)
    expect(sqlite.pragma('integrity_check')).toBe('ok')
    sqlite.close()
  } finally {
    await worker.end('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
})
