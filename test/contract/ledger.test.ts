// The contract of every ledger, in a file and in memory, on each driver that loads on this Node.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryStatus } from '../../src/core/delivery.js'
import { EmulatorError } from '../../src/core/errors.js'
import type { Ledger } from '../../src/core/ledger.js'
import { availableDrivers } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { accepted, aDelivery, anAttempt, anEvent, aSubject, aSubscription, rejected, T0 } from '../support/records.js'

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function fileLedger(driver: string): Promise<Ledger> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  endings.push(() => rm(folder, { recursive: true, force: true }))
  return openLedger({ location: join(folder, 'test.db'), driver })
}

const kinds = availableDrivers().flatMap((driver): [kind: string, make: () => Promise<Ledger>][] => [
  [`a file, by ${driver}`, () => fileLedger(driver)],
  [`memory, by ${driver}`, async () => openLedger({ location: ':memory:', driver })],
])

describe.each(kinds)('a ledger in %s', (_kind, make) => {
  async function open(): Promise<Ledger> {
    const ledger = await make()
    endings.push(() => ledger.close())
    return ledger
  }

  /** A ledger with one event and these deliveries of it, due at T0 plus so much. */
  async function owing(due: Record<string, number>, subscriptionId = 'sub_1'): Promise<Ledger> {
    const ledger = await open()
    await ledger.write(rows => {
      rows.insertSubscription(aSubscription(subscriptionId))
      rows.insertEvent(anEvent('ev_1'))
      for (const [id, after] of Object.entries(due))
        rows.insertDelivery(aDelivery(id, { subscriptionId, dueAt: T0 + after }))
    })
    return ledger
  }

  describe('writing', () => {
    it('resolves with what the work returned, once it can be read', async () => {
      const ledger = await open()
      expect(await ledger.write(rows => rows.count('events'))).toBe(1)
      expect(ledger.counter('events')).toBe(1)
    })

    it('nothing is there before the tick has ended', async () => {
      const ledger = await open()
      const writing = ledger.write(rows => rows.insertEvent(anEvent('ev_1')))
      expect(ledger.event('ev_1')).toBeUndefined()
      await writing
      expect(ledger.event('ev_1')).toBeDefined()
    })

    it('work sees its own writes and those of the writers before it', async () => {
      const ledger = await open()
      const first = ledger.write(rows => {
        rows.insertEvent(anEvent('ev_1'))
        return rows.event('ev_1')?.id
      })
      const second = ledger.write(rows => rows.event('ev_1')?.id)
      expect(await Promise.all([first, second])).toEqual(['ev_1', 'ev_1'])
    })

    it('a writer that throws undoes only its own changes and rejects only its own promise', async () => {
      const ledger = await owing({ dl_1: 0 })
      const results = await Promise.allSettled([
        ledger.write(rows => rows.insertDelivery(aDelivery('dl_2', { subscriptionId: 'sub_1' }))),
        ledger.write(rows => {
          rows.insertEvent(anEvent('ev_bad'))
          rows.insertDelivery(aDelivery('dl_3', { eventId: 'ev_bad', subscriptionId: 'sub_new' }))
          rows.claim('sub_1', T0, 1)
          rows.count('x')
          throw new Error('changed my mind')
        }),
        ledger.write(rows => rows.insertDelivery(aDelivery('dl_4', { subscriptionId: 'sub_2' }))),
      ])
      expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: { message: 'changed my mind' } })
      expect(ledger.event('ev_bad')).toBeUndefined()
      expect(ledger.delivery('dl_3')).toBeUndefined()
      expect(ledger.delivery('dl_1')?.status).toBe('waiting')
      expect(ledger.delivery('dl_4')?.subscriptionId).toBe('sub_2')
      expect(ledger.counter('x')).toBe(0)
      expect(ledger.deliveryCounts().waiting).toBe(3)
      expect(ledger.deliveryCounts().attempting).toBe(0)
      expect(ledger.deliveries({ subscription: 'sub_new' }, { limit: 10 })).toEqual([])
    })

    it('a writer alone in its tick is undone as well', async () => {
      const ledger = await owing({ dl_1: 0 })
      await expect(
        ledger.write(rows => {
          rows.claim('sub_1', T0, 1)
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, attempting: 0 })
      expect((await ledger.write(rows => rows.claim('sub_1', T0, 1))).map(({ id }) => id)).toEqual(['dl_1'])
    })

    it('asynchronous work is rejected and undone', async () => {
      const ledger = await open()
      const work = ledger.write(async rows => rows.insertEvent(anEvent('ev_1')))
      await expect(work).rejects.toThrow('synchronous')
      expect(ledger.event('ev_1')).toBeUndefined()
    })

    it('settled resolves after every write requested so far, failed ones included', async () => {
      const ledger = await open()
      const order: string[] = []
      const writes = [
        ledger.write(rows => rows.count('a')).then(() => order.push('a')),
        ledger
          .write(() => {
            throw new Error('b')
          })
          .catch(() => order.push('b')),
      ]
      await ledger.settled()
      expect(ledger.counter('a')).toBe(1)
      await Promise.all(writes)
      expect(order.sort()).toEqual(['a', 'b'])
      await ledger.settled()
    })

    it('a write requested inside a write is done in the next group', async () => {
      const ledger = await open()
      let inner: Promise<number> | undefined
      await ledger.write(rows => {
        rows.count('n')
        inner = ledger.write(later => later.count('n'))
      })
      expect(await inner).toBe(2)
    })

    it('closing commits what was requested; later calls throw', async () => {
      const ledger = await make()
      const writing = ledger.write(rows => rows.count('n'))
      await ledger.close()
      expect(await writing).toBe(1)
      await expect(ledger.write(rows => rows.count('n'))).rejects.toThrow('closed')
      expect(() => ledger.event('ev_1')).toThrow()
      expect(() => ledger.deliveryCounts()).toThrow('closed')
      expect(() => ledger.nextDelivery()).toThrow('closed')
      await ledger.close()
    })
  })

  describe('events', () => {
    it('come back as they were, keys of the payload in their order', async () => {
      const ledger = await open()
      const event = anEvent('ev_1', {
        variant: 'v',
        subject: 's',
        account: 'a',
        payload: { z: 1, a: { c: null, b: [1.5, 'é😀', '\u0000', false] }, m: {} },
      })
      await ledger.write(rows => rows.insertEvent(event))
      expect(ledger.event('ev_1')).toEqual(event)
      expect(JSON.stringify(ledger.event('ev_1')?.payload)).toBe(JSON.stringify(event.payload))
      expect(ledger.event('ev_1')).not.toBe(ledger.event('ev_1'))
    })

    it('of any JSON come back the same', async () => {
      const ledger = await open()
      let n = 0
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async value => {
          const id = `ev_${++n}`
          const payload = JSON.parse(JSON.stringify({ value }))
          await ledger.write(rows => rows.insertEvent(anEvent(id, { payload })))
          expect(JSON.stringify(ledger.event(id)?.payload)).toBe(JSON.stringify(payload))
        }),
        { numRuns: 100 },
      )
    })

    it('with a known id are refused', async () => {
      const ledger = await owing({})
      await expect(ledger.write(rows => rows.insertEvent(anEvent('ev_1')))).rejects.toThrow('UNIQUE')
    })

    it('are listed newest first, by page and filter', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        for (let i = 1; i <= 9; i++)
          rows.insertEvent(
            anEvent(`ev_${i}`, {
              subject: i % 2 ? 'odd' : null,
              type: i < 5 ? 'A' : 'B',
              provider: i === 9 ? 'p' : 'q',
            }),
          )
      })
      const ids = (filter: Parameters<Ledger['events']>[0], limit = 20, before?: string) =>
        ledger.events(filter, { limit, before }).map(({ id }) => id)
      expect(ids({}, 3)).toEqual(['ev_9', 'ev_8', 'ev_7'])
      expect(ids({}, 3, 'ev_7')).toEqual(['ev_6', 'ev_5', 'ev_4'])
      expect(ids({}, 3, 'ev_1')).toEqual([])
      expect(ids({ subject: 'odd', type: 'B' })).toEqual(['ev_9', 'ev_7', 'ev_5'])
      expect(ids({ provider: 'p' })).toEqual(['ev_9'])
      expect(ids({ type: 'A' }, 2, 'ev_3')).toEqual(['ev_2', 'ev_1'])
    })

    it('a page after an unknown id is invalid input', async () => {
      const ledger = await open()
      expect(() => ledger.events({}, { limit: 5, before: 'ev_404' })).toThrow(EmulatorError)
    })
  })

  describe('claiming', () => {
    it('takes what is due, earliest first, and in order of arrival when due at once', async () => {
      const ledger = await owing({ dl_1: 30, dl_2: 10, dl_3: 20, dl_4: 10, dl_5: 99 })
      const claimed = await ledger.write(rows => rows.claim('sub_1', T0 + 30, 10))
      expect(claimed.map(({ id }) => id)).toEqual(['dl_2', 'dl_4', 'dl_3', 'dl_1'])
      expect(claimed[0]).toEqual(aDelivery('dl_2', { dueAt: T0 + 10, status: 'attempting' }))
      expect(ledger.delivery('dl_5')?.status).toBe('waiting')
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, attempting: 4 })
    })

    it('stops at the limit and never takes a delivery twice', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 1, dl_3: 2 })
      const take = () => ledger.write(rows => rows.claim('sub_1', T0 + 9, 2).map(({ id }) => id))
      expect(await Promise.all([take(), take(), take()])).toEqual([['dl_1', 'dl_2'], ['dl_3'], []])
    })

    it('leaves other subscriptions alone', async () => {
      const ledger = await owing({ dl_1: 0 })
      expect(await ledger.write(rows => rows.claim('sub_2', T0, 5))).toEqual([])
      expect(await ledger.write(rows => rows.claim('sub_1', T0, 0))).toEqual([])
    })

    it('is undone by release: waiting again and due as before', async () => {
      const ledger = await owing({ dl_1: 7, dl_2: 8 })
      const claimed = await ledger.write(rows => rows.claim('sub_1', T0 + 9, 5))
      await ledger.write(rows => rows.release(claimed.map(({ id }) => id)))
      expect(ledger.delivery('dl_1')).toEqual(aDelivery('dl_1', { dueAt: T0 + 7 }))
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 2, attempting: 0 })
      expect(ledger.nextDelivery()).toBe(T0 + 7)
    })

    it('release does not change a delivery that has been settled', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.claim('sub_1', T0, 1)
        rows.setDelivery('dl_1', { status: 'cancelled', dueAt: null, dueReason: null, settledAt: T0 })
        rows.release(['dl_1'])
      })
      expect(ledger.delivery('dl_1')?.status).toBe('cancelled')
    })
  })

  describe('attempts', () => {
    it('come back as they were written, in flight and completed', async () => {
      const ledger = await owing({ dl_1: 0 })
      const attempt = anAttempt('dl_1', 1, { faults: ['tamper'], bodyBase64: 'eyI=' })
      await ledger.write(rows => {
        rows.claim('sub_1', T0, 1)
        rows.startAttempt(attempt)
      })
      expect(ledger.attempts('dl_1')).toEqual([attempt])
      expect(ledger.delivery('dl_1')).toMatchObject({ status: 'attempting', attempts: 1, counted: 0 })
      const end = accepted('dl_1', 1)
      await ledger.write(rows => rows.finishAttempt(end))
      expect(ledger.attempts('dl_1')).toEqual([
        { ...attempt, outcome: end.outcome, accepted: true, answer: end.answer, durationMs: 1.25 },
      ])
      expect(ledger.delivery('dl_1')).toMatchObject({
        status: 'delivered',
        attempts: 1,
        counted: 1,
        dueAt: null,
        dueReason: null,
        settledAt: T0 + 5,
      })
      expect(ledger.attemptCount()).toBe(1)
    })

    it('that failed leave the delivery waiting for its next due time', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.claim('sub_1', T0, 1)
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(rejected('dl_1', 1, T0 + 500))
      })
      expect(ledger.delivery('dl_1')).toMatchObject({
        status: 'waiting',
        dueAt: T0 + 500,
        dueReason: '500; again later',
      })
      expect(await ledger.write(rows => rows.claim('sub_1', T0 + 499, 1))).toEqual([])
      expect(await ledger.write(rows => rows.claim('sub_1', T0 + 500, 1))).toHaveLength(1)
    })

    it('of a resend that failed leave a settled delivery as it was', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(accepted('dl_1', 1))
      })
      await ledger.write(rows => rows.startAttempt(anAttempt('dl_1', 2, { cause: 'resend' })))
      expect(ledger.delivery('dl_1')).toMatchObject({ status: 'delivered', attempts: 2, counted: 1 })
      await ledger.write(rows =>
        rows.finishAttempt({ ...rejected('dl_1', 2, null), counts: false, delivery: undefined }),
      )
      expect(ledger.delivery('dl_1')).toMatchObject({ status: 'delivered', attempts: 2, counted: 1, settledAt: T0 + 5 })
      expect(ledger.attempts('dl_1').map(({ cause, accepted: ok }) => [cause, ok])).toEqual([
        ['scheduled', true],
        ['resend', false],
      ])
    })

    it('are listed oldest first, beyond ten, each delivery its own', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 0 })
      await ledger.write(rows => {
        for (let number = 1; number <= 12; number++) {
          rows.startAttempt(anAttempt('dl_2', number))
          rows.finishAttempt(rejected('dl_2', number, T0))
        }
        rows.startAttempt(anAttempt('dl_1', 1))
      })
      expect(ledger.attempts('dl_2').map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
      expect(ledger.attempts('dl_1')).toHaveLength(1)
      expect(ledger.attempts('d404')).toEqual([])
    })

    it('cannot be ended twice, nor started for an unknown delivery', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(accepted('dl_1', 1))
      })
      await expect(ledger.write(rows => rows.finishAttempt(accepted('dl_1', 1)))).rejects.toThrow('in flight')
      await expect(ledger.write(rows => rows.startAttempt(anAttempt('dl_1', 1)))).rejects.toThrow('UNIQUE')
      await expect(ledger.write(rows => rows.startAttempt(anAttempt('dl_9', 1)))).rejects.toThrow('no delivery dl_9')
      await expect(ledger.write(rows => rows.insertDelivery(aDelivery('dl_3', { eventId: 'ev_9' })))).rejects.toThrow(
        'no event ev_9',
      )
      expect(ledger.stats('sub_1')).toMatchObject({ attempts: 1, acceptedAttempts: 1 })
    })

    it('is of a delivery that takes its number once its event is inserted', async () => {
      const ledger = await owing({ dl_1: 0 })
      const early = ledger.write(rows => {
        const id = `dl_${rows.count('delivery')}`
        rows.insertEvent(anEvent('ev_2'))
        rows.insertDelivery(aDelivery(id, { eventId: 'ev_2' }))
      })
      await expect(early).rejects.toThrow('Delivery dl_2 must take its number after ev_2 is inserted.')
      expect(ledger.deliveriesOfEvent('ev_1').map(({ id }) => id)).toEqual(['dl_1'])
      expect(ledger.event('ev_2')).toBeUndefined()
    })
  })

  describe('settling by hand', () => {
    it('a waiting delivery can be cancelled or made due at another time', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 0 })
      await ledger.write(rows => {
        rows.setDelivery('dl_1', { status: 'cancelled', dueAt: null, dueReason: null, settledAt: T0 + 1 })
        rows.setDelivery('dl_2', { status: 'waiting', dueAt: T0 + 70, dueReason: 'put off', settledAt: null })
      })
      expect(ledger.delivery('dl_1')).toMatchObject({ status: 'cancelled', settledAt: T0 + 1 })
      expect(ledger.nextDelivery()).toBe(T0 + 70)
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, cancelled: 1 })
    })

    it('cancelAttempting cancels what is claimed, and an attempt that ends later leaves it so unless it delivers', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 1, dl_3: 2 })
      await ledger.write(rows => {
        rows.claim('sub_1', T0 + 9, 2)
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.startAttempt(anAttempt('dl_2', 1))
      })
      expect(await ledger.write(rows => rows.cancelAttempting('sub_1', T0 + 3))).toEqual(['dl_1', 'dl_2'])
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, attempting: 0, cancelled: 2 })
      const kept = await ledger.write(rows => rows.finishAttempt(rejected('dl_1', 1, T0 + 500)))
      expect(kept).toEqual({ status: 'cancelled', dueAt: null, dueReason: null, settledAt: T0 + 3 })
      expect(ledger.delivery('dl_1')).toMatchObject({ ...kept, counted: 1 })
      expect(await ledger.write(rows => rows.finishAttempt(accepted('dl_2', 1)))).toBeUndefined()
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, attempting: 0, delivered: 1, cancelled: 1 })
    })

    it('cancelWaiting cancels what waits for one subscription and returns the ids', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 5, dl_3: 9 })
      await ledger.write(rows => {
        rows.insertDelivery(aDelivery('other', { subscriptionId: 'sub_2' }))
        rows.claim('sub_1', T0, 1)
      })
      expect(await ledger.write(rows => rows.cancelWaiting('sub_1', T0 + 3))).toEqual(['dl_2', 'dl_3'])
      expect(await ledger.write(rows => rows.cancelWaiting('sub_404', T0 + 3))).toEqual([])
      expect(ledger.delivery('dl_3')).toMatchObject({ status: 'cancelled', dueAt: null, settledAt: T0 + 3 })
      expect(ledger.deliveryCounts()).toEqual({ waiting: 1, attempting: 1, delivered: 0, exhausted: 0, cancelled: 2 })
    })
  })

  describe('what is due', () => {
    it('is the earliest waiting instant of all, or after an instant', async () => {
      const ledger = await owing({ dl_1: 10 })
      expect(ledger.nextDelivery(T0 + 10)).toBeUndefined()
      await ledger.write(rows => {
        rows.insertDelivery(aDelivery('dl_2', { subscriptionId: 'sub_2', dueAt: T0 + 20 }))
        rows.insertDelivery(aDelivery('dl_3', { subscriptionId: 'sub_3', dueAt: T0 + 30 }))
      })
      expect(ledger.nextDelivery()).toBe(T0 + 10)
      expect(ledger.nextDelivery(T0 + 10)).toBe(T0 + 20)
      expect(ledger.nextDelivery(T0 + 29)).toBe(T0 + 30)
      expect(ledger.dueSubscriptions(T0 + 9)).toEqual([])
      expect(ledger.dueSubscriptions(T0 + 20).sort()).toEqual(['sub_1', 'sub_2'])
      expect(ledger.dueSubscriptions(T0 + 20, T0 + 10)).toEqual(['sub_2'])
    })

    it('is found behind any number of earlier ones', async () => {
      const ledger = await owing(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`dl_${i + 1}`, i])))
      await ledger.write(rows => {
        rows.insertDelivery(aDelivery('b', { subscriptionId: 'sub_2', dueAt: T0 + 9000 }))
        rows.insertDelivery(aDelivery('c', { subscriptionId: 'sub_3', dueAt: T0 + 8000 }))
      })
      expect(ledger.nextDelivery(T0 + 499)).toBe(T0 + 8000)
      expect(ledger.nextDelivery(T0 + 9000)).toBeUndefined()
      expect(ledger.dueSubscriptions(T0 + 8500).sort()).toEqual(['sub_1', 'sub_3'])
      expect(ledger.dueSubscriptions(T0 + 8500, T0 + 7000)).toEqual(['sub_3'])
    })

    it('agrees with a plain search, whatever is owed to which subscription', async () => {
      const ledger = await open()
      await ledger.write(rows => rows.insertEvent(anEvent('ev_1')))
      const owed = fc.record({ lane: fc.integer({ min: 1, max: 6 }), due: fc.integer({ min: 0, max: 50 }) })
      await fc.assert(
        fc.asyncProperty(
          fc.array(owed, { maxLength: 150 }),
          fc.integer({ min: 0, max: 50 }),
          fc.integer({ min: 0, max: 50 }),
          async (all, after, now) => {
            await ledger.write(rows => {
              rows.clear()
              rows.insertEvent(anEvent('ev_1'))
              for (const [i, { lane, due }] of all.entries())
                rows.insertDelivery(aDelivery(`dl_${i + 1}`, { subscriptionId: `sub_${lane}`, dueAt: due }))
            })
            const left = all.filter(({ due }) => due > after)
            const next = left.length === 0 ? undefined : Math.min(...left.map(({ due }) => due))
            expect(ledger.nextDelivery(after)).toBe(next)
            const due = new Set(all.filter(delivery => delivery.due <= now).map(({ lane }) => `sub_${lane}`))
            expect(new Set(ledger.dueSubscriptions(now))).toEqual(due)
            const since = left.filter(delivery => delivery.due <= now).map(({ lane }) => `sub_${lane}`)
            const found = new Set(ledger.dueSubscriptions(now, after))
            expect([...found]).toEqual(expect.arrayContaining(since))
            expect([...due]).toEqual(expect.arrayContaining([...found]))
          },
        ),
        { numRuns: 60 },
      )
    })
  })

  describe('lists of deliveries', () => {
    async function mixed(): Promise<Ledger> {
      const ledger = await open()
      await ledger.write(rows => {
        rows.insertSubscription(aSubscription('sub_1', { url: 'http://one.test/a' }))
        rows.insertSubscription(aSubscription('sub_2', { url: 'http://two.test/b' }))
        rows.insertEvent(anEvent('ev_1'))
        rows.insertDelivery(aDelivery('dl_1'))
        rows.insertDelivery(
          aDelivery('dl_2', { subscriptionId: 'sub_2', status: 'delivered', settledAt: T0, dueAt: null }),
        )
        rows.insertEvent(anEvent('ev_2', { type: 'OTHER', subject: 's_1', payload: { discount: '100%' } }))
        rows.insertDelivery(aDelivery('dl_3', { eventId: 'ev_2', type: 'OTHER', dueAt: T0 + 1 }))
        rows.insertDelivery(
          aDelivery('dl_4', { eventId: 'ev_2', type: 'OTHER', subscriptionId: 'sub_2', provider: 'q' }),
        )
        rows.claim('sub_2', T0, 1)
      })
      return ledger
    }

    it('are newest first, by page', async () => {
      const ledger = await mixed()
      const page = (before?: string) => ledger.deliveries({}, { limit: 2, before }).map(({ id }) => id)
      expect(page()).toEqual(['dl_4', 'dl_3'])
      expect(page('dl_3')).toEqual(['dl_2', 'dl_1'])
      expect(page('dl_1')).toEqual([])
    })

    it.each([
      [{ status: 'waiting' }, ['dl_3', 'dl_1']],
      [{ status: 'attempting' }, ['dl_4']],
      [{ status: 'delivered' }, ['dl_2']],
      [{ status: 'exhausted' }, []],
      [{ provider: 'acme' }, ['dl_3', 'dl_2', 'dl_1']],
      [{ type: 'OTHER' }, ['dl_4', 'dl_3']],
      [{ subscription: 'sub_1' }, ['dl_3', 'dl_1']],
      [{ subscription: 'sub_2', status: 'attempting' }, ['dl_4']],
      [{ subscription: 'sub_1', status: 'waiting' }, ['dl_3', 'dl_1']],
      [{ subscription: 'sub_404' }, []],
      [{ event: 'ev_2' }, ['dl_4', 'dl_3']],
      [{ event: 'ev_2', subscription: 'sub_1', status: 'waiting' }, ['dl_3']],
      [{ url: 'two.test' }, ['dl_4', 'dl_2']],
      [{ url: 'nowhere' }, []],
      [{ subject: 's_1' }, ['dl_4', 'dl_3']],
      [{ subject: 's_1', status: 'waiting' }, ['dl_3']],
      [{ subject: 's_404' }, []],
      [{ text: 'other' }, ['dl_4', 'dl_3']],
      [{ text: 'two.test' }, ['dl_4', 'dl_2']],
      [{ text: 'S_1' }, ['dl_4', 'dl_3']],
      [{ text: '100%' }, ['dl_4', 'dl_3']],
      [{ text: '1_0' }, []],
      [{ text: 'dl_2' }, ['dl_2']],
      [{ text: 'other', provider: 'q' }, ['dl_4']],
      [{ from: 'dl_3' }, ['dl_4', 'dl_3']],
    ] as const)('are filtered by %j', async (filter, ids) => {
      const ledger = await mixed()
      expect(ledger.deliveries(filter, { limit: 20 }).map(({ id }) => id)).toEqual(ids)
      expect(ledger.deliveries(filter, { limit: 20, before: 'dl_4' }).map(({ id }) => id)).toEqual(
        ids.filter(id => id !== 'dl_4'),
      )
    })

    it('are listed with subject, URL and last outcome', async () => {
      const ledger = await mixed()
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_4', 1))
        rows.finishAttempt(rejected('dl_4', 1, T0))
      })
      const listed = ledger.listedDeliveries({}, { limit: 2 })
      expect(listed.map(({ delivery }) => delivery)).toEqual(ledger.deliveries({}, { limit: 2 }))
      expect(listed.map(({ subject, url, lastOutcome }) => ({ subject, url, lastOutcome }))).toEqual([
        { subject: 's_1', url: 'http://two.test/b', lastOutcome: rejected('dl_4', 1, T0).outcome },
        { subject: 's_1', url: 'http://one.test/a', lastOutcome: null },
      ])
    })

    it('are found by how many are above them', async () => {
      const ledger = await mixed()
      expect(ledger.deliveryBelow(1)).toBe('dl_3')
      expect(ledger.deliveryBelow(1, 'dl_4')).toBe('dl_2')
      expect(ledger.deliveryBelow(4)).toBeUndefined()
    })

    it('deliveriesOfEvent returns all deliveries of an event, in order of arrival', async () => {
      const ledger = await mixed()
      expect(ledger.deliveriesOfEvent('ev_2').map(({ id }) => id)).toEqual(['dl_3', 'dl_4'])
      expect(ledger.deliveriesOfEvent('ev_404')).toEqual([])
    })

    it('follow a subscription to its new URL, and keep its last one when it is removed', async () => {
      const ledger = await mixed()
      await ledger.write(rows => rows.updateSubscription(aSubscription('sub_2', { url: 'http://three.test/' })))
      await ledger.write(rows => rows.removeSubscription('sub_2'))
      expect(ledger.deliveries({ url: 'two.test' }, { limit: 9 })).toEqual([])
      expect(ledger.deliveries({ url: 'three.test' }, { limit: 9 }).map(({ id }) => id)).toEqual(['dl_4', 'dl_2'])
      expect(ledger.delivery('dl_2')?.subscriptionId).toBe('sub_2')
    })
  })

  describe('subscriptions', () => {
    it('come back as they were, oldest first, filtered', async () => {
      const ledger = await open()
      const full = aSubscription('z', {
        eventTypes: ['A', 'B'],
        active: false,
        secret: null,
        previousSecret: { secret: 'old', until: T0 + 9 },
        settings: { webhookKey: 'k', retry: { n: 3 } },
        notes: { description: 'd' },
        account: 'acc',
      })
      await ledger.write(rows => {
        rows.insertSubscription(full)
        rows.insertSubscription(aSubscription('a', { channel: 'side' }))
        rows.insertSubscription(aSubscription('b', { provider: 'other' }))
      })
      expect(ledger.subscription('z')).toEqual(full)
      const ids = (filter?: Parameters<Ledger['subscriptions']>[0]) => ledger.subscriptions(filter).map(({ id }) => id)
      expect(ids()).toEqual(['z', 'a', 'b'])
      expect(ids({ provider: 'acme' })).toEqual(['z', 'a'])
      expect(ids({ channel: 'side' })).toEqual(['a'])
      expect(ids({ account: 'acc' })).toEqual(['z'])
      expect(ids({ account: null })).toEqual(['a', 'b'])
    })

    it('are changed and removed; changing one that is gone is refused', async () => {
      const ledger = await open()
      await ledger.write(rows => rows.insertSubscription(aSubscription('s')))
      await ledger.write(rows => rows.updateSubscription(aSubscription('s', { active: false, secret: 'new' })))
      expect(ledger.subscription('s')).toMatchObject({ active: false, secret: 'new' })
      await ledger.write(rows => rows.removeSubscription('s'))
      expect(ledger.subscription('s')).toBeUndefined()
      await expect(ledger.write(rows => rows.updateSubscription(aSubscription('s')))).rejects.toThrow(
        'no subscription s',
      )
    })

    it('their stats count settled deliveries, attempts and accepted ones', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 0, dl_3: 0 })
      expect(ledger.stats('sub_404')).toEqual({
        delivered: 0,
        exhausted: 0,
        attempts: 0,
        acceptedAttempts: 0,
        lastAttemptAt: null,
      })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(rejected('dl_1', 1, T0 + 1))
        rows.startAttempt(anAttempt('dl_1', 2))
        rows.finishAttempt(accepted('dl_1', 2))
        rows.startAttempt(anAttempt('dl_2', 1, { startedAt: T0 + 77 }))
        rows.finishAttempt(rejected('dl_2', 1, null))
      })
      const stats = { delivered: 1, exhausted: 1, attempts: 3, acceptedAttempts: 1, lastAttemptAt: T0 + 77 }
      expect(ledger.stats('sub_1')).toEqual(stats)
      await ledger.write(rows => rows.prune(0))
      expect(ledger.stats('sub_1')).toEqual(stats)
    })

    it('a resend that is accepted turns an exhausted delivery into a delivered one in the stats', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(rejected('dl_1', 1, null))
        rows.startAttempt(anAttempt('dl_1', 2, { cause: 'resend' }))
        rows.finishAttempt({ ...accepted('dl_1', 2), counts: false })
      })
      expect(ledger.stats('sub_1')).toMatchObject({ delivered: 1, exhausted: 0 })
      expect(ledger.delivery('dl_1')).toMatchObject({ status: 'delivered', counted: 1 })
    })
  })

  describe('subjects', () => {
    it('are put once and changed after, known by provider and id', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        rows.putSubject(aSubject('x'))
        rows.putSubject(aSubject('x', { provider: 'other', data: {} }))
      })
      const moved = aSubject('x', { state: 'DONE', data: { b: 1, a: 2 }, updatedAt: T0 + 1 })
      await ledger.write(rows => rows.putSubject(moved))
      expect(ledger.subject('acme', 'x')).toEqual(moved)
      expect(ledger.subject('other', 'x')).toMatchObject({ provider: 'other', data: {} })
      expect(ledger.subject('acme', 'y')).toBeUndefined()
    })

    it('are found by story and listed newest first, by page and filter', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        rows.putSubject(aSubject('a'))
        rows.putSubject(aSubject('b', { kind: 'other', account: 'acc' }))
        rows.putSubject(aSubject('c', { story: 'story-2', state: 'DONE' }))
        rows.putSubject(aSubject('a', { provider: 'p2' }))
      })
      expect(ledger.subjectOfStory('acme', 'other', 'story-1')?.id).toBe('b')
      expect(ledger.subjectOfStory('acme', 'other', 'story-2')).toBeUndefined()
      const ids = (filter: Parameters<Ledger['subjects']>[0], before?: string) =>
        ledger.subjects(filter, { limit: 9, before }).map(({ provider, id }) => `${provider}/${id}`)
      expect(ids({})).toEqual(['p2/a', 'acme/c', 'acme/b', 'acme/a'])
      expect(ids({ provider: 'acme' }, 'b')).toEqual(['acme/a'])
      expect(ids({ story: 'story-1', kind: 'thing' })).toEqual(['p2/a', 'acme/a'])
      expect(ids({ state: 'DONE' })).toEqual(['acme/c'])
      expect(ids({ account: 'acc' })).toEqual(['acme/b'])
    })
  })

  describe('timers', () => {
    const timer = (name: string, at: number, subject = 's') => ({ provider: 'acme', subject, name, at, data: { name } })

    it('that are due are returned earliest first, and stay until they are removed', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        for (const [name, at] of [
          ['c', 30],
          ['a', 10],
          ['b', 20],
          ['d', 40],
        ] as const)
          rows.setTimer(timer(name, at))
      })
      expect(ledger.nextTimer()).toBe(10)
      expect(ledger.dueTimers(9)).toEqual([])
      expect(ledger.dueTimers(30)).toEqual([timer('a', 10), timer('b', 20), timer('c', 30)])
      expect(ledger.timer('acme', 's', 'b')).toEqual(timer('b', 20))
      expect(ledger.timer('acme', 's', 'z')).toBeUndefined()
      await ledger.write(rows => rows.removeTimer('acme', 's', 'a'))
      expect(ledger.dueTimers(30)).toEqual([timer('b', 20), timer('c', 30)])
      expect(ledger.nextTimer()).toBe(20)
    })

    it('are returned a hundred at a time', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        for (let i = 0; i < 150; i++) rows.setTimer(timer(`t${i}`, 1000 - i))
      })
      const due = ledger.dueTimers(2000)
      expect(due).toHaveLength(100)
      expect(due[0]).toEqual(timer('t149', 851))
    })

    it('setting one again moves it; they are removed by name or all of a subject', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        rows.setTimer(timer('a', 10))
        rows.setTimer(timer('a', 50))
        rows.setTimer(timer('b', 20))
        rows.setTimer(timer('c', 30, 'other'))
        rows.setTimer({ ...timer('z', 1), provider: 'p2' })
      })
      expect(ledger.timers('acme').map(({ name, at }) => [name, at])).toEqual([
        ['b', 20],
        ['c', 30],
        ['a', 50],
      ])
      await ledger.write(rows => rows.removeTimer('acme', 's', 'b'))
      expect(ledger.timers().map(({ name }) => name)).toEqual(['z', 'c', 'a'])
      await ledger.write(rows => rows.removeTimer('acme', 's'))
      expect(ledger.timers().map(({ name }) => name)).toEqual(['z', 'c'])
      await ledger.write(rows => {
        rows.removeTimer('acme', 'other')
        rows.removeTimer('p2', 's')
      })
      expect(ledger.nextTimer()).toBeUndefined()
    })
  })

  it('counters rise by one from zero; meta, settings and idempotency are remembered', async () => {
    const ledger = await open()
    expect([ledger.counter('n'), ledger.meta('k'), ledger.idempotency('i')]).toEqual([0, undefined, undefined])
    expect(ledger.providerSettings('acme')).toEqual({})
    const counted = await ledger.write(rows => {
      rows.setMeta('k', 'old')
      rows.setMeta('k', 'new')
      rows.setProviderSettings('acme', { a: 1 })
      rows.setProviderSettings('acme', { b: [2] })
      rows.rememberIdempotency('i', 'digest', { event: { id: 'i' } })
      return [rows.count('n'), rows.count('n'), rows.count('m')]
    })
    expect(counted).toEqual([1, 2, 1])
    expect(ledger.meta('k')).toBe('new')
    expect(ledger.providerSettings('acme')).toEqual({ b: [2] })
    expect(ledger.idempotency('i')).toEqual({ digest: 'digest', answer: { event: { id: 'i' } } })
    await expect(ledger.write(rows => rows.rememberIdempotency('i', 'other', {}))).rejects.toThrow('UNIQUE')
  })

  it('an attempt in flight is counted wherever its delivery is read, also by a claim beside a resend', async () => {
    const ledger = await owing({ dl_1: 0 })
    await ledger.write(rows => rows.startAttempt(anAttempt('dl_1', 1, { cause: 'resend' })))
    const counts = () => [
      ledger.delivery('dl_1')?.attempts,
      ledger.deliveriesOfEvent('ev_1')[0]?.attempts,
      ledger.deliveries({}, { limit: 1 })[0]?.attempts,
      ledger.listedDeliveries({}, { limit: 1 })[0]?.delivery.attempts,
    ]
    expect(counts()).toEqual([1, 1, 1, 1])
    expect(await ledger.write(rows => rows.claim('sub_1', T0, 1))).toMatchObject([{ id: 'dl_1', attempts: 1 }])
    const failed = { outcome: { kind: 'answered' as const, status: 500 }, accepted: false, counts: false }
    await ledger.write(rows => rows.finishAttempt({ ...accepted('dl_1', 1), ...failed, delivery: undefined }))
    expect(counts()).toEqual([1, 1, 1, 1])
    expect(ledger.listedDeliveries({}, { limit: 1 })[0]?.lastOutcome?.status).toBe(500)
    await ledger.write(rows => rows.startAttempt(anAttempt('dl_1', 2)))
    expect(counts()).toEqual([2, 2, 2, 2])
    expect(ledger.listedDeliveries({}, { limit: 1 })[0]?.lastOutcome).toBeNull()
    await ledger.write(rows => rows.finishAttempt(accepted('dl_1', 2)))
    expect(ledger.delivery('dl_1')).toMatchObject({ status: 'delivered', attempts: 2, counted: 1 })
  })

  it('a resend that ends after its waiting delivery was cancelled with its subscription is counted once', async () => {
    for (const [end, status] of [
      [accepted('owed', 1), 'delivered'],
      [rejected('owed', 1, T0 + 5), 'cancelled'],
    ] as const) {
      const ledger = await owing({ owed: 0, other: 0 })
      await ledger.write(rows => rows.startAttempt(anAttempt('owed', 1, { cause: 'resend' })))
      await ledger.write(rows => rows.cancelWaiting('sub_1', T0 + 1))
      const { delivery, ...ended } = end
      await ledger.write(rows => rows.finishAttempt(status === 'delivered' ? { ...ended, delivery } : ended))
      expect(ledger.delivery('owed')?.status).toBe(status)
      const settled = status === 'delivered' ? { delivered: 1, cancelled: 1 } : { delivered: 0, cancelled: 2 }
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 0, attempting: 0, ...settled })
    }
  })

  describe('upkeep', () => {
    it('recover marks unfinished attempts interrupted, not counted, and makes their deliveries due at once, those without one as before', async () => {
      const ledger = await owing({ cut: 0, claimed: 1, later: 900, resent: 0 })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('resent', 1))
        rows.finishAttempt(accepted('resent', 1))
        rows.startAttempt(anAttempt('resent', 2, { cause: 'resend' }))
        rows.claim('sub_1', T0 + 1, 2)
        rows.startAttempt(anAttempt('cut', 1))
      })
      expect(await ledger.write(rows => rows.recover(T0 + 50))).toBe(2)
      expect(ledger.attempts('cut')[0]).toMatchObject({
        outcome: { kind: 'interrupted' },
        accepted: false,
        answer: null,
      })
      expect(ledger.attempts('resent')[1]?.outcome?.kind).toBe('interrupted')
      expect(ledger.delivery('cut')).toMatchObject({ status: 'waiting', dueAt: T0 + 50, attempts: 1, counted: 0 })
      // It keeps its place before what is due later.
      const untouched = { status: 'waiting', dueAt: T0 + 1, dueReason: 'first attempt', attempts: 0 }
      expect(ledger.delivery('claimed')).toMatchObject(untouched)
      expect(ledger.delivery('later')).toMatchObject({ status: 'waiting', dueAt: T0 + 900 })
      expect(ledger.delivery('resent')).toMatchObject({ status: 'delivered', attempts: 2 })
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 3, attempting: 0, delivered: 1 })
      expect(await ledger.write(rows => rows.recover(T0 + 60))).toBe(0)
    })

    it('recover finds the attempts in flight of cancelled and of claimed deliveries, also where their writer ran again', async () => {
      const ledger = await owing({ cut: 0, put: 1, waits: 900 })
      await ledger.write(rows => {
        rows.claim('sub_1', T0 + 1, 2)
        rows.startAttempt(anAttempt('cut', 1))
        rows.startAttempt(anAttempt('put', 1))
      })
      const cancelled = ledger.write(rows => rows.cancelAttempting('sub_1', T0 + 2))
      const resent = ledger.write(rows => rows.startAttempt(anAttempt('waits', 1, { cause: 'resend' })))
      const failed = ledger.write(() => {
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      await resent
      expect(await cancelled).toEqual(['cut', 'put'])
      const ended = ledger.write(rows => rows.finishAttempt(rejected('put', 1, T0 + 5)))
      await expect(
        ledger.write(() => {
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      await ended
      await ledger.write(rows => rows.claim('sub_1', T0 + 900, 1))
      expect(await ledger.write(rows => rows.recover(T0 + 950))).toBe(2)
      const outcomes = ['cut', 'put', 'waits'].map(id => ledger.attempts(id).map(({ outcome }) => outcome?.kind))
      expect(outcomes).toEqual([['interrupted'], ['answered'], ['interrupted']])
      expect(ledger.delivery('cut')).toMatchObject({ status: 'cancelled', attempts: 1, counted: 0 })
      expect(ledger.delivery('waits')).toMatchObject({ status: 'waiting', attempts: 1, dueAt: T0 + 950 })
      // Both are settled and have no attempt in flight.
      expect(await ledger.write(rows => rows.prune(0))).toBe(2)
    })

    it('prune deletes the oldest settled deliveries with attempts and events, and never what is owed', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        for (let i = 1; i <= 6; i++) {
          rows.insertEvent(anEvent(`ev_${i}`))
          rows.rememberIdempotency(`ev_${i}`, 'x', {})
          if (i === 2) continue
          // Of event 3 one delivery is still owed.
          if (i === 3) rows.insertDelivery(aDelivery('owed', { eventId: 'ev_3' }))
          rows.insertDelivery(aDelivery(`dl_${i}`, { eventId: `ev_${i}` }))
          if (i === 1) continue
          rows.startAttempt(anAttempt(`dl_${i}`, 1))
          rows.finishAttempt(i === 4 ? rejected('dl_4', 1, null) : accepted(`dl_${i}`, 1))
        }
      })
      expect(await ledger.write(rows => rows.prune(4))).toBe(0)
      expect(await ledger.write(rows => rows.prune(2))).toBe(2)
      const deliveries = ledger.deliveries({}, { limit: 20 }).map(({ id }) => id)
      expect(deliveries).toEqual(['dl_6', 'dl_5', 'owed', 'dl_1'])
      // Event 2 has no delivery, and is as old as what was deleted.
      expect(ledger.events({}, { limit: 20 }).map(({ id }) => id)).toEqual(['ev_6', 'ev_5', 'ev_3', 'ev_1'])
      expect([1, 2, 3, 4].map(i => ledger.idempotency(`ev_${i}`) !== undefined)).toEqual([true, false, true, false])
      expect(ledger.attempts('dl_3')).toEqual([])
      expect(ledger.attemptCount()).toBe(2)
      expect(ledger.deliveryCounts()).toEqual({ waiting: 2, attempting: 0, delivered: 2, exhausted: 0, cancelled: 0 })
    })

    it('prune deletes the same when another write of its tick fails', async () => {
      const ledger = await open()
      await ledger.write(rows => {
        for (const id of ['ev_1', 'ev_2']) rows.insertEvent(anEvent(id))
        rows.insertDelivery(aDelivery('dl_2', { eventId: 'ev_2' }))
        rows.startAttempt(anAttempt('dl_2', 1))
        rows.finishAttempt(accepted('dl_2', 1))
      })
      const pruned = ledger.write(rows => rows.prune(0))
      const failed = ledger.write(() => {
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await pruned).toBe(1)
      expect(ledger.events({}, { limit: 20 })).toEqual([])
    })

    it('prune keeps a settled delivery that is being resent', async () => {
      const ledger = await owing({ dl_1: 0, dl_2: 0 })
      await ledger.write(rows => {
        for (const id of ['dl_1', 'dl_2']) {
          rows.startAttempt(anAttempt(id, 1))
          rows.finishAttempt(accepted(id, 1))
        }
        rows.startAttempt(anAttempt('dl_1', 2, { cause: 'resend' }))
      })
      expect(await ledger.write(rows => rows.prune(0))).toBe(1)
      await ledger.write(rows => rows.finishAttempt({ ...accepted('dl_1', 2), delivery: undefined, counts: false }))
      expect(ledger.attempts('dl_1')).toHaveLength(2)
    })

    it('prune deletes subjects that were in use when it passed them, once they are not', async () => {
      const ledger = await open()
      const ids = Array.from({ length: 300 }, (_, i) => i + 1)
      await ledger.write(rows => {
        for (const i of ids) {
          rows.putSubject(aSubject(`s${i}`, { story: `s${i}`, updatedAt: T0 + i }))
          rows.insertEvent(anEvent(`ev_${i}`, { subject: `s${i}` }))
          rows.insertDelivery(aDelivery(`dl_${i}`, { eventId: `ev_${i}` }))
        }
      })
      const left = () => ledger.subjects({}, { limit: 1000 }).length
      for (let call = 0; call < 20; call++) await ledger.write(rows => rows.prune(100))
      expect(left()).toBe(300)
      await ledger.write(rows => {
        for (const { id } of rows.claim('sub_1', T0, 1000)) {
          rows.startAttempt(anAttempt(id, 1))
          rows.finishAttempt(accepted(id, 1))
        }
      })
      for (let call = 0; call < 10; call++) await ledger.write(rows => rows.prune(100))
      expect(left()).toBe(100)
      expect(ledger.subject('acme', 's200')).toBeUndefined()
      expect(ledger.subject('acme', 's201')).toBeDefined()
    })

    it('clear deletes everything but the meta entries', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.setMeta('seed', '7')
        rows.count('n')
        rows.putSubject(aSubject('x'))
        rows.setTimer({ provider: 'acme', subject: 'x', name: 't', at: 1, data: {} })
        rows.setProviderSettings('acme', { a: 1 })
        rows.rememberIdempotency('i', 'd', {})
        rows.startAttempt(anAttempt('dl_1', 1))
      })
      await ledger.write(rows => rows.clear())
      expect(ledger.meta('seed')).toBe('7')
      expect(ledger.event('ev_1') ?? ledger.delivery('dl_1') ?? ledger.subscription('sub_1')).toBeUndefined()
      expect(ledger.subject('acme', 'x') ?? ledger.idempotency('i') ?? ledger.nextTimer()).toBeUndefined()
      expect([ledger.counter('n'), ledger.attemptCount(), ledger.providerSettings('acme')]).toEqual([0, 0, {}])
      expect(ledger.deliveryCounts()).toEqual({ waiting: 0, attempting: 0, delivered: 0, exhausted: 0, cancelled: 0 })
      expect(ledger.stats('sub_1').attempts).toBe(0)
      expect(ledger.nextDelivery()).toBeUndefined()
    })

    it('a clear that is undone brings back counts and stats too', async () => {
      const ledger = await owing({ dl_1: 0 })
      await ledger.write(rows => {
        rows.startAttempt(anAttempt('dl_1', 1))
        rows.finishAttempt(accepted('dl_1', 1))
      })
      const results = await Promise.allSettled([
        ledger.write(rows => rows.insertDelivery(aDelivery('dl_2'))),
        ledger.write(rows => {
          rows.clear()
          rows.insertEvent(anEvent('ev_1'))
          rows.insertDelivery(aDelivery('dl_9', { subscriptionId: 'sub_9' }))
          throw new Error('no')
        }),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      expect(ledger.deliveryCounts()).toMatchObject({ waiting: 1, delivered: 1 })
      expect(ledger.stats('sub_1')).toMatchObject({ delivered: 1, attempts: 1 })
      expect(ledger.delivery('dl_2')?.subscriptionId).toBe('sub_1')
    })
  })

  it('counts and stats always agree with the rows, whatever is written and undone', async () => {
    const lane = fc.constantFrom('sub_1', 'sub_2')
    const step = fc.oneof(
      fc.record({ do: fc.constant('insert' as const), lane }),
      fc.record({ do: fc.constant('work' as const), lane, accept: fc.boolean(), last: fc.boolean() }),
      fc.record({ do: fc.constant('cancel' as const), lane }),
      fc.record({ do: fc.constant('recover' as const) }),
      fc.record({ do: fc.constant('claim' as const), lane }),
      fc.record({ do: fc.constant('prune' as const) }),
      fc.record({ do: fc.constant('clear' as const) }),
    )
    const writer = fc.record({ steps: fc.array(step, { maxLength: 5 }), fails: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(writer, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), async groups => {
        const ledger = await make()
        let n = 0
        for (const group of groups)
          await Promise.allSettled(
            group.map(({ steps, fails }) =>
              ledger.write(rows => {
                for (const it of steps) {
                  if (it.do === 'insert') {
                    const id = ++n
                    rows.insertEvent(anEvent(`ev_${id}`))
                    rows.insertDelivery(aDelivery(`dl_${id}`, { eventId: `ev_${id}`, subscriptionId: it.lane }))
                  } else if (it.do === 'work')
                    for (const { id, attempts } of rows.claim(it.lane, T0 + 5, 2)) {
                      rows.startAttempt(anAttempt(id, attempts + 1))
                      rows.finishAttempt(
                        it.accept ? accepted(id, attempts + 1) : rejected(id, attempts + 1, it.last ? null : T0 + 1),
                      )
                    }
                  else if (it.do === 'cancel') rows.cancelWaiting(it.lane, T0)
                  else if (it.do === 'claim') rows.claim(it.lane, T0 + 5, 1)
                  else if (it.do === 'recover') rows.recover(T0)
                  else if (it.do === 'prune') rows.prune(1)
                  else rows.clear()
                }
                if (fails) throw new Error('undone')
              }),
            ),
          )
        const all = ledger.deliveries({}, { limit: 1000 })
        const counts: Record<DeliveryStatus, number> = {
          waiting: 0,
          attempting: 0,
          delivered: 0,
          exhausted: 0,
          cancelled: 0,
        }
        for (const { status } of all) counts[status]++
        expect(ledger.deliveryCounts()).toEqual(counts)
        expect(ledger.attemptCount()).toBe(all.reduce((sum, { id }) => sum + ledger.attempts(id).length, 0))
        for (const status of ['waiting', 'attempting', 'delivered', 'exhausted', 'cancelled'] as const)
          expect(ledger.deliveries({ status }, { limit: 1000 })).toHaveLength(counts[status])
        await ledger.close()
      }),
      { numRuns: 40 },
    )
  })
})
