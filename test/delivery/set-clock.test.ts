// The machine's clock is set while a retry waits: set back, the retry is not later; set forward, an overdue one is noticed.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { scheduled } from '../../src/core/retry.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { testEngine } from './engine.js'

const HOUR = 3_600_000

it.each([
  ['back', -HOUR, 100],
  ['forward', HOUR, HOUR],
])('a retry is made when the system clock is set %s by an hour', async (_way, by, delayMs) => {
  let offset = 0
  const clock = systemClock({ wall: () => Date.now() + offset })
  const w = testEngine({ clock })
  const receiver = await testReceiver([500, 200])
  w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([delayMs], 2) } })
  const settled = new Promise<void>(resolve => {
    w.journal.listen(({ kind }) => {
      // Once the retry waits.
      if (kind === 'attempt.completed') clock.alarm(20, () => (offset = by))
      if (kind === 'delivery.settled') resolve()
    })
  })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await settled
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 2 })
  expect(w.ledger.attempts(id).every(({ durationMs }) => (durationMs ?? 0) < 5000)).toBe(true)
})

it.each([
  ['back', -300],
  ['forward', HOUR],
])('a retry that waits is made after a restart with the system clock set %s meanwhile', async (_way, by) => {
  const location = join(temporaryFolder(), 'a.db')
  const receiver = await testReceiver([500, 200])
  const run = async (offset: number, kind: 'attempt.completed' | 'delivery.settled') => {
    const w = testEngine({
      clock: systemClock({ wall: () => Date.now() + offset }),
      ledger: openLedger({ location }),
    })
    w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([200], 2) } })
    const happened = new Promise<void>(resolve => void w.journal.listen(entry => entry.kind === kind && resolve()))
    await w.engine.start()
    if (kind === 'attempt.completed') await w.oweOne('sub')
    await happened
    const { attempts, status } = w.ledger.delivery('dl_1') ?? {}
    await w.engine.stop(0)
    await w.ledger.close()
    return { attempts, status }
  }
  expect(await run(0, 'attempt.completed')).toEqual({ attempts: 1, status: 'waiting' })
  expect(await run(by, 'delivery.settled')).toEqual({ attempts: 2, status: 'delivered' })
  expect(receiver.requests).toHaveLength(2)
})
