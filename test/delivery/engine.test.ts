// The life of a delivery, with a real ledger and real receivers.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/core/delivery.js'
import { scheduled } from '../../src/core/retry.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { temporaryFolder } from '../support/emulator.js'
import { closedPort, testReceiver } from '../support/receiver.js'
import { anAttempt } from '../support/records.js'
import { START, testEngine } from './engine.js'
import { answer, bodyOf, signal } from './handlers.js'

/** Answers with these statuses, the last again and again; counts the requests. */
async function script(...statuses: number[]) {
  const seen: { headers: NodeJS.Dict<string | string[]>; body: string }[] = []
  const receiver = await testReceiver({
    onRequest: async (request, response) => {
      const body = await bodyOf(request)
      response.statusCode = statuses[Math.min(seen.length, statuses.length - 1)] ?? 200
      seen.push({ headers: request.headers, body })
      response.end()
    },
  })
  return { ...receiver, seen }
}

const outcomes = (attempts: Attempt[]) => attempts.map(({ outcome }) => outcome?.status ?? outcome?.kind)

describe('the schedule', () => {
  it('an accepted response delivers, and everything about the attempt is recorded', async () => {
    const w = testEngine()
    const receiver = await script(200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(w.ledger.delivery(id)).toMatchObject({
      status: 'delivered',
      attempts: 1,
      counted: 1,
      dueAt: null,
      settledAt: START,
    })
    expect(w.ledger.attempts(id)).toEqual([
      {
        deliveryId: id,
        number: 1,
        cause: 'scheduled',
        startedAt: START,
        stampedAt: START,
        dueAt: START,
        dueReason: 'first attempt',
        method: 'POST',
        url: receiver.url,
        headers: [
          ['Content-Type', 'application/json'],
          ['X-Stamp', String(START)],
          ['X-Attempt', '1'],
        ],
        bodyBase64: null,
        faults: [],
        outcome: { kind: 'answered', status: 200 },
        accepted: true,
        answer: expect.objectContaining({ status: 200, body: '', bodyBytes: 0 }),
        durationMs: expect.any(Number),
      },
    ])
    expect(receiver.seen[0]?.body).toBe('{"id":"ev_1"}')
  })

  it('a failed attempt is retried after the policy’s delay, counted from the end of the attempt, with the reason', async () => {
    const w = testEngine()
    const receiver = await script(500, 200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(w.ledger.delivery(id)).toMatchObject({
      status: 'waiting',
      attempts: 1,
      dueAt: START + 10_000,
      dueReason: '500; attempt 2 of 3 10 s later',
    })
    w.clock.moveTo(START + 9_999)
    await w.engine.rest()
    expect(receiver.seen).toHaveLength(1)
    w.clock.moveTo(START + 10_000)
    await w.engine.rest()
    expect(w.ledger.delivery(id)?.status).toBe('delivered')
    expect(w.ledger.attempts(id)[1]).toMatchObject({
      number: 2,
      startedAt: START + 10_000,
      dueReason: '500; attempt 2 of 3 10 s later',
    })
    expect(receiver.seen[1]?.headers['x-stamp']).toBe(String(START + 10_000))
  })

  it('the waker sends what becomes due without a poke', async () => {
    const w = testEngine()
    const arrived = signal()
    let requests = 0
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        response.statusCode = ++requests === 1 ? 500 : 200
        response.end()
        if (requests === 2) arrived.give()
      },
    })
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    await w.owe('sub')
    await w.engine.rest()
    w.clock.moveTo(START + 10_000)
    await arrived.promise
    await w.engine.rest()
    expect(w.ledger.deliveryCounts().delivered).toBe(1)
  })

  it('when the policy stops the delivery is exhausted, and the action for the subscription is passed on', async () => {
    const told: [string, string][] = []
    const w = testEngine({ onExhausted: (delivery, wish) => told.push([delivery.id, wish]) })
    const receiver = await script(503)
    w.receivers.set('sub', { url: receiver.url, plan: { onExhausted: 'deactivate' } })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'exhausted', attempts: 3, settledAt: START + 70_000 })
    expect(told).toEqual([[id, 'deactivate']])
    expect(receiver.seen).toHaveLength(3)
  })

  it('a retry without delay is made at once, in the same claim', async () => {
    const w = testEngine()
    const receiver = await script(500, 500, 500, 200)
    w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([0], 'unlimited') } })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 4, counted: 4 })
    expect(outcomes(w.ledger.attempts(id))).toEqual([500, 500, 500, 200])
  })

  it('a schedule of days plays in a moment on a manual clock', async () => {
    const w = testEngine()
    const receiver = await script(500, 500, 500, 500, 500, 200)
    const day = 24 * 3_600_000
    w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([day], 'unlimited') } })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', settledAt: START + 5 * day })
  })

  it('a receiver that is down is retried like any other failure', async () => {
    const w = testEngine()
    w.receivers.set('sub', { url: `http://127.0.0.1:${await closedPort()}/` })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    expect(w.ledger.delivery(id)?.status).toBe('exhausted')
    expect(outcomes(w.ledger.attempts(id))).toEqual(['refused', 'refused', 'refused'])
  })

  it('a removed subscription cancels what it was owed', async () => {
    const w = testEngine()
    await w.engine.start()
    const id = await w.oweOne('nobody')
    await w.engine.rest()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'cancelled', attempts: 0, settledAt: START })
    expect(w.kinds()).toEqual(['delivery.settled'])
  })

  it('the journal has each attempt and the settling, in order and with the state after it', async () => {
    const w = testEngine()
    const receiver = await script(500, 200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    await w.owe('sub')
    await w.drain()
    expect(w.kinds()).toEqual([
      'attempt.started',
      'attempt.completed',
      'attempt.started',
      'attempt.completed',
      'delivery.settled',
    ])
    const states = w.entries.map(entry => ('delivery' in entry ? [entry.delivery.status, entry.delivery.attempts] : []))
    expect(states).toEqual([
      ['attempting', 1],
      ['waiting', 1],
      ['attempting', 2],
      ['delivered', 2],
      ['delivered', 2],
    ])
  })
})

