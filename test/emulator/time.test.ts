// Time on a manual clock: schedules of days play at once, and every answer comes at rest.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { LATEST_INSTANT } from '../../src/core/duration.js'
import type { Ledger } from '../../src/core/ledger.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import type { Provider } from '../../src/provider/provider.js'
import { builtInProviders } from '../../src/providers/index.js'
import { START, temporaryFolder, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const HOUR = 3_600_000

describe('time', () => {
  it('plays a schedule of 75 hours to its end', async () => {
    const receiver = await testReceiver([500])
    const standin = await testEmulator()
    await standin.subscribe('kycgenie', { url: receiver.url, eventTypes: ['screening.completed'] })
    await standin.trigger('kycgenie', 'screening.completed')
    const counts = await standin.drain()
    expect(counts).toEqual({ delivered: 0, waiting: 0, exhausted: 1, cancelled: 0, attempts: 10 })
    expect(receiver.requests).toHaveLength(10)
    const hours = (standin.clock.now() - START) / HOUR
    expect(hours).toBeGreaterThan(75)
    expect(hours).toBeLessThan(76)
  })

  it('advances exactly as far as asked, and stops at every due time on the way', async () => {
    const receiver = await testReceiver([500])
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(await standin.advance(40_000)).toMatchObject({ waiting: 1, attempts: 3 })
    expect(standin.clock.now()).toBe(START + 40_000)
    expect(receiver.requests).toHaveLength(3)
  })

  it('drains no further than the last due within the limit', async () => {
    const receiver = await testReceiver([500])
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.drain({ upToMs: 60_000 })
    expect(standin.clock.now()).toBe(START + 35_000)
  })

  it('repeats the last delay without end when attempts are unlimited', async () => {
    const receiver = await testReceiver((_, number) => (number < 20 ? 500 : 200))
    const standin = await testEmulator({ untilSuccess: true })
    for (const provider of ['rillis', 'kycgenie', 'unico'] as const) {
      const only = await testReceiver((_, number) => (number < 15 ? 500 : 200))
      await standin.subscribe(provider, { url: only.url })
    }
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.trigger('kycgenie', 'case.opened')
    await standin.trigger('unico', 'process.finished.ok')
    expect(await standin.drain()).toMatchObject({ delivered: 3, exhausted: 0, attempts: 45 })
    expect(receiver.requests).toEqual([])
  })

  it('cannot be moved when the clock runs by itself', async () => {
    const standin = await testEmulator({ clock: 'system' })
    await expect(standin.advance(1000)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('stamps signatures with wall time, or with its own clock when asked', async () => {
    const receiver = await testReceiver()
    for (const stamp of ['wall', 'clock'] as const) {
      const standin = await testEmulator({ stamp })
      await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
      await standin.trigger('rillis', 'FLOW_COMPLETED')
      await standin.rest()
    }
    const stamps = receiver.requests.map(request => Number(request.headers['x-timestamp']) * 1000)
    expect(Math.abs((stamps[0] ?? 0) - START)).toBeGreaterThan(HOUR)
    expect(stamps[1]).toBe(START)
  })
})

describe('expectations', () => {
  it('are met by identity, value and count, and carry the deliveries as evidence', async () => {
    const receiver = await testReceiver([500, 200])
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    const { event } = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'acme' })
    await standin.drain()
    const met = await standin.expect({
      type: 'FLOW_COMPLETED',
      subject: event.subject ?? '',
      outcome: 'delivered',
      attempts: 2,
      withinMs: 5000,
      where: { 'data.status': 'COMPLETED' },
    })
    expect(met).toMatchObject({ met: true, evidence: [{ delivery: { id: 'dl_1' } }] })
    expect(await standin.expect({ outcome: 'rejected', status: 200 })).toMatchObject({ met: true })
  })

  it('say what came nearest when they are not met', async () => {
    const receiver = await testReceiver([500, 200])
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.drain()
    const late = await standin.expect({ type: 'FLOW_COMPLETED', outcome: 'delivered', withinMs: 1000 })
    expect(late).toMatchObject({ met: false, seen: expect.stringContaining('instead of within 1 s') })
    const other = await standin.expect({
      type: 'FLOW_COMPLETED',
      outcome: 'delivered',
      where: { 'data.status': 'GONE' },
      timeoutMs: 1,
    })
    expect(other).toMatchObject({
      met: false,
      seen: expect.stringContaining('data.status is "COMPLETED" instead of "GONE"'),
    })
  })

  it('are met the moment it happens, without the waiter asking again', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator({ clock: 'system', start: undefined })
    await standin.subscribe('unico', { url: receiver.url })
    const waiting = standin.expect({ provider: 'unico', outcome: 'delivered', timeoutMs: 120_000 })
    const { deliveries } = await standin.trigger('unico', 'process.finished.ok')
    expect(await waiting).toMatchObject({ met: true, evidence: [{ delivery: { id: deliveries[0]?.id } }] })
    expect(await standin.wait(deliveries[0]?.id ?? '', { until: 'delivered' })).toMatchObject({ met: true })
  })

  it('that nothing happens are broken by what happens, and met when the time has passed', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator()
    await standin.subscribe('unico', { url: receiver.url })
    const quiet = standin.expect({ provider: 'unico', outcome: 'delivered', neverWithinMs: 5000 })
    await standin.advance(5000)
    expect(await quiet).toMatchObject({ met: true })
    const broken = standin.expect({ provider: 'unico', outcome: 'delivered', neverWithinMs: 5000 })
    await standin.trigger('unico', 'process.finished.ok')
    expect(await broken).toMatchObject({ met: false, seen: expect.stringContaining('expected never within 5 s') })
  })
})

