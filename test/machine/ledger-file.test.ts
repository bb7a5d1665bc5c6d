// Files that are damaged, of an earlier version, read-only or moved: what is refused is refused with a way out, and nothing else is lost.
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { chmod, chown } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { noteMigration } from '../../src/cli/commands/serve/announce.js'
import type { EmulatorError } from '../../src/core/errors.js'
import type { Database } from '../../src/ledger/database.js'
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from '../../src/ledger/migrate.js'
import { MIGRATIONS } from '../../src/ledger/migrations/index.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { startCli } from '../support/cli.js'
import { START, temporaryFolder, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'

/** The connection opened last, for faults of it that no file can be given. */
const { last } = vi.hoisted(() => ({ last: { db: undefined as Database | undefined } }))

vi.mock('../../src/ledger/open-database.js', async importOriginal => {
  const original = await importOriginal<typeof import('../../src/ledger/open-database.js')>()
  return {
    ...original,
    openDatabase: (...given: Parameters<typeof original.openDatabase>) => {
      last.db = original.openDatabase(...given)
      return last.db
    },
  }
})

const PAGE = 8192
const EVENTS = 60
/** More rows than there are. */
const ALL = { limit: 1000 }

/** Makes a ledger that owes deliveries; returns its bytes. */
async function owing(location: string): Promise<Buffer> {
  const emulator = await testEmulator({ ledger: location })
  await emulator.subscribe('standard', { url: 'http://127.0.0.1:9/' })
  await Promise.all(Array.from({ length: EVENTS }, () => emulator.trigger('standard', 'contact.created')))
  await emulator.stop(0)
  return readFileSync(location)
}

let whole: Buffer | undefined

function refusal(location: string): EmulatorError {
  try {
    void openLedger({ location }).close()
  } catch (error) {
    return error as EmulatorError
  }
  throw new Error(`${location} was opened`)
}

describe('a damaged ledger', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['with another header', bytes => bytes.fill(0xff, 0, 16)],
    ['with an impossible page size', bytes => bytes.fill(0x07, 16, 18)],
    ['whose first page is overwritten', bytes => bytes.fill(0xee, 100, 1000)],
    ['cut in half', bytes => bytes.subarray(0, PAGE * Math.floor(bytes.length / PAGE / 2))],
    ['without its last bytes', bytes => bytes.subarray(0, bytes.length - 1000)],
    ['of a hundred bytes', bytes => bytes.subarray(0, 100)],
  ])('%s is refused, not changed, and the hint says how to save what is in it', async (_how, damaged) => {
    const location = join(temporaryFolder(), 'a.db')
    whole ??= await owing(location)
    const bytes = damaged(Buffer.from(whole))
    writeFileSync(location, bytes)
    const { code, message, hint } = refusal(location)
    expect({ code, message }).toEqual({ code: 'ledger_broken', message: expect.stringContaining(location) })
    expect(hint).toContain('".recover" of the program sqlite3')
    expect(readFileSync(location).equals(bytes)).toBe(true)
    expect(readdirSync(join(location, '..'))).toEqual(['a.db'])
  })

  it('whose damage is met later answers 503 with the same hint, to reads and writes, and does not end the server', async () => {
    const location = join(temporaryFolder(), 'a.db')
    await owing(location)
    const db = openDatabase(location)
    const roots = db
      .prepare<[], { rootpage: number }>("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'events'")
      .all()
    db.close()
    const bytes = readFileSync(location)
    for (const { rootpage } of roots) bytes.fill(0xaa, (rootpage - 1) * PAGE, rootpage * PAGE)
    writeFileSync(location, bytes)
    const { ask } = await testServer({ ledger: location, providers: undefined })
    const trigger = { provider: 'standard', type: 'contact.created' }
    for (const [method, path, body] of [
      ['GET', '/_standin/events', undefined],
      ['POST', '/_standin/events', trigger],
    ] as const) {
      const { json } = await ask(method, path, body)
      expect(json, method).toMatchObject({ status: 503, code: 'ledger_broken' })
      expect(json.detail).toMatch(/^The ledger is damaged: database disk image is malformed \(SQLITE_CORRUPT\w*\)\.$/)
      expect(json.hint).toMatch(/start it with another ledger\. Of a damaged ledger the command "\.recover"/)
    }
    expect((await ask('GET', '/_standin/health')).status).toBe(200)
  })

  it.each<[string, (wal: string, bytes: Buffer) => void, (kept: number) => void]>([
    ['as it was', (wal, bytes) => writeFileSync(wal, bytes), kept => expect(kept).toBe(EVENTS)],
    [
      'with garbage after its end',
      (wal, bytes) => writeFileSync(wal, Buffer.concat([bytes, Buffer.alloc(50_000, 0x5a)])),
      kept => expect(kept).toBe(EVENTS),
    ],
    [
      'that breaks off in the middle',
      (wal, bytes) => writeFileSync(wal, bytes.subarray(0, bytes.length - 5000)),
      // What comes before the break, whole transactions.
      kept => expect(kept).toBeGreaterThan(0),
    ],
    [
      'beside a -shm of garbage',
      (wal, bytes) => {
        writeFileSync(wal, bytes)
        writeFileSync(wal.replace(/-wal$/, '-shm'), Buffer.alloc(32_768, 0x5a))
      },
      kept => expect(kept).toBe(EVENTS),
    ],
  ])('left by a kill with a -wal %s opens with every whole transaction', async (_how, write, check) => {
    const folder = temporaryFolder()
    const [location, copy] = [join(folder, 'a.db'), join(folder, 'copy.db')]
    const emulator = await testEmulator({ ledger: location })
    const receiver = await testReceiver()
    await emulator.subscribe('standard', { url: receiver.url })
    for (let n = 1; n <= EVENTS; n++) await emulator.trigger('standard', 'contact.created', { id: `e${n}` })
    // What a killed process leaves behind.
    copyFileSync(location, copy)
    write(`${copy}-wal`, readFileSync(`${location}-wal`))
    const again = await testEmulator({ ledger: copy })
    const events = again.ledger.events({}, ALL)
    check(events.length)
    await again.drain()
    const delivered = new Set(again.ledger.deliveries({ status: 'delivered' }, ALL).map(({ eventId }) => eventId))
    expect(delivered.size).toBe(events.length)
  })
})