describe('what is recorded when', () => {
  it('while the receiver handles a request its attempt is in the ledger, unfinished', async () => {
    const folder = temporaryFolder()
    const ledger = openLedger({ location: join(folder, 'l.db') })
    const w = testEngine({ ledger })
    const seen: unknown[] = []
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        seen.push(ledger.delivery('dl_1'), ...ledger.attempts('dl_1'))
        response.end()
      },
    })
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    await w.owe('sub')
    await w.engine.rest()
    expect(seen).toEqual([
      expect.objectContaining({ status: 'attempting', attempts: 1 }),
      expect.objectContaining({ number: 1, outcome: null }),
    ])
  })

  it('nothing is handed to the transport before the commit of its attempt', async () => {
    const ledger = openLedger({ location: ':memory:' })
    const stored: number[] = []
    const send = async () => {
      const status = stored.push(ledger.attempts('dl_1').length) === 1 ? 500 : 200
      return { outcome: { kind: 'answered' as const, status }, answer: null, durationMs: 0 }
    }
    const w = testEngine({ ledger, transport: { send, interrupt() {}, close() {} } })
    w.receivers.set('sub', { url: 'http://127.0.0.1:9/' })
    await w.engine.start()
    await w.owe('sub')
    await w.drain()
    expect(stored).toEqual([1, 2])
  })

  it('an attempt that an earlier owner did not finish shows as interrupted, and the delivery is sent again', async () => {
    const w = testEngine()
    const receiver = await script(200)
    w.receivers.set('sub', { url: receiver.url })
    const id = await w.oweOne('sub')
    // What a killed process leaves behind: claimed, started, never finished.
    await w.ledger.write(rows => {
      const [claimed] = rows.claim('sub', START, 1)
      if (claimed === undefined) throw new Error('nothing to claim')
      rows.startAttempt(anAttempt(id, 1, { startedAt: START, stampedAt: START, dueAt: START, url: receiver.url }))
    })
    expect(await w.engine.start()).toEqual({ interrupted: 1 })
    await w.engine.rest()
    expect(outcomes(w.ledger.attempts(id))).toEqual(['interrupted', 200])
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 2, counted: 1 })
  })

  it('nothing is sent before the start', async () => {
    const w = testEngine()
    const receiver = await script(200)
    w.receivers.set('sub', { url: receiver.url })
    await w.owe('sub')
    await w.engine.rest()
    expect(receiver.seen).toHaveLength(0)
  })
})

