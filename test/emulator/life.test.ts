// The life of a delivery told from its rows: the cause of each wait, and what can be done.
import { describe, expect, it } from 'vitest'
import type { Attempt, Delivery } from '../../src/core/delivery.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { DeliveryView } from '../../src/emulator/contract.js'
import { lifeOf } from '../../src/emulator/life.js'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const delivery: Delivery = {
  id: 'dl_1',
  eventId: 'ev_1',
  subscriptionId: 'sub_1',
  provider: 'acme',
  channel: 'main',
  type: 'thing.made',
  status: 'waiting',
  attempts: 0,
  counted: 0,
  dueAt: 0,
  dueReason: 'first attempt',
  body: null,
  createdAt: 0,
  settledAt: null,
}

const attempt = (number: number, at: number, outcome: Outcome | null, more: Partial<Attempt> = {}): Attempt => ({
  deliveryId: 'dl_1',
  number,
  cause: 'scheduled',
  startedAt: at,
  stampedAt: at,
  dueAt: at,
  dueReason: 'some reason',
  method: 'POST',
  url: 'http://127.0.0.1/',
  headers: [],
  bodyBase64: null,
  faults: [],
  outcome,
  accepted: false,
  answer: null,
  durationMs: outcome === null ? null : 10,
  ...more,
})

const view = (of: Partial<Delivery>, attempts: Attempt[]): DeliveryView => ({
  delivery: { ...delivery, attempts: attempts.length, ...of },
  attempts,
  event: {
    id: 'ev_1',
    provider: 'acme',
    channel: 'main',
    type: 'thing.made',
    variant: null,
    subject: null,
    account: null,
    payload: {},
    createdAt: 0,
  },
  subscription: undefined,
  body: '{}',
})

/** The waits as `before cause from-to`. */
const told = (of: Partial<Delivery>, attempts: Attempt[]) =>
  lifeOf(view(of, attempts), ms => ms).waits.map(({ before, cause, from, to }) => `${before} ${cause} ${from}-${to}`)

const failed: Outcome = { kind: 'answered', status: 500 }

describe('the waits of a delivery', () => {
  it('are none where it was sent at once, whatever that took', () => {
    expect(told({ dueAt: null }, [attempt(1, 15, failed, { dueAt: 0 })])).toEqual([])
  })

  it('tell the turn in the queue from the schedule', () => {
    const attempts = [attempt(1, 500, failed, { dueAt: 0 }), attempt(2, 9000, failed, { dueAt: 5000 })]
    expect(told({ dueAt: 20_000 }, attempts)).toEqual([
      '1 queue 0-500',
      '2 schedule 510-5000',
      '2 queue 5000-9000',
      '3 schedule 9010-20000',
    ])
  })

  it('tell restarts and errors on this side from the schedule', () => {
    const attempts = [
      attempt(1, 0, { kind: 'interrupted' }),
      attempt(2, 1000, { kind: 'local_error' }),
      attempt(3, 2000, failed),
    ]
    const dueReason = 'could not be prepared: no settings'
    expect(told({ dueAt: 60_000, dueReason }, attempts)).toEqual([
      '2 restart 10-1000',
      '3 failure 1010-2000',
      '4 failure 2010-60000',
    ])
  })

  it('name the faults that hold the next attempt back', () => {
    const dueReason = 'first attempt; reorder (fl_3): held back, 1 of 2'
    expect(lifeOf(view({ dueAt: 60_000, dueReason }, []), ms => ms).next).toEqual({
      number: 1,
      dueAt: 60_000,
      cause: 'fault',
      reason: dueReason,
    })
  })

  it('are not ended by an attempt by hand', () => {
    const attempts = [attempt(1, 0, failed), attempt(2, 100, failed, { cause: 'resend' })]
    expect(told({ dueAt: 5000 }, attempts)).toEqual(['3 schedule 10-5000'])
  })
})

it('an attempt in flight has no end, and nothing comes next', () => {
  const { attempts, next } = lifeOf(view({ status: 'attempting' }, [attempt(1, 0, null)]), ms => ms)
  expect(attempts).toMatchObject([{ endedAt: null, counted: false }])
  expect(next).toBeNull()
})

it('a delivery of a removed subscription can only be cancelled', () => {
  expect(lifeOf(view({ dueAt: 5000 }, [attempt(1, 0, failed)]), ms => ms).actions).toEqual({
    resend: 'Its subscription was removed.',
    replay: 'Its subscription was removed.',
    cancel: null,
  })
})

it('deliveries of a subscription with one lane wait for their turn', async () => {
  const emulator = await testEmulator({ clock: 'system' })
  const receiver = await testReceiver(async () => {
    await new Promise<void>(resolve => void emulator.clock.alarm(60, resolve))
    return 200
  })
  await emulator.subscribe('unico', { url: receiver.url, settings: { concurrency: 1 } })
  const made = []
  for (let i = 0; i < 3; i++) made.push(await emulator.trigger('unico', 'process.finished.expired'))
  await emulator.rest()
  const last = emulator.view(made.at(-1)?.deliveries[0]?.id ?? '')
  expect(lifeOf(last, ms => ms).waits).toMatchObject([{ before: 1, cause: 'queue' }])
})