describe('a ledger of an earlier version', () => {
  /** What version 1 stored of a subscription, an event and a delivery that waits. */
  const rows = (url: string) => `
    INSERT INTO meta VALUES ('seed', '7'), ('clock', '${START}');
    INSERT INTO counters VALUES ('delivery', 1), ('event', 1), ('subscription', 1);
    INSERT INTO subscriptions (id, provider, channel, url, event_types, active, secret, settings, notes, created_at, updated_at)
      VALUES ('sub_1', 'standard', 'events', '${url}', '["*"]', 1, 'whsec_${'A'.repeat(32)}', '{}', '{}', ${START}, ${START});
    INSERT INTO lanes VALUES (1, 'sub_1', '${url}', 0, 0, 1, 0, NULL);
    INSERT INTO events (id, provider, channel, type, created_at, payload)
      VALUES ('ev_1', 'standard', 'events', 'contact.created', ${START}, '{"type":"contact.created","data":{"id":"c_1"}}');
    INSERT INTO deliveries (id, event, lane, provider, channel, type, status, attempts, counted, due_at, due_reason, created_at)
      VALUES ('dl_1', 'ev_1', 1, 'standard', 'events', 'contact.created', 'waiting', 1, 1, ${START + 1000}, 'retry 1', ${START});
    INSERT INTO attempts (n, cause, started_at, stamped_at, due_at, due_reason, method, url, headers, outcome, accepted, duration_ms)
      VALUES (2097153, 'scheduled', ${START}, ${START}, ${START}, 'first attempt', 'POST', '${url}', '[]', '{"kind":"timed_out"}', 0, 5);
    UPDATE totals SET waiting = 1, attempts = 1;`

  function ofVersion(location: string, version: number, url: string): void {
    const db = openDatabase(location)
    db.exec(MIGRATIONS[0] ?? '')
    db.exec(rows(url))
    for (const sql of MIGRATIONS.slice(1, version)) db.exec(sql)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${version}`)
    db.close()
  }

  it.each(MIGRATIONS.map((_, at) => at + 1))('%i opens, and what it owed is delivered', async version => {
    const location = join(temporaryFolder(), 'old.db')
    const receiver = await testReceiver()
    ofVersion(location, version, receiver.url)
    const emulator = await testEmulator({ ledger: location })
    await emulator.drain()
    expect(emulator.view('dl_1')).toMatchObject({ delivery: { status: 'delivered', attempts: 2 } })
    expect(receiver.requests.map(request => request.json())).toEqual([{ type: 'contact.created', data: { id: 'c_1' } }])
    expect(await emulator.trigger('standard', 'contact.created')).toMatchObject({ deliveries: [{}] })
    await emulator.drain()
    expect(emulator.counts()).toMatchObject({ delivered: 2, waiting: 0, attempts: 3 })
  })

  it('is migrated by serve, which says so where that takes long', async () => {
    const location = join(temporaryFolder(), 'old.db')
    ofVersion(location, SCHEMA_VERSION - 1, 'http://127.0.0.1:9/')
    truncateSync(location, 15_000 * PAGE)
    const note = `Migrating the ledger ${location} (123 MB) to this version; this takes a moment.`
    const first = startCli(['serve', '--port', '0', '--ledger', location, '--json'])
    await first.record(({ kind }) => kind === 'listening')
    expect((await first.end('SIGTERM')).stderr.split('\n').filter(line => line.startsWith('Migrating'))).toEqual([note])
    const second = startCli(['serve', '--port', '0', '--ledger', location, '--json'])
    await second.record(({ kind }) => kind === 'listening')
    expect((await second.end('SIGTERM')).stderr).not.toContain('Migrating')

    const notes: string[] = []
    for (const bytes of [99e6, 1.24e9]) noteMigration('old.db', bytes, { note: text => void notes.push(text) })
    expect(notes).toEqual(['Migrating the ledger old.db (1.2 GB) to this version; this takes a moment.'])
  })

  it('that no room is left to migrate stays as it was, and opens once there is', async () => {
    const location = join(temporaryFolder(), 'old.db')
    ofVersion(location, 1, 'http://127.0.0.1:9/')
    const before = readFileSync(location)
    const db = openDatabase(location)
    db.pragma(`max_page_count = ${before.length / PAGE}`)
    expect(() => migrate(db, 1)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^SQLITE_FULL/) }))
    db.close()
    expect(readFileSync(location).equals(before)).toBe(true)
    await openLedger({ location }).close()
    const after = openDatabase(location)
    expect(after.pragma('user_version')).toBe(SCHEMA_VERSION)
    after.close()
  })
})

describe('a read-only ledger', () => {
  /** For root no file is read-only: the work is done as another user. */
  async function asUser(folder: string, work: () => unknown): Promise<void> {
    if (process.geteuid?.() !== 0) return void (await work())
    const NOBODY = 65_534
    for (const file of [folder, ...readdirSync(folder).map(name => join(folder, name))])
      await chown(file, NOBODY, NOBODY)
    process.seteuid?.(NOBODY)
    try {
      await work()
    } finally {
      process.seteuid?.(0)
    }
  }

  it.runIf(process.platform !== 'win32')('is refused at the start with a hint, and stays read-only', async () => {
    const folder = temporaryFolder()
    const location = join(folder, 'a.db')
    await owing(location)
    await chmod(location, 0o444)
    await asUser(folder, () => {
      for (let start = 1; start <= 2; start++)
        expect(refusal(location), `start ${start}`).toMatchObject({
          code: 'invalid_file',
          where: location,
          message: expect.stringContaining(`The ledger ${location} cannot be opened: `),
          hint: expect.stringContaining('Its folder must exist, both must be writable'),
        })
      expect(statSync(location).mode & 0o222).toBe(0)
    })
  })

  it('in the middle of a run holds deliveries up, and they go on once it can be written', async () => {
    const location = join(temporaryFolder(), 'a.db')
    const receiver = await testReceiver()
    const emulator = await testEmulator({ ledger: location, clock: 'system', start: undefined })
    await emulator.subscribe('standard', { url: receiver.url })
    // SQLite itself refuses each write, as it does where the file system was mounted read-only.
    const { db } = last
    const failures: string[] = []
    emulator.journal.listen(entry => {
      if (entry.kind === 'internal-error') failures.push(`${entry.message} ${entry.hint}`)
    })
    const stop = emulator.journal.listen(entry => {
      if (entry.kind === 'event.triggered') db?.pragma('query_only = 1')
    })
    await emulator.trigger('standard', 'contact.created')
    stop()
    await expect(emulator.trigger('standard', 'contact.created')).rejects.toMatchObject({ code: 'storage_failed' })
    await new Promise<void>(
      resolve => void emulator.journal.listen(({ kind }) => kind === 'internal-error' && resolve()),
    )
    db?.pragma('query_only = 0')
    await emulator.rest()
    expect(emulator.counts()).toMatchObject({ delivered: 1, waiting: 0, attempts: 1 })
    expect(failures[0]).toMatch(
      /^The ledger cannot be written: attempt to write a readonly database \(SQLITE_READONLY\)\. Free space on the disk/,
    )
  })
})

it('the log beside a ledger is short again after a transaction that made it long', async () => {
  const location = join(temporaryFolder(), 'a.db')
  const ledger = openLedger({ location })
  onTestFinished(() => ledger.close())
  const insert = (from: number, count: number, text: string) =>
    ledger.write(rows => {
      for (let n = from; n < from + count; n++) {
        const event = {
          id: `e${n}`,
          provider: 'standard',
          channel: 'events',
          type: 'contact.created',
          createdAt: START,
        }
        rows.insertEvent({ ...event, variant: null, subject: null, account: null, payload: {} }, text)
      }
    })
  const logBytes = () => statSync(`${location}-wal`).size
  await insert(0, 12, JSON.stringify('x'.repeat(1 << 20)))
  expect(logBytes()).toBeGreaterThan(12 << 20)
  for (let n = 12; n < 15; n++) await insert(n, 1, '{}')
  expect(logBytes()).toBeLessThanOrEqual(8 << 20)
})

it('a ledger whose file was moved takes nothing that would be lost, and goes on once it is back', async () => {
  const folder = temporaryFolder()
  const [location, away] = [join(folder, 'a.db'), join(folder, 'away.db')]
  const emulator = await testEmulator({ ledger: location })
  const receiver = await testReceiver()
  await emulator.subscribe('standard', { url: receiver.url })
  renameSync(location, away)
  await expect(emulator.trigger('standard', 'contact.created')).rejects.toMatchObject({
    code: 'storage_failed',
    message: `The ledger cannot be written: the file ${location} was moved or deleted while it was in use.`,
    hint: expect.stringMatching(/^Put the file back/),
  })
  renameSync(away, location)
  await emulator.trigger('standard', 'contact.created')
  await emulator.drain()
  expect(emulator.counts()).toMatchObject({ delivered: 1 })
  renameSync(location, away)
  // Its time cannot be saved any more, and there is nothing to go on with.
  await emulator.stop()
  expect(existsSync(location)).toBe(false)
  onTestFinished(() => openLedger({ location: away }).close())
})
