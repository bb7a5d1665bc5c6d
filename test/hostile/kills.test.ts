// Ten times the server is killed with -9 while clients trigger events, and started again on the same ledger: nothing is lost, made up or skipped.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stream } from '../../src/core/seed.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const SEED = Number(process.env.KILLS_SEED ?? 1)
const KILLS = 10
const CLIENTS = 4

/** More rows than there are. */
const ALL = { limit: 100_000 }

const markIn = (text: string) => /"mark":"(e\d+)"/.exec(text)?.[1] ?? text

async function post(url: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status
}

it(`${KILLS} kills at random points lose no event that was answered with 202`, async () => {
  const random = stream(SEED, 'kills')
  const ledgerFile = join(temporaryFolder(), 'standin.db')
  const args = ['serve', '--port', '0', '--ledger', ledgerFile, '--speed', '1000', '--seed', '7', '--json']
  const serve = async () => {
    const running = startCli(args)
    const { url } = await running.record(({ kind }) => kind === 'listening')
    return { url: `${String(url)}/_standin`, end: running.end }
  }

  /** Each event has a mark of its own, in its payload and as its idempotency id. */
  const asked = new Set<string>()
  const accepted = new Set<string>()
  const statuses = new Set<number>()
  const received = new Map<string, number>()
  /** Counts down what happens; at 0 the server is killed. */
  let fuse = Number.POSITIVE_INFINITY
  let kill: () => void = () => undefined
  const burn = () => {
    if (--fuse === 0) kill()
  }
  let killed: Promise<void> = Promise.resolve()

  const receiver = await testReceiver(async ({ body }) => {
    const mark = markIn(body)
    const before = received.get(mark) ?? 0
    received.set(mark, before + 1)
    burn()
    const number = Number(mark.slice(1))
    if (number % 11 === 4) return 500
    if (before > 0) return 200
    // Some attempts are in flight when the server is killed.
    if (number % 7 === 3) await killed
    return number % 3 === 1 ? 500 : 200
  })

  const trigger = async (url: string, mark: string) => {
    asked.add(mark)
    const status = await post(`${url}/events`, {
      provider: 'standard',
      type: 'invoice.paid',
      raw: { mark },
      id: mark,
    })
    statuses.add(status)
    accepted.add(mark)
    burn()
  }
  /** Triggers until the server is gone; what was not answered is asked again in the next round. */
  const client = async (url: string, again: string[]) => {
    for (;;) {
      const mark = again.pop() ?? `e${asked.size}`
      try {
        await trigger(url, mark)
      } catch {
        return
      }
    }
  }

  for (let round = 0; round < KILLS; round++) {
    const { url, end } = await serve()
    if (round === 0) {
      const settings = { retryDelays: ['5s', '60s'], maxAttempts: 3, concurrency: 50, responseTimeoutMs: 600_000 }
      expect(await post(`${url}/subscriptions`, { provider: 'standard', url: receiver.url, settings })).toBe(201)
    }
    killed = new Promise(resolve => {
      kill = () => void end('SIGKILL').then(() => resolve())
    })
    fuse = 5 + random.int(60)
    const again = [...asked].filter(mark => !accepted.has(mark))
    await Promise.all([killed, ...Array.from({ length: CLIENTS }, () => client(url, again))])
  }

  const { url, end } = await serve()
  for (const status of ['attempting', 'waiting']) {
    const page = await fetch(`${url}/deliveries?status=${status}&limit=500`)
    const { items } = (await page.json()) as { items: { id: string }[] }
    for (const { id } of items) await fetch(`${url}/deliveries/${id}/wait?until=settled&timeout=10m`)
  }
  expect((await end('SIGTERM')).code).toBe(0)

  expect([...statuses].sort()).toEqual(expect.arrayContaining([202]))
  expect([...statuses].filter(status => status !== 202 && status !== 200)).toEqual([])
  expect(accepted.size).toBeGreaterThan(KILLS * 5)
  const ledger = openLedger({ location: ledgerFile })
  const stored = ledger.events({}, ALL).map(({ id, payload }) => ({ id, mark: markIn(JSON.stringify(payload)) }))
  const deliveries = ledger.deliveries({}, ALL)
  const attempts = new Map(deliveries.map(({ id }) => [id, ledger.attempts(id)]))
  await ledger.close()

  const marks = stored.map(({ mark }) => mark)
  expect(new Set(marks).size, 'no event is stored twice').toBe(marks.length)
  expect(
    [...accepted].filter(mark => !marks.includes(mark)),
    'nothing accepted is lost',
  ).toEqual([])
  expect(
    marks.filter(mark => !asked.has(mark)),
    'nothing is made up',
  ).toEqual([])
  expect(
    [...received.keys()].filter(mark => !marks.includes(mark)),
    'nothing unknown is received',
  ).toEqual([])
  for (const { id, mark } of stored) {
    const own = deliveries.filter(({ eventId }) => eventId === id)
    expect(
      own.map(({ status }) => status),
      mark,
    ).toEqual([Number(mark.slice(1)) % 11 === 4 ? 'exhausted' : 'delivered'])
    const made = own.flatMap(delivery => attempts.get(delivery.id) ?? [])
    expect(
      made.map(({ number }) => number),
      `attempts of ${mark}`,
    ).toEqual(made.map((_, at) => at + 1))
    expect(received.get(mark), `requests of ${mark}`).toBeLessThanOrEqual(made.length)
    expect(
      made.every(({ outcome }) => outcome !== null),
      `outcomes of ${mark}`,
    ).toBe(true)
  }
  const interrupted = [...attempts.values()].flat().filter(({ outcome }) => outcome?.kind === 'interrupted')
  expect(interrupted.length, 'attempts were in flight').toBeGreaterThan(0)
})
