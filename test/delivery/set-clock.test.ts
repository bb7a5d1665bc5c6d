// The machine's clock is set while a retry waits: set back, the retry is not later; set forward, an overdue one is noticed.
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { scheduled } from '../../src/core/retry.js'
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
