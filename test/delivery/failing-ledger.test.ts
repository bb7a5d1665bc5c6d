// A ledger that fails, a provider that throws: no delivery is lost, and the failure is reported.
import { expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'
import { answer } from './handlers.js'

/** A ledger whose next writes fail as a full disk does, or with an error of the program's own. */
function failing() {
  const inner = openLedger({ location: ':memory:' })
  let left = 0
  let error: Error = new Error()
  const ledger: Ledger = {
    ...inner,
    write: work => {
      if (left === 0) return inner.write(work)
      left--
      return Promise.reject(error)
    },
  }
  return {
    ledger,
    fail(times: number, code?: string) {
      left = times
      error = Object.assign(new Error('no room'), code === undefined ? {} : { code })
    },
  }
}

it.each([
  ['claim', 0],
  ['start', 1],
  ['completion', 2],
])('a full disk at the %s holds a delivery up and does not lose it', async (_when, writesBefore) => {
  const { ledger, fail } = failing()
  const w = testEngine({ ledger })
  let requests = 0
  const receiver = await testReceiver({
    onRequest: (request, response) => {
      requests++
      answer(200)(request, response)
    },
  })
  w.receivers.set('sub', { url: receiver.url })
  await w.engine.start()
  let writes = 0
  const write = ledger.write
  const id = await w.oweOne('sub')
  ledger.write = work => {
    if (writes++ === writesBefore) fail(2, 'SQLITE_FULL')
    return write(work)
  }
  await w.engine.rest()
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 1 })
  expect(requests).toBe(1)
  expect(w.internalErrors).toHaveLength(2)
  expect(w.internalErrors[0]).toMatch(/: no room$/)
})

it('a completion that can never be written is reported, and the delivery is owed again at the next start', async () => {
  const { ledger, fail } = failing()
  const w = testEngine({ ledger })
  const receiver = await testReceiver({
    onRequest: (request, response) => {
      fail(1)
      answer(200)(request, response)
    },
  })
  w.receivers.set('sub', { url: receiver.url })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  expect(w.internalErrors).toEqual(['completing an attempt: no room', `carrying delivery ${id}: no room`])
  expect(w.ledger.delivery(id)?.status).toBe('attempting')
  await w.engine.stop(100)
  fail(0)
  expect(await w.engine.start()).toEqual({ interrupted: 1 })
})

it('stop does not wait for a ledger that keeps failing', async () => {
  const { ledger, fail } = failing()
  const w = testEngine({ ledger })
  const receiver = await testReceiver({
    onRequest: (request, response) => {
      fail(1000, 'SQLITE_IOERR')
      answer(200)(request, response)
    },
  })
  w.receivers.set('sub', { url: receiver.url })
  await w.engine.start()
  await w.owe('sub')
  const started = new Promise<void>(resolve => {
    w.journal.listen(entry => entry.kind === 'attempt.started' && resolve())
  })
  await started
  await w.engine.stop(50)
  expect(w.internalErrors.length).toBeGreaterThan(0)
})

it('a provider that fails to prepare is reported, and the delivery is tried again later', async () => {
  let broken = true
  const receiver = await testReceiver({ onRequest: answer(200) })
  const w = testEngine({
    prepare: delivery => {
      if (broken) throw new Error(`no such setting for ${delivery.type}`)
      return {
        method: 'POST',
        url: receiver.url,
        headers: [],
        body: '{}',
        sign: () => ({ headers: [] }),
        plan: { policy: () => ({ again: false, reason: 'no' }), accepts: () => true, timeoutMs: 1000, concurrency: 1 },
      }
    },
  })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  expect(w.internalErrors).toEqual([`preparing delivery ${id}: no such setting for thing.done`])
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0, dueAt: START + 60_000 })
  broken = false
  await w.drain()
  expect(w.ledger.delivery(id)?.status).toBe('delivered')
})
