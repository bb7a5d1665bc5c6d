// Pruning: subjects, and events that nobody subscribed to, go as settled deliveries do; what is owed or has a timer stays.
import { expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { START, testEmulator } from '../support/emulator.js'
import { closedPort, testReceiver } from '../support/receiver.js'

const ALL = { limit: 10_000 }

/** Triggers so many events of stories of their own. */
async function triggerMany(standin: Emulator, count: number, prefix = 's'): Promise<void> {
  for (let from = 0; from < count; from += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, count - from) }, (_, i) =>
        standin.trigger('rillis', 'FLOW_COMPLETED', { subject: `${prefix}${from + i}` }),
      ),
    )
}

it('keeps a bounded number of events without a subscription, and of subjects', async () => {
  const standin = await testEmulator({ keepSettled: 200 })
  await triggerMany(standin, 3000)
  await standin.rest()
  // Pruned after every 1000 happenings, so that some more may be there.
  expect(standin.ledger.events({}, ALL).length).toBeLessThanOrEqual(1200)
  expect(standin.ledger.subjects({}, ALL).length).toBeLessThanOrEqual(1200)
  expect(standin.ledger.events({}, ALL)[0]?.id).toBe('ev_3000')
  expect(standin.ledger.subjects({ story: 's2999' }, ALL)).not.toEqual([])
  expect(standin.ledger.storyCount('rillis', 's0', 'FLOW_COMPLETED')).toBe(0)
  expect(standin.ledger.storyCount('rillis', 's2999', 'FLOW_COMPLETED')).toBe(1)
})

it('keeps the subjects of owed deliveries, those with timers and those changed of late', async () => {
  const receiver = await testReceiver([500])
  const standin = await testEmulator({ untilSuccess: true })
  const { id } = await standin.subscribe('rillis', { url: receiver.url })
  const { event: owed } = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'owed' })
  await standin.rest()
  await standin.updateSubscription(id, { eventTypes: ['FLOW_REJECTED'] })
  const { event: timed } = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'timed' })
  const { event: recent } = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'recent' })
  const { event: old } = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'old' })
  const port = await standin.port('rillis')
  await port.setTimer(timed.subject ?? '', 'later', START + 365 * 86_400_000)
  await standin.advance(1000)
  await triggerMany(standin, 200)
  await standin.advance(1000)
  await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'recent' })
  await triggerMany(standin, 100, 't')
  await (standin.ledger as Ledger).write(rows => rows.prune(150))
  const has = (subject: string | null) => standin.ledger.subject('rillis', subject ?? '') !== undefined
  expect([has(owed.subject), has(timed.subject), has(recent.subject), has(old.subject)]).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(standin.ledger.deliveryCounts().waiting).toBe(1)
})

it('a ledger that is written by several kinds stays as large as it is', async () => {
  const standin = await testEmulator({ keepSettled: 50 })
  await standin.subscribe('kycgenie', {
    url: `http://127.0.0.1:${await closedPort()}/`,
    eventTypes: ['screening.completed'],
  })
  for (let round = 0; round < 5; round++) {
    await triggerMany(standin, 500, `r${round}-`)
    await Promise.all(Array.from({ length: 100 }, () => standin.trigger('kycgenie', 'case.opened')))
  }
  expect(standin.ledger.events({}, ALL).length).toBeLessThanOrEqual(1050)
  expect(standin.ledger.subjects({}, ALL).length).toBeLessThanOrEqual(1050)
})
