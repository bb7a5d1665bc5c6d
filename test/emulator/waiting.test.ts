// Waiting for outcomes: every wait ends with an answer, and looks only at what changes.
import { describe, expect, it } from 'vitest'
import type { Emulator } from '../../src/emulator/contract.js'
import { testEmulator } from '../support/emulator.js'
import { testProvider } from '../support/test-provider.js'

const conflict = (message: RegExp) =>
  expect.objectContaining({ name: 'EmulatorError', code: 'conflict', message: expect.stringMatching(message) })

/** An emulator whose receiver answers with `status`, and `count` deliveries that wait for their retry. */
async function waiting(count: number, status = () => 500): Promise<Emulator & { ids: string[] }> {
  const emulator = await testEmulator({
    providers: [testProvider],
    inProcess: { 'http://app.localhost': () => new Response(null, { status: status() }) },
  })
  await emulator.subscribe('acme', { url: 'http://app.localhost/' })
  const made = await Promise.all(Array.from({ length: count }, () => emulator.trigger('acme', 'thing.made')))
  await emulator.rest()
  return { ...emulator, ids: made.flatMap(({ deliveries }) => deliveries.map(({ id }) => id)) }
}

/** Counts the deliveries that are read from the ledger from now on. */
function countReads({ ledger }: Emulator): () => number {
  let read = 0
  const { deliveries, deliveriesOfEvent, delivery, attempts } = ledger
  Object.assign(ledger, {
    deliveries: (...given: Parameters<typeof deliveries>) => {
      const rows = deliveries(...given)
      read += rows.length
      return rows
    },
    deliveriesOfEvent: (id: string) => {
      const rows = deliveriesOfEvent(id)
      read += rows.length
      return rows
    },
    delivery: (id: string) => {
      read++
      return delivery(id)
    },
    attempts: (id: string) => {
      read++
      return attempts(id)
    },
  })
  return () => read
}

describe('a wait', () => {
  it.each([
    ['wait', (emulator: Emulator, id: string) => emulator.wait(id, { timeoutMs: 50 })],
    ['expect', (emulator: Emulator) => emulator.expect({ outcome: 'delivered', timeoutMs: 50 })],
    [
      'expect never',
      (emulator: Emulator) => emulator.expect({ outcome: 'delivered', neverWithinMs: 1e9, timeoutMs: 50 }),
    ],
    ['expect within', (emulator: Emulator) => emulator.expect({ outcome: 'delivered', withinMs: 1e9, timeoutMs: 50 })],
  ])('of %s ends with the reason when everything is deleted or the emulator stops', async (_, wait) => {
    const emulator = await waiting(1)
    const [id = ''] = emulator.ids
    const first = expect(wait(emulator, id)).rejects.toEqual(conflict(/was reset/))
    await emulator.reset()
    await first
    await emulator.subscribe('acme', { url: 'http://app.localhost/' })
    const { deliveries } = await emulator.trigger('acme', 'thing.made')
    await emulator.rest()
    const second = expect(wait(emulator, deliveries[0]?.id ?? '')).rejects.toEqual(conflict(/has stopped/))
    await emulator.stop(0)
    await second
    // Longer than the wait: nothing is left behind that looks into a closed ledger.
    await new Promise<void>(resolve => void emulator.clock.alarm(80, resolve))
    await expect(wait(emulator, id)).rejects.toEqual(conflict(/has stopped/))
  })

  it('gives up when its signal is aborted', async () => {
    const emulator = await waiting(1)
    const caller = new AbortController()
    const { signal } = caller
    const waits = [
      emulator.wait(emulator.ids[0] ?? '', { timeoutMs: 600_000, signal }),
      emulator.expect({ outcome: 'delivered', timeoutMs: 600_000 }, { signal }),
    ]
    caller.abort()
    expect((await Promise.all(waits)).map(({ met }) => met)).toEqual([false, false])
  })

  it('notices what is cancelled with its subscription', async () => {
    const emulator = await waiting(2)
    const waits = [
      emulator.wait(emulator.ids[0] ?? '', { timeoutMs: 600_000 }),
      emulator.expect({ outcome: 'delivered', timeoutMs: 600_000 }),
    ]
    await emulator.unsubscribe('sub_1')
    expect((await Promise.all(waits)).map(({ met }) => met)).toEqual([true, false])
  })

  it('of an expectation still sees events that come later, and that nothing is possible any more', async () => {
    let status = 500
    const emulator = await waiting(1, () => status)
    const delivered = emulator.expect({ type: 'thing.lost', outcome: 'delivered', timeoutMs: 600_000 })
    const rejected = emulator.expect({ type: 'thing.lost', outcome: 'rejected', timeoutMs: 600_000 })
    const exhausted = emulator.expect({ event: 'ev_1', outcome: 'delivered', timeoutMs: 600_000 })
    await emulator.trigger('acme', 'thing.lost')
    expect(await rejected).toMatchObject({ met: true, evidence: [{ delivery: { type: 'thing.lost' } }] })
    status = 200
    await emulator.advance(60_000)
    expect(await delivered).toMatchObject({ met: true, seen: 'dl_2 is delivered' })
    expect(await exhausted).toMatchObject({ met: true })
  })
})

describe('a listener of the journal that throws', () => {
  it('keeps nothing from being sent, and is told of', async () => {
    const emulator = await waiting(0, () => 200)
    const stop = emulator.journal.listen(() => {
      throw new Error('thrown by a listener')
    })
    const { deliveries } = await emulator.trigger('acme', 'thing.made')
    await emulator.rest()
    stop()
    expect(emulator.view(deliveries[0]?.id ?? '').delivery.status).toBe('delivered')
    const errors = emulator.journal.since(0).entries.filter(({ kind }) => kind === 'internal-error')
    expect(errors[0]).toMatchObject({ message: 'thrown by a listener' })
  })
})

describe('an open expectation', () => {
  it('looks only at what an event touches, however many deliveries wait', async () => {
    const readsWith = async (deliveries: number, expectations: number) => {
      const emulator = await waiting(deliveries)
      const callers = Array.from({ length: expectations }, () => new AbortController())
      const open = callers.map(({ signal }, i) =>
        emulator.expect(
          { type: i % 2 ? 'thing.made' : 'thing.lost', outcome: 'delivered', timeoutMs: 600_000 },
          { signal },
        ),
      )
      const reads = countReads(emulator)
      for (let i = 0; i < 10; i++) await emulator.trigger('acme', 'thing.made')
      await emulator.rest()
      const counted = reads()
      for (const caller of callers) caller.abort()
      await Promise.all(open)
      return counted
    }
    const [none, oneOverFew, oneOverMany, fifty] = [
      await readsWith(300, 0),
      await readsWith(3, 1),
      await readsWith(300, 1),
      await readsWith(300, 50),
    ]
    expect(oneOverMany).toBe(oneOverFew)
    expect(fifty).toBe(oneOverMany)
    // Nothing is read back for a delivery that the journal's entry describes already.
    expect(fifty).toBe(none)
  })
})
