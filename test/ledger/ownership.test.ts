// A ledger file has one owner, and a file that is not a ledger is not changed.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EmulatorError } from '../../src/core/errors.js'
import type { Ledger } from '../../src/core/ledger.js'
import { APPLICATION_ID, SCHEMA_VERSION } from '../../src/ledger/migrate.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { startScript } from '../support/process.js'
import { anEvent } from '../support/records.js'

let folder: string
const endings: (() => Promise<void>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
})
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
  await rm(folder, { recursive: true, force: true })
})

function owned(location: string): Ledger {
  const ledger = openLedger({ location })
  endings.push(() => ledger.close())
  return ledger
}

function refusal(location: string): EmulatorError {
  try {
    owned(location)
  } catch (error) {
    if (error instanceof EmulatorError) return error
    throw error
  }
  throw new Error(`${location} was opened`)
}

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

describe('the mode of a file that existed', () => {
  it('is for the owner only once it is opened as a ledger, and so is that of its -wal', async () => {
    const location = join(folder, 'a.db')
    await openLedger({ location }).close()
    await chmod(location, 0o644)
    const ledger = owned(location)
    await ledger.write(rows => rows.count('written'))
    expect([await modeOf(location), await modeOf(`${location}-wal`)]).toEqual([0o600, 0o600])
  })

  it('stays for a file that is not a ledger', async () => {
    const location = join(folder, 'other.db')
    const other = openDatabase(location)
    other.exec('CREATE TABLE mine (a)')
    other.close()
    await chmod(location, 0o644)
    expect([refusal(location).code, await modeOf(location)]).toEqual(['ledger_broken', 0o644])
  })
})

describe('a ledger that is owned', () => {
  it('is refused to a second opener in the same process, with the file and a hint', async () => {
    const location = join(folder, 'a.db')
    const first = owned(location)
    const error = refusal(location)
    expect(error.code).toBe('ledger_in_use')
    expect(error.where).toBe(location)
    expect(error.message).toContain(location)
    expect(error.hint).toMatch(/stop/i)
    await first.write(rows => rows.count('still mine'))
  })

  it('is refused while another process owns it, and free once that was killed', async () => {
    const location = join(folder, 'a.db')
    const owner = startScript('ledger-owner.ts', location, 'own')
    endings.push(async () => void (await owner.end('SIGKILL')))
    await owner.until(() => owner.lines()[0], 'it owned the ledger')
    const { code, message, hint } = refusal(location)
    expect(code).toBe('ledger_in_use')
    // Only Linux tells who holds a lock.
    if (process.platform === 'linux')
      expect([message, hint]).toEqual([
        `The ledger ${location} is in use by another emulator (process ${owner.pid}).`,
        `Stop the other one (kill ${owner.pid}), or use another file (or :memory:).`,
      ])
    await owner.end('SIGKILL')
    const ledger = owned(location)
    expect(ledger.subscriptions()).toHaveLength(1)
  })

  it('is refused to another process', async () => {
    const location = join(folder, 'a.db')
    owned(location)
    const second = startScript('ledger-owner.ts', location, 'own')
    endings.push(async () => void (await second.end('SIGKILL')))
    await expect(second.until(() => second.lines()[0], 'it owned the ledger')).rejects.toThrow('ledger_in_use')
  })

  it('is free again once it is closed, and leaves nothing but the file', async () => {
    const location = join(folder, 'a.db')
    const first = owned(location)
    await first.write(rows => rows.insertEvent(anEvent('ev_1')))
    await first.close()
    expect(await readdir(folder)).toEqual(['a.db'])
    expect(owned(location).event('ev_1')?.id).toBe('ev_1')
  })

  it('in memory is separate for each opener', async () => {
    const [one, two] = [owned(':memory:'), owned(':memory:')]
    await one.write(rows => rows.count('n'))
    expect(two.counter('n')).toBe(0)
  })
})

describe('a file of another schema', () => {
  /** A ledger as a later version would write it. */
  async function newer(location: string): Promise<void> {
    await owned(location).close()
    const sqlite = openDatabase(location)
    sqlite.exec(`CREATE TABLE of_the_future (x); PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    sqlite.close()
  }

  it('of a newer version is refused and not changed', async () => {
    const location = join(folder, 'a.db')
    await newer(location)
    const before = await readFile(location)
    const error = refusal(location)
    expect(error.code).toBe('ledger_newer')
    expect(error.message).toContain(location)
    expect(error.hint).toMatch(/update/i)
    expect((await readFile(location)).equals(before)).toBe(true)
    expect(await readdir(folder)).toEqual(['a.db'])
  })

  it('empty becomes a ledger', async () => {
    const location = join(folder, 'a.db')
    await writeFile(location, '')
    await owned(location).close()
    const sqlite = openDatabase(location)
    expect(sqlite.pragma('application_id')).toBe(APPLICATION_ID)
    expect(sqlite.pragma('user_version')).toBe(SCHEMA_VERSION)
    sqlite.close()
  })

  it('of another SQLite database is refused and not changed', async () => {
    const location = join(folder, 'theirs.db')
    const sqlite = openDatabase(location)
    sqlite.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (1)')
    sqlite.close()
    const before = await readFile(location)
    expect(refusal(location).code).toBe('ledger_broken')
    expect((await readFile(location)).equals(before)).toBe(true)
  })
})

describe('a file that is not a ledger', () => {
  it.each([
    ['long text', 'this is not a database\n'.repeat(500)],
    ['a short text', 'hello'],
  ])('but %s is refused and left untouched', async (_what, text) => {
    const location = join(folder, 'notes.txt')
    await writeFile(location, text)
    const error = refusal(location)
    expect(error.code).toBe('ledger_broken')
    expect(error.message).toContain(location)
    expect(await readFile(location, 'utf8')).toBe(text)
    expect(await readdir(folder)).toEqual(['notes.txt'])
  })

  it('but a truncated ledger is refused', async () => {
    const location = join(folder, 'a.db')
    await owned(location).close()
    const whole = await readFile(location)
    await writeFile(location, whole.subarray(0, 5000))
    expect(refusal(location).code).toBe('ledger_broken')
  })

  it('but a folder, or a file in a missing folder, is refused with a hint', async () => {
    await mkdir(join(folder, 'sub'))
    for (const location of [join(folder, 'sub'), join(folder, 'missing', 'a.db')]) {
      const error = refusal(location)
      expect(error.code).toBe('invalid_file')
      expect(error.where).toBe(location)
    }
    expect(refusal('').code).toBe('invalid_input')
  })
})
