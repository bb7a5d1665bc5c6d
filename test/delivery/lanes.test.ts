// Lanes: concurrency, isolation of receivers, and many deliveries at once.
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Ledger } from '../../src/core/ledger.js'
import { scheduled } from '../../src/core/retry.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'
import { answer, bodyOf, signal, together } from './handlers.js'

describe('concurrency', () => {
  it('5,000 deliveries to one receiver are all delivered once, never more than the limit at a time', async () => {
    const w = testEngine({ clock: systemClock() })
    let inFlight = 0
    let most = 0
    const bodies = new Map<string, number>()
    const receiver = await testReceiver({
      onRequest: async (request, response) => {
        most = Math.max(most, ++inFlight)
        const body = await bodyOf(request)
        bodies.set(body, (bodies.get(body) ?? 0) + 1)
        for (let turns = 0; turns < 5; turns++) await new Promise(resolve => setImmediate(resolve))
        inFlight--
        response.end()
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 20 } })
    await w.engine.start()
    await w.owe('sub', 5000)
    await w.engine.rest()
    expect(w.ledger.deliveryCounts()).toMatchObject({ delivered: 5000, waiting: 0, attempting: 0 })
    expect(bodies.size).toBe(5000)
    expect([...bodies.values()].every(times => times === 1)).toBe(true)
    expect(most).toBeLessThanOrEqual(20)
    expect(most).toBeGreaterThan(10)
    expect(w.internalErrors).toEqual([])
  })

  it('one at a time keeps the order in which they were due', async () => {
    const w = testEngine()
    const seen: string[] = []
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        request.on('data', chunk => seen.push(String(chunk)))
        answer(200)(request, response)
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 1 } })
    await w.owe('sub', 3, START - 1)
    await w.owe('sub', 3, START - 2)
    await w.engine.start()
    await w.engine.rest()
    expect(seen.map(body => Number(/\d+/.exec(body)?.[0]))).toEqual([4, 5, 6, 1, 2, 3])
  })

  it('the end of one delivery and the start of the next share a commit', async () => {
    const inner = openLedger({ location: ':memory:' })
    let commits = 0
    let committing = false
    const ledger: Ledger = {
      ...inner,
      // The writes of one commit are run without a microtask in between.
      write: work =>
        inner.write(rows => {
          if (!committing) {
            committing = true
            commits++
            queueMicrotask(() => {
              committing = false
            })
          }
          return work(rows)
        }),
    }
    const w = testEngine({ ledger })
    const receiver = await testReceiver({ onRequest: answer(200) })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 1 } })
    await w.engine.start()
    await w.owe('sub', 100)
    await w.engine.rest()
    expect(w.ledger.deliveryCounts().delivered).toBe(100)
    // One for each delivery and one for each claim of four; without sharing there would be more than two hundred.
    expect(commits).toBeLessThan(150)
  })

  it('a change of the plan takes effect on what already waits', async () => {
    const w = testEngine()
    let inFlight = 0
    let most = 0
    let total = 0
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        most = Math.max(most, ++inFlight)
        if (++total === 5) {
          most = 0
          w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 8 } })
        }
        setImmediate(() => {
          inFlight--
          response.end()
        })
      },
    })
    w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 1 } })
    await w.engine.start()
    await w.owe('sub', 100)
    await w.engine.rest()
    expect(w.ledger.deliveryCounts().delivered).toBe(100)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
  })
})

describe('isolation', () => {
  it('a receiver that hangs does not hold up another, whatever waits for it', async () => {
    const w = testEngine()
    let hanging = 0
    const stuck = await testReceiver({ onRequest: () => void hanging++ })
    const quick = await testReceiver({ onRequest: answer(200) })
    w.receivers.set('stuck', { url: stuck.url, plan: { concurrency: 2 } })
    w.receivers.set('quick', { url: quick.url, plan: { concurrency: 2 } })
    await w.engine.start()
    await w.owe('stuck', 300)
    const delivered = signal()
    w.journal.listen(() => {
      if (w.ledger.deliveryCounts().delivered === 100) delivered.give()
    })
    await w.owe('quick', 100)
    await delivered.promise
    expect(hanging).toBe(2)
    // What is not in flight or about to be stays in the ledger.
    expect(w.ledger.deliveryCounts().waiting).toBeGreaterThanOrEqual(300 - 2 - 2 * 4 - 2)
  })

  it('a retry due in a busy lane is sent when its time comes and there is room', async () => {
    const w = testEngine()
    const second = signal()
    let hangs = 0
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        if (request.url === '/hang') hangs++
        else if (request.headers['x-attempt'] === '2') {
          second.give()
          response.end()
        } else {
          response.statusCode = 500
          response.end()
        }
      },
    })
    let url = `http://127.0.0.1:${receiver.port}/fail`
    w.receivers.set('sub', {
      get url() {
        return url
      },
    })
    await w.engine.start()
    await w.owe('sub')
    await w.engine.rest()
    const started = signal()
    w.journal.listen(entry => entry.kind === 'attempt.started' && started.give())
    url = `http://127.0.0.1:${receiver.port}/hang`
    await w.owe('sub')
    await started.promise
    url = `http://127.0.0.1:${receiver.port}/fail`
    w.clock.moveTo(START + 10_000)
    await second.promise
    expect(hangs).toBeLessThanOrEqual(1)
  })
})

describe('the throttle', () => {
  it('concurrency follows the channel’s limit, down on failures and up on successes, within the plan', async () => {
    const w = testEngine()
    let failing = true
    const { waves, handle } = together(() => (failing ? 500 : 200))
    const receiver = await testReceiver({ onRequest: handle })
    const seen: number[] = []
    w.receivers.set('sub', {
      url: receiver.url,
      plan: { concurrency: 8, policy: scheduled([1000], 'unlimited') },
      limit: (recent, present) => {
        seen.push(recent.length)
        if (recent.length >= 4 && recent.every(accepted => !accepted)) return Math.floor(present / 2)
        return recent.length >= 4 && recent.every(Boolean) ? present * 2 : present
      },
    })
    await w.engine.start()
    await w.owe('sub', 40)
    await w.engine.rest()
    expect(waves[0]).toBe(8)
    expect(waves.slice(-10)).toEqual(Array.from({ length: 10 }, () => 1))
    failing = false
    waves.length = 0
    w.clock.moveTo(START + 1000)
    await w.engine.rest()
    expect(waves[0]).toBe(1)
    expect(Math.max(...waves)).toBe(8)
    expect(Math.max(...seen)).toBeLessThanOrEqual(20)
    expect(w.ledger.deliveryCounts().delivered).toBe(40)
  })
})
