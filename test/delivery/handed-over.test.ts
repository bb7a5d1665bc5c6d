// What is stored while its lane has room is handed over: neither claimed nor read back, in the order in which it was due, and never lost.
import { expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'
import { answer, bodyOf, signal } from './handlers.js'

/** A world with one subscription whose receiver is known to respond, and the events in the order in which they came. */
async function known(concurrency: number) {
  const inner = openLedger({ location: ':memory:' })
  let claimed = 0
  const ledger: Ledger = {
    ...inner,
    write: work =>
      inner.write(rows =>
        work({
          ...rows,
          claim: (...args) => {
            const found = rows.claim(...args)
            claimed += found.length
            return found
          },
        }),
      ),
  }
  const w = testEngine({ ledger })
  const seen: number[] = []
  const receiver = await testReceiver({
    onRequest: async (request, response) => {
      seen.push(Number(/\d+/.exec(await bodyOf(request))?.[0]))
      response.end()
    },
  })
  w.receivers.set('sub', { url: receiver.url, plan: { concurrency } })
  await w.engine.start()
  await w.owe('sub')
  await w.engine.rest()
  return { ...w, seen, claims: () => claimed }
}

it('one at a time keeps the order in which deliveries were due, whether they are claimed or handed over', async () => {
  const w = await known(1)
  const stored: Promise<boolean>[] = []
  for (const [i, burst] of [1, 3, 30, 1, 1, 9, 2, 60, 1, 4].entries()) {
    stored.push(...Array.from({ length: burst }, () => w.store('sub')))
    await Promise.all(stored.slice(-burst))
    // Now and then all of it is sent before the next comes, else some.
    if (i % 2 === 0) await w.engine.rest()
    else for (let turns = 0; turns < burst; turns++) await new Promise(resolve => setImmediate(resolve))
  }
  await w.engine.rest()
  const total = 1 + stored.length
  expect(w.seen).toEqual(Array.from({ length: total }, (_, i) => i + 1))
  const handedOver = (await Promise.all(stored)).filter(Boolean).length
  expect(handedOver).toBeGreaterThan(10)
  expect(w.claims()).toBe(total - handedOver)
  expect(w.claims()).toBeGreaterThan(10)
  expect(w.ledger.deliveryCounts()).toMatchObject({ delivered: total, waiting: 0, attempting: 0 })
  expect(w.internalErrors).toEqual([])
})

it('an older delivery that has just become due goes first', async () => {
  const w = await known(1)
  await w.owe('sub', 1, START + 1000)
  // The clock has moved, and the waker has not yet looked.
  w.clock.moveTo(START + 1000)
  expect(await w.store('sub')).toBe(false)
  await w.engine.rest()
  expect(w.seen).toEqual([1, 2, 3])
})

it('no more is held in memory than a lane may claim at once', async () => {
  const w = await known(5)
  const handedOver = await Promise.all(Array.from({ length: 500 }, () => w.store('sub')))
  expect(handedOver.filter(Boolean).length).toBeLessThanOrEqual(20)
  await w.engine.rest()
  expect(w.ledger.deliveryCounts().delivered).toBe(501)
})

it('a write that fails gives its room back, and one that is made again takes it once', async () => {
  const w = await known(1)
  const failed = w.store('sub', () => {
    throw new Error('not this one')
  })
  // The works of this write run twice, since the other fails.
  const made = w.store('sub')
  await expect(failed).rejects.toThrow('not this one')
  expect(await made).toBe(true)
  await w.engine.rest()
  expect(w.seen).toEqual([1, 3])
  expect(await w.store('sub')).toBe(true)
  await w.engine.rest()
})

it('what is handed over as the engine stops is owed, and sent at the next start', async () => {
  const w = await known(1)
  const stopping = signal()
  const stored = w.store('sub', () => {
    void w.engine.stop(1000).then(() => stopping.give())
  })
  expect(await stored).toBe(true)
  await stopping.promise
  expect(w.seen).toEqual([1])
  expect(w.ledger.delivery('dl_2')).toMatchObject({ status: 'waiting', attempts: 0 })
  await w.engine.start()
  await w.engine.rest()
  expect(w.seen).toEqual([1, 2])
})

it('a receiver that does not respond, or is not yet known, is handed nothing', async () => {
  const w = testEngine()
  const receiver = await testReceiver({ onRequest: answer(200) })
  w.receivers.set('new', { url: receiver.url })
  w.receivers.set('dead', { url: 'http://127.0.0.1:9/' })
  await w.engine.start()
  expect(await w.store('new')).toBe(false)
  expect(await w.store('dead')).toBe(false)
  await w.engine.rest()
  expect(await w.store('new')).toBe(true)
  expect(await w.store('dead')).toBe(false)
  await w.engine.rest()
})