describe('by hand', () => {
  it('a resend of an exhausted delivery that is accepted makes it delivered', async () => {
    const w = testEngine()
    const receiver = await script(500, 500, 500, 200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    const made = await w.engine.attemptNow(id, { cause: 'resend' })
    expect(made).toMatchObject({ number: 4, cause: 'resend', accepted: true, outcome: { status: 200 } })
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 4, counted: 3 })
    expect(w.entries.at(-1)).toMatchObject({ kind: 'delivery.settled', delivery: { status: 'delivered' } })
  })

  it('a resend that fails leaves a settled delivery as it was', async () => {
    const w = testEngine()
    const receiver = await script(200, 500)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    w.clock.moveTo(START + 1000)
    expect((await w.engine.attemptNow(id, { cause: 'resend' })).accepted).toBe(false)
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', settledAt: START, attempts: 2, counted: 1 })
    expect(w.kinds().filter(kind => kind === 'delivery.settled')).toHaveLength(1)
  })

  it('a resend that fails leaves a waiting delivery its turn', async () => {
    const w = testEngine()
    const receiver = await script(500, 500, 200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    const before = w.ledger.delivery(id)
    await w.engine.attemptNow(id, { cause: 'resend' })
    expect(w.ledger.delivery(id)).toEqual({ ...before, attempts: 2 })
    await w.drain()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 3, counted: 2 })
  })

  it('a resend of a delivery that waits in a busy lane does not disturb its turn', async () => {
    const w = testEngine()
    const held = signal<() => void>()
    let requests = 0
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        requests++
        if (requests === 1) held.give(() => response.end())
        else {
          response.statusCode = requests === 2 ? 500 : 200
          response.end()
        }
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 1 } })
    await w.engine.start()
    const [, second = ''] = await w.owe('sub', 2)
    const release = await held.promise
    expect((await w.engine.attemptNow(second, { cause: 'resend' })).outcome?.status).toBe(500)
    release()
    await w.engine.rest()
    expect(w.ledger.attempts(second).map(({ cause }) => cause)).toEqual(['resend', 'scheduled'])
    expect(w.ledger.delivery(second)).toMatchObject({ status: 'delivered', attempts: 2, counted: 1 })
  })

  it('a resend waits for the attempt in flight and takes the next number', async () => {
    const w = testEngine()
    const held = signal<() => void>()
    let requests = 0
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        if (++requests === 1) held.give(() => response.end())
        else response.end()
      },
    })
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    const release = await held.promise
    const resent = w.engine.attemptNow(id, { cause: 'resend' })
    release()
    expect((await resent).number).toBe(2)
    expect(requests).toBe(2)
  })

  it('a replay sends the first message again byte for byte, timestamp and signature included', async () => {
    const w = testEngine()
    const receiver = await script(500, 200)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    w.clock.moveTo(START + 3_600_000)
    const made = await w.engine.attemptNow(id, { cause: 'replay' })
    const [first] = w.ledger.attempts(id)
    expect(made).toMatchObject({ cause: 'replay', headers: first?.headers, stampedAt: START, url: first?.url })
    expect(receiver.seen[2]).toEqual(receiver.seen[0])
  })

  it('what cannot be resent is rejected with the reason', async () => {
    const w = testEngine()
    await w.engine.start()
    await expect(w.engine.attemptNow('dl_9', { cause: 'resend' })).rejects.toMatchObject({ code: 'not_found' })
    const id = await w.oweOne('gone')
    await w.engine.rest()
    await expect(w.engine.attemptNow(id, { cause: 'resend' })).rejects.toMatchObject({ code: 'conflict' })
    w.receivers.set('gone', { url: 'http://127.0.0.1:1/' })
    await expect(w.engine.attemptNow(id, { cause: 'replay' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('a waiting delivery can be cancelled, a settled one cannot', async () => {
    const w = testEngine()
    const receiver = await script(500)
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect((await w.engine.cancel(id)).status).toBe('cancelled')
    await w.drain()
    expect(receiver.seen).toHaveLength(1)
    await expect(w.engine.cancel(id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('a delivery is cancelled once its attempt in flight has ended', async () => {
    const w = testEngine()
    const held = signal<() => void>()
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        response.statusCode = 500
        held.give(() => response.end())
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([0], 'unlimited') } })
    await w.engine.start()
    const id = await w.oweOne('sub')
    const release = await held.promise
    const cancelling = w.engine.cancel(id)
    release()
    expect((await cancelling).status).toBe('cancelled')
    await w.engine.rest()
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'cancelled', attempts: 1 })
  })

  it('one attempt can be made that is not recorded', async () => {
    const w = testEngine()
    const receiver = await script(502)
    await w.engine.start()
    const made = await w.engine.sendOnce({
      method: 'POST',
      url: receiver.url,
      headers: [],
      body: 'ping',
      plan: { policy: scheduled([], 1), accepts: status => status === 200, timeoutMs: 1000, concurrency: 1 },
      sign: () => ({ headers: [['X-Sig', 's']] }),
    })
    expect(made).toMatchObject({ number: 1, accepted: false, outcome: { status: 502 }, headers: [['X-Sig', 's']] })
    expect(receiver.seen[0]?.body).toBe('ping')
    expect(w.ledger.attemptCount()).toBe(0)
    expect(w.entries).toEqual([])
  })
})

describe('credentials', () => {
  it('without credentials nothing is sent, and the attempt says why', async () => {
    const w = testEngine()
    const receiver = await script(200)
    w.receivers.set('sub', { url: receiver.url, sign: () => ({ headers: [], failed: 'the token endpoint said 500' }) })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(w.ledger.attempts(id)).toMatchObject([
      { outcome: { kind: 'unsigned', detail: 'the token endpoint said 500' }, accepted: false, durationMs: 0 },
    ])
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', counted: 1 })
    expect(receiver.seen).toHaveLength(0)
  })

  it('a signer that throws leaves the attempt unsigned', async () => {
    const w = testEngine()
    const sign = () => {
      throw new Error('no key')
    }
    w.receivers.set('sub', { url: 'http://127.0.0.1:1/', sign })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.drain()
    expect(w.ledger.attempts(id)).toHaveLength(3)
    expect(w.ledger.attempts(id)[0]?.outcome).toMatchObject({
      kind: 'unsigned',
      detail: 'The signer failed: no key',
    })
  })

  it.each([401, 403])('a %i with renewable credentials is signed once more within the attempt', async status => {
    const w = testEngine()
    const receiver = await script(status, 200)
    let token = 1
    w.receivers.set('sub', {
      url: receiver.url,
      sign: async () => ({
        headers: [['Authorization', `Bearer ${token}`]],
        renew: () => {
          token++
          return true
        },
      }),
    })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(receiver.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2'])
    expect(w.ledger.attempts(id)).toHaveLength(1)
    expect(w.ledger.attempts(id)[0]?.outcome).toEqual({
      kind: 'answered',
      status: 200,
      detail: `Sent again with new credentials after a ${status}.`,
    })
  })

  it('a renewal without new credentials, and a second refusal, are refusals', async () => {
    const w = testEngine()
    const useless = await script(401)
    const stubborn = await script(401)
    w.receivers.set('useless', { url: useless.url, sign: () => ({ headers: [], renew: () => false }) })
    w.receivers.set('stubborn', { url: stubborn.url, sign: () => ({ headers: [], renew: () => true }) })
    await w.engine.start()
    await w.owe('useless')
    await w.owe('stubborn')
    await w.engine.rest()
    expect([useless.seen.length, stubborn.seen.length]).toEqual([1, 2])
    expect(w.ledger.deliveryCounts().waiting).toBe(2)
  })

  it('a renewal that fails leaves the attempt unsigned', async () => {
    const w = testEngine()
    const receiver = await script(401)
    let failed: string | undefined
    const renew = () => {
      failed = 'the token endpoint is down'
      return true
    }
    w.receivers.set('sub', {
      url: receiver.url,
      sign: () => (failed === undefined ? { headers: [], renew } : { headers: [], failed }),
    })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await w.engine.rest()
    expect(outcomes(w.ledger.attempts(id))).toEqual(['unsigned'])
  })
})

describe('the end', () => {
  it('stop lets an attempt in flight end', async () => {
    const w = testEngine()
    const arrived = signal<() => void>()
    const receiver = await testReceiver({ onRequest: (_request, response) => arrived.give(() => void response.end()) })
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    const release = await arrived.promise
    expect(w.ledger.deliveryCounts().attempting).toBe(1)
    const stopping = w.engine.stop(120_000)
    release()
    await stopping
    expect(w.ledger.delivery(id)?.status).toBe('delivered')
    expect(w.ledger.deliveryCounts().attempting).toBe(0)
  })

  it('stop interrupts what does not end in time, releases what was claimed, and a new start delivers all of it', async () => {
    const w = testEngine()
    const arrived = signal()
    let hang = true
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        arrived.give()
        if (!hang) answer(200)(request, response)
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 2 } })
    await w.engine.start()
    const ids = await w.owe('sub', 9)
    await arrived.promise
    await w.engine.stop(30)
    const cut = ids.filter(id => w.ledger.attempts(id).length > 0)
    expect(cut.length).toBeGreaterThan(0)
    expect(cut.length).toBeLessThanOrEqual(2)
    for (const id of cut) {
      expect(outcomes(w.ledger.attempts(id))).toEqual(['interrupted'])
      expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', attempts: 1, counted: 0, dueAt: START })
    }
    expect(w.ledger.deliveryCounts()).toMatchObject({ waiting: 9, attempting: 0 })
    await expect(w.engine.attemptNow(ids[8] ?? '', { cause: 'resend' })).rejects.toMatchObject({ code: 'conflict' })

    hang = false
    expect(await w.engine.start()).toEqual({ interrupted: 0 })
    await w.engine.rest()
    expect(w.ledger.deliveryCounts().delivered).toBe(9)
    expect(w.ledger.delivery(cut[0] ?? '')).toMatchObject({ attempts: 2, counted: 1 })
  })

  it('an attempt that stop interrupts sends nothing more, and one that is being prepared is not started', async () => {
    const duplicates = { extra: 2, concurrent: false }
    const w = testEngine({ mutate: () => ({ faults: [], duplicates }) })
    const arrived = signal()
    const receiver = await testReceiver({ onRequest: () => arrived.give() })
    w.receivers.set('sub', { url: receiver.url })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await arrived.promise
    await w.engine.stop(0)
    expect(receiver.connections()).toBe(1)
    expect(outcomes(w.ledger.attempts(id))).toEqual(['interrupted'])
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', attempts: 1, counted: 0 })

    const preparing = signal()
    const stopping = signal()
    const late = testEngine({
      prepare: async () => {
        preparing.give()
        await stopping.promise
        return undefined
      },
    })
    await late.engine.start()
    const owed = await late.oweOne('sub')
    await preparing.promise
    const stopped = late.engine.stop(120_000)
    // Stop waits for the start first.
    await new Promise(resolve => setImmediate(resolve))
    stopping.give()
    await stopped
    expect(late.ledger.delivery(owed)).toMatchObject({ status: 'waiting', attempts: 0, dueAt: START })
  })

  it('a delivery that is pruned with its subscription while it is prepared is no error', async () => {
    const preparing = signal()
    const pruned = signal()
    const w = testEngine({
      prepare: async () => {
        preparing.give()
        await pruned.promise
        return undefined
      },
    })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await preparing.promise
    await w.ledger.write(rows => {
      rows.cancelAttempting('sub', START)
      rows.prune(0)
    })
    expect(w.ledger.delivery(id)).toBeUndefined()
    pruned.give()
    await w.engine.rest()
    expect(w.internalErrors).toEqual([])
  })

  it('stop ends an endless chain of immediate retries', async () => {
    const w = testEngine()
    const arrived = signal()
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        arrived.give()
        answer(500)(request, response)
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([0], 'unlimited') } })
    await w.engine.start()
    const id = await w.oweOne('sub')
    await arrived.promise
    await w.engine.stop(120_000)
    expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', dueAt: START })
  })

  it('rest resolves at once when nothing is due, and waits for what a resend has in flight', async () => {
    const w = testEngine()
    await w.engine.start()
    await w.engine.rest()
    const receiver = await script(200)
    w.receivers.set('sub', { url: receiver.url })
    const id = await w.oweOne('sub')
    await w.engine.rest()
    const resend = w.engine.attemptNow(id, { cause: 'resend' })
    await w.engine.rest()
    expect(receiver.seen).toHaveLength(2)
    await resend
  })
})