describe('timers', () => {
  it('fire once each even when a handler fails, and the journal reports the failure', async () => {
    const [rillis] = builtInProviders
    if (!rillis) throw new Error('no provider')
    const fired: string[] = []
    const fragile: Provider = {
      ...rillis,
      load: async () => ({
        ...(await rillis.load()),
        onTimer: async timer => {
          fired.push(timer.name)
          if (timer.name === 'bad') throw new Error('the handler failed')
        },
      }),
    }
    const standin = await testEmulator({ providers: [fragile] })
    const reported: string[] = []
    standin.journal.listen(entry => entry.kind === 'internal-error' && reported.push(entry.message))
    const port = await standin.port('rillis')
    await port.setTimer('somebody', 'bad', START + 1000)
    await port.setTimer('somebody', 'good', START + 2000)
    await standin.advance(5000)
    expect(fired).toEqual(['bad', 'good'])
    expect(reported).toEqual(['the handler failed'])
    expect(standin.ledger.timers()).toEqual([])
  })

  it.each(['manual', 'system'] as const)('wait for room on a full disk, on a %s clock', async clock => {
    const [rillis] = builtInProviders
    if (!rillis) throw new Error('no provider')
    let fired = 0
    const provider: Provider = {
      ...rillis,
      load: async () => ({
        ...(await rillis.load()),
        onTimer: async (_timer, port) => {
          fired++
          await port.trigger('FLOW_COMPLETED')
        },
      }),
    }
    const standin = await testEmulator({ providers: [provider], clock, start: clock === 'manual' ? START : undefined })
    const ledger = standin.ledger as Ledger
    const { write } = ledger
    let failures = 2
    const reported: string[] = []
    const triggered = new Promise<void>(resolve =>
      standin.journal.listen(entry => {
        if (entry.kind === 'internal-error') reported.push(`${entry.doing}: ${entry.message}`)
        // The removal of the timer fails once as well.
        if (entry.kind === 'event.triggered') failures = 1
        if (entry.kind === 'event.triggered') resolve()
      }),
    )
    await (await standin.port('rillis')).setTimer('somebody', 'due', standin.clock.now() + 20)
    ledger.write = work =>
      failures-- > 0 ? Promise.reject(Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' })) : write(work)
    if (clock === 'manual') await standin.advance(1000)
    else await triggered.then(standin.rest)
    expect(reported).toEqual([
      'firing due of somebody: The ledger cannot be written: disk is full (SQLITE_FULL).',
      'firing due of somebody: The ledger cannot be written: disk is full (SQLITE_FULL).',
      'removing due of somebody: The ledger cannot be written: disk is full (SQLITE_FULL).',
    ])
    expect(fired).toBe(3)
    expect(standin.ledger.counter('event')).toBe(1)
    expect(standin.ledger.timers()).toEqual([])
  })

  it('that wait for room do not keep the emulator from stopping, and fire after the next start', async () => {
    const file = `${temporaryFolder()}/standin.db`
    const first = await testEmulator({ ledger: file, clock: 'system', start: undefined })
    const ledger = first.ledger as Ledger
    await (await first.port('unico')).setTimer('nobody', 'expire', first.clock.now() + 20)
    const full = new Promise<void>(resolve => {
      ledger.write = () => {
        resolve()
        return Promise.reject(Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' }))
      }
    })
    await full
    await first.stop(0)
    const second = await testEmulator({ ledger: file, clock: 'system', start: undefined })
    await second.rest()
    expect(second.ledger.timers()).toEqual([])
  })

  it('survive a restart and fire at their time', async () => {
    const ledger = `${temporaryFolder()}/standin.db`
    const first = await testEmulator({ ledger })
    await (await first.port('unico')).setTimer('nobody', 'expire', START + 60_000)
    await first.stop()
    const second = await testEmulator({ ledger })
    expect(second.ledger.timers()).toMatchObject([{ subject: 'nobody', at: START + 60_000 }])
    await second.advance(60_000)
    expect(second.ledger.timers()).toEqual([])
  })
})

describe('a clock beyond the range of dates', () => {
  const file = () => join(temporaryFolder(), 'standin.db')

  it.each(['8.6400000864e+18', 'NaN', '-1'])('a ledger that holds %s opens with a clear error', async time => {
    const ledger = file()
    const standin = await testEmulator({ ledger })
    await standin.stop(0)
    const database = openDatabase(ledger)
    database.prepare("UPDATE meta SET value = ? WHERE key = 'clock'").run(time)
    database.close()
    await expect(testEmulator({ ledger })).rejects.toMatchObject({
      code: 'ledger_broken',
      message: expect.stringContaining('is no date'),
      hint: expect.stringContaining('Use another ledger file'),
    })
  })

  it.each([-1, 1e300, 8.64e15])('no emulator starts at %s', async start => {
    await expect(testEmulator({ start })).rejects.toMatchObject({ code: 'invalid_input', where: 'start' })
  })

  it('a fast system clock stops at the end of the year 9999', () => {
    const clock = systemClock({ speed: 1e18 })
    expect(new Date(clock.now()).toISOString()).toMatch(/^\d{4}-/)
    for (let i = 0; i < 1000; i++) clock.now()
    expect(clock.now()).toBeLessThanOrEqual(LATEST_INSTANT)
  })
})
