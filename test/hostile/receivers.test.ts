// Receivers that misbehave on the wire: each attempt ends with the outcome it should, and everyone else's deliveries go on.
import { describe, expect, it, onTestFinished } from 'vitest'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { HOSTILE_RECEIVERS, type HostileReceiver } from './receivers.js'

/** For what must time out, ms; everything else has time enough on the busiest machine. */
const SHORT_MS = 400
const LONG_MS = 120_000

/** More than all of them together may keep in memory, bytes. */
const MOST_MEMORY = 256 * 1024 * 1024

const inUse = () => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

async function start({ serve }: HostileReceiver): Promise<string> {
  const { url } = await testReceiver({
    onSocket: socket => {
      // Each request comes in one piece, or its head does.
      serve(socket, then => socket.on('data', bytes => void (String(bytes).startsWith('POST ') && then())))
    },
  })
  return url
}

// Single connections are those of `trigger --to` and of faults.
describe.each(['kept', 'single'] as const)('with %s connections', connections => {
  it(`${HOSTILE_RECEIVERS.length} hostile receivers get their outcome, twice, and a good one gets everything`, async () => {
    const standin = await testEmulator({ clock: 'system', connections })
    const good = await testReceiver()
    const names = new Map<string, string>()
    const settings = { retryDelays: ['1h'], maxAttempts: 1, concurrency: 50 }
    for (const receiver of HOSTILE_RECEIVERS) {
      const responseTimeoutMs = receiver.outcome.kind === 'timed_out' ? SHORT_MS : LONG_MS
      const { id } = await standin.subscribe('standard', {
        url: await start(receiver),
        settings: { ...settings, responseTimeoutMs },
      })
      names.set(id, receiver.name)
    }
    const { id } = await standin.subscribe('standard', { url: good.url, settings })
    names.set(id, 'good')
    let most = 0
    const base = inUse()
    const stop = standin.journal.listen(() => {
      most = Math.max(most, inUse() - base)
    })
    onTestFinished(() => void stop())

    const expected = new Map(HOSTILE_RECEIVERS.map(one => [one.name, one.outcome]))
    expected.set('good', { kind: 'answered', status: 200 })
    for (const round of [1, 2]) {
      const { deliveries } = await standin.trigger('standard', 'invoice.paid')
      expect(deliveries).toHaveLength(names.size)
      await standin.rest()
      const outcomes = deliveries.map(({ id, subscriptionId }) => {
        const { kind, status } = standin.view(id).attempts[0]?.outcome ?? {}
        return [names.get(subscriptionId), { kind, ...(status === undefined ? {} : { status }) }]
      })
      expect(Object.fromEntries(outcomes), `round ${round}`).toEqual(Object.fromEntries(expected))
    }
    expect(good.requests).toHaveLength(2)
    expect(most).toBeLessThan(MOST_MEMORY)
  })
})
