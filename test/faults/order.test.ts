// Faults of time and order: held in the ledger, released in another order, none lost.
import { expect, it } from 'vitest'
import type { Emulator } from '../../src/emulator/contract.js'
import { byteReceiver } from '../support/byte-receiver.js'
import { START, temporaryFolder } from '../support/emulator.js'
import { faulty, found, send, setUp } from './setup.js'

const subjects = (bodies: { body: Buffer }[]) => bodies.map(({ body }) => JSON.parse(body.toString()).data.entity_name)

/** Triggers one event for each of these subjects, in this order; answers their names as the receiver will know them. */
async function story(emulator: Emulator, count: number): Promise<string[]> {
  const names: string[] = []
  for (let i = 1; i <= count; i++) {
    const { event } = await emulator.trigger('kycgenie', 'screening.completed', {
      subject: `company ${i}`,
      set: { 'data.entity_name': `company ${i}` },
    })
    names.push(String((event.payload.data as { entity_name: string }).entity_name))
  }
  await emulator.rest()
  return names
}

it('a delayed delivery waits without an attempt, then comes with a fresh timestamp, and gives the reason', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'delay', by: '90s', attempts: [1] })
  const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed')
  await emulator.rest()
  const id = deliveries[0]?.id ?? ''
  expect(to.seen).toEqual([])
  expect(emulator.ledger.delivery(id)).toMatchObject({
    status: 'waiting',
    attempts: 0,
    dueAt: START + 90_000,
    dueReason: 'first attempt; delay (fl_1): 1 m 30 s later',
  })
  const fired: string[] = []
  emulator.journal.listen(entry => entry.kind === 'fault.fired' && fired.push(entry.fault))
  await emulator.drain()
  expect(emulator.ledger.attempts(id)).toMatchObject([
    { number: 1, startedAt: START + 90_000, stampedAt: START + 90_000, faults: ['delay'], accepted: true },
  ])
  expect(fired).toEqual(['delay'])
  expect(emulator.faults.list()).toMatchObject([{ fired: 1 }])
})

it('each attempt that a delay matches is delayed once', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'delay', by: '1m' })
  to.statuses.splice(0, 1, 500, 200)
  const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed')
  await emulator.drain()
  expect(emulator.ledger.attempts(deliveries[0]?.id ?? '').map(({ startedAt }) => startedAt - START)).toEqual([
    60_000, 125_000,
  ])
})

it('a complete batch is released at once, in reverse', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'reorder', size: 4, within: '1h', apart: '1s' })
  const names = await story(emulator, 4)
  await emulator.drain()
  expect(subjects(to.seen)).toEqual([...names].reverse())
  expect(emulator.clock.now()).toBe(START + 3000)
  expect(emulator.counts()).toMatchObject({ delivered: 4, attempts: 4 })
  const [last] = emulator.ledger.deliveries({}, { limit: 1 })
  expect(emulator.ledger.attempts(last?.id ?? '')).toMatchObject([{ faults: ['reorder'] }])
})

it('an incomplete batch is released in reverse when its time has passed, and a new one starts', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'reorder', size: 10, within: '1m' })
  const names = await story(emulator, 3)
  expect(to.seen).toEqual([])
  await emulator.drain()
  expect(subjects(to.seen)).toEqual([...names].reverse())
  expect(emulator.clock.now()).toBeLessThan(START + 62_000)
  await story(emulator, 2)
  await emulator.drain()
  expect(subjects(to.seen.slice(3))).toEqual(['company 2', 'company 1'])
})

it('a shuffle is decided by the seed', async () => {
  const shuffled = async (seed: number) => {
    const { emulator, to, subscribe } = await setUp({ seed })
    await subscribe('kycgenie')
    await emulator.faults.add({ kind: 'reorder', mode: 'shuffle', size: 8 })
    await story(emulator, 8)
    await emulator.drain()
    expect(emulator.counts()).toMatchObject({ delivered: 8 })
    return subjects(to.seen)
  }
  const first = await shuffled(7)
  expect(await shuffled(7)).toEqual(first)
  expect(await shuffled(8)).not.toEqual(first)
  expect([...first].sort()).toEqual(Array.from({ length: 8 }, (_, i) => `company ${i + 1}`))
})

it('batches are of one subscription each', async () => {
  const { emulator, to, subscribe } = await setUp()
  const other = await byteReceiver()
  await subscribe('kycgenie')
  await subscribe('kycgenie', { url: other.url })
  await emulator.faults.add({ kind: 'reorder', size: 3 })
  await story(emulator, 3)
  await emulator.drain()
  for (const one of [to, other]) expect(subjects(one.seen)).toEqual(['company 3', 'company 2', 'company 1'])
})

it('a batch is released on the system clock too', async () => {
  const { emulator, to, subscribe } = await setUp({ clock: 'system', start: undefined, stamp: 'wall' })
  const subscription = await subscribe('kycgenie')
  await emulator.faults.add({ kind: 'reorder', size: 3, within: '1h', apart: '60ms', subscription: subscription.id })
  const done = new Promise<void>(resolve => {
    let left = 3
    emulator.journal.listen(entry => entry.kind === 'delivery.settled' && --left === 0 && resolve())
  })
  await story(emulator, 3)
  await done
  expect(subjects(to.seen)).toEqual(['company 3', 'company 2', 'company 1'])
})

it('what is held back is neither lost nor delayed again when the fault is removed', async () => {
  const { emulator, to, fault } = await faulty('kycgenie', { kind: 'reorder', size: 5, within: '10m' })
  await story(emulator, 2)
  await emulator.faults.remove(fault.id)
  await emulator.drain()
  expect(subjects(to.seen)).toEqual(['company 2', 'company 1'])
  const attempts = emulator.ledger.deliveries({}, { limit: 5 }).flatMap(({ id }) => emulator.ledger.attempts(id))
  expect(attempts.map(({ faults }) => faults)).toEqual([['reorder'], ['reorder']])
})

it('a manual resend is not held back', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'delay', by: '1h' })
  const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed')
  await emulator.rest()
  const attempt = await emulator.resend(deliveries[0]?.id ?? '')
  expect(attempt).toMatchObject({ cause: 'resend', accepted: true })
  expect(to.seen).toHaveLength(1)
})

it('held deliveries, their batch and the remaining firings of a fault survive a restart', async () => {
  const ledger = `${temporaryFolder()}/standin.db`
  const { emulator, to, subscribe } = await setUp({ ledger })
  await subscribe('kycgenie')
  const batch = await emulator.faults.add({ kind: 'reorder', size: 3, within: '1h' })
  const twice = await emulator.faults.add({ kind: 'stale', next: 2 })
  await story(emulator, 2)
  await emulator.stop()
  const { emulator: again } = await setUp({ ledger })
  expect(again.faults.list()).toMatchObject([
    { id: batch.id, fired: 2, active: true },
    { id: twice.id, fired: 0, remaining: 2 },
  ])
  await again.trigger('kycgenie', 'screening.completed', { set: { 'data.entity_name': 'company 3' } })
  await again.drain()
  expect(subjects(to.seen)).toEqual(['company 3', 'company 2', 'company 1'])
  expect(found(again, twice.id)).toMatchObject({ fired: 2, remaining: 0, active: false })
  expect(again.clock.now()).toBeLessThan(START + 3_600_000)
  // The counter goes on: an id is never used twice.
  expect((await again.faults.add({ kind: 'drop' })).id).toBe('fl_3')
  expect((await send(again, 'kycgenie'))[0]?.faults).toBeUndefined()
})
