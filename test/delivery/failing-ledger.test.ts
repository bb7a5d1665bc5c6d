// A ledger that fails, a provider that throws: no delivery is lost, and the failure is reported.
import { expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import type { Signed } from '../../src/core/signature.js'
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
  let hasFailed = () => {}
  const broken = new Promise<void>(resolve => {
    hasFailed = resolve
  })
  const receiver = await testReceiver({
    onRequest: (request, response) => {
      fail(1000, 'SQLITE_IOERR')
      hasFailed()
      answer(200)(request, response)
    },
  })
  w.receivers.set('sub', { url: receiver.url })
  await w.engine.start()
  await w.owe('sub')
  await broken
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

/** Something of a provider that throws until it is mended. */
function breakable<T extends unknown[], R>(work: (...given: T) => R) {
  const part = {
    broken: true,
    work: (...given: T): R => {
      if (part.broken) throw new Error('the provider is broken')
      return work(...given)
    },
  }
  return part
}

it.each(['policy', 'accepts'] as const)(
  'a provider whose %s throws is reported, and the delivery stays owed',
  async part => {
    const policy = breakable(() => ({ again: true as const, afterMs: 1000, reason: 'again' }))
    const accepts = breakable((status: number) => status === 200)
    const receiver = await testReceiver([500, 200])
    const w = testEngine()
    const plan = part === 'policy' ? { policy: policy.work } : { accepts: accepts.work }
    w.receivers.set('sub', { url: receiver.url, plan })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(w.internalErrors).toEqual([`carrying delivery ${id}: the provider is broken`])
    const dueReason = 'the provider failed: the provider is broken'
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', dueAt: START + 60_000, dueReason, counted: 0 })
    const kind = part === 'policy' ? 'answered' : 'interrupted'
    expect(w.ledger.attempts(id)).toMatchObject([{ outcome: { kind } }])
    policy.broken = false
    accepts.broken = false
    await w.drain()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 2 })
  },
)

it('a signer that gives nothing, and a throttle that throws, leave the delivery owed', async () => {
  const receiver = await testReceiver([500, 200])
  const w = testEngine()
  const limit = breakable(() => 1)
  let signed: unknown
  w.receivers.set('sub', { url: receiver.url, sign: () => signed as Signed, limit: limit.work })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0, dueAt: START + 60_000 })
  signed = { headers: [] }
  await w.drain()
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 2 })
  const doing = `throttling the subscription of delivery ${id}`
  expect(w.internalErrors.slice(1)).toEqual(Array(2).fill(`${doing}: the provider is broken`))
})

it('a signer that never ends makes the attempt unsigned after the timeout', async () => {
  const w = testEngine()
  w.receivers.set('sub', { url: 'http://127.0.0.1:9/', sign: () => new Promise(() => {}), plan: { timeoutMs: 50 } })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  expect(w.ledger.attempts(id)[0]?.outcome).toEqual({
    kind: 'unsigned',
    detail: 'The signer failed: it gave nothing within 50 ms.',
  })
  await w.engine.stop(0)
})
