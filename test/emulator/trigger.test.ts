// Triggering through a whole emulator: checked whole, stored whole, the same from the same seed.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { START, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const code = (code: string) => expect.objectContaining({ name: 'EmulatorError', code })

describe('trigger', () => {
  it('delivers to the subscriptions that want the event and says why the others did not get it', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator()
    const all = await standin.subscribe('rillis', { url: receiver.url })
    const other = await standin.subscribe('rillis', { url: receiver.url, eventTypes: ['FLOW_REJECTED'] })
    const asleep = await standin.subscribe('rillis', { url: receiver.url, active: false })
    const transactions = await standin.subscribe('rillis', { url: receiver.url, channel: 'transaction' })
    const { event, deliveries, notDelivered } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    expect(deliveries.map(delivery => delivery.subscriptionId)).toEqual([all.id])
    expect(notDelivered).toEqual([
      { subscriptionId: other.id, why: expect.stringContaining('do not include FLOW_COMPLETED') },
      { subscriptionId: asleep.id, why: 'it is not active' },
      { subscriptionId: transactions.id, why: expect.stringContaining('channel transaction') },
    ])
    await standin.rest()
    expect(receiver.requests).toHaveLength(1)
    const stranger = await standin.subscribe('unico', { url: receiver.url })
    const why = await standin.why(event.id)
    expect(why.map(one => one.status)).toEqual(['delivered', undefined, undefined, undefined, undefined])
    expect(why.at(-1)).toMatchObject({ subscriptionId: stranger.id, why: 'it is a subscription of unico' })
  })

  it('refuses an event for a chosen subscription of another provider or channel, whole', async () => {
    const standin = await testEmulator()
    const url = (await testReceiver()).url
    const fitting = await standin.subscribe('rillis', { url })
    for (const { id } of [
      await standin.subscribe('unico', { url }),
      await standin.subscribe('rillis', { url, channel: 'transaction' }),
    ])
      await expect(standin.trigger('rillis', 'FLOW_COMPLETED', { only: [fitting.id, id] })).rejects.toEqual(
        expect.objectContaining({ code: 'invalid_input', where: 'only', message: expect.stringContaining(id) }),
      )
    expect(standin.ledger.events({}, { limit: 1 })).toEqual([])
    expect((await standin.trigger('rillis', 'FLOW_COMPLETED', { only: [fitting.id] })).deliveries).toHaveLength(1)
  })

  it('answers a new delivery as waiting, even where its attempt is under way, and a known one as it is', async () => {
    let arrived = (_answer: () => void) => {}
    const receiver = await testReceiver({ onRequest: (_, response) => arrived(() => response.end()) })
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    const request = () => new Promise<() => void>(resolve => (arrived = resolve))
    const statuses = async (id: string) => {
      const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED', { id })
      return deliveries.map(({ id, status }) => [status, standin.ledger.delivery(id)?.status])
    }
    const first = request()
    expect(await statuses('first')).toEqual([['waiting', 'waiting']])
    ;(await first)()
    await standin.rest()
    // Its receiver has answered, so the next is handed over at once.
    const second = request()
    expect(await statuses('second')).toEqual([['waiting', 'attempting']])
    expect(await statuses('second')).toEqual([['attempting', 'attempting']])
    ;(await second)()
    await standin.rest()
    expect(await statuses('second')).toEqual([['delivered', 'delivered']])
  })

  it('makes the same bytes from the same seed and start, whatever else was triggered between', async () => {
    const payload = async (noise: boolean) => {
      const standin = await testEmulator()
      if (noise) await standin.trigger('rillis', 'FLOW_REJECTED', { subject: 'somebody' })
      if (noise) await standin.trigger('unico', 'process.finished.ok')
      return JSON.stringify((await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'acme' })).event.payload)
    }
    expect(await payload(true)).toBe(await payload(false))
  })

  it('gives the events of one subject the same ids', async () => {
    const standin = await testEmulator()
    const first = await standin.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED', { subject: 'acme' })
    const second = await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'acme' })
    const stranger = await standin.trigger('rillis', 'FLOW_COMPLETED')
    const instance = (payload: JsonObject) => (payload.data as JsonObject).flow_instance_id
    expect(instance(second.event.payload)).toBe(instance(first.event.payload))
    expect(instance(stranger.event.payload)).not.toBe(instance(first.event.payload))
  })

  it('answers the first result again for the same id and refuses another body under it', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator()
    await standin.subscribe('unico', { url: receiver.url })
    const first = await standin.trigger('unico', 'process.finished.ok', { id: 'mine' })
    const again = await standin.trigger('unico', 'process.finished.ok', { id: 'mine' })
    expect(again.repeated).toBe(true)
    expect(again.event).toEqual(first.event)
    await expect(standin.trigger('unico', 'process.finished.invalid_identity', { id: 'mine' })).rejects.toEqual(
      code('conflict'),
    )
    await standin.rest()
    expect(receiver.requests).toHaveLength(1)
  })

  it('stores one event when the same id arrives many times at once', async () => {
    const standin = await testEmulator()
    const results = await Promise.all(
      Array.from({ length: 8 }, () => standin.trigger('unico', 'process.finished.ok', { id: 'once' })),
    )
    expect(results.filter(result => !result.repeated)).toHaveLength(1)
    expect(standin.ledger.events({}, { limit: 10 })).toHaveLength(1)
  })

  it.each([
    ['an unknown type', 'FLOW_COMPLTED', {}, 'unknown_name', 'Did you mean "FLOW_COMPLETED"?'],
    ['an undeclared path', 'FLOW_COMPLETED', { set: { 'data.stats': 'X' } }, 'invalid_input', 'Did you mean "status"?'],
    ['a value of another type', 'FLOW_COMPLETED', { set: { timestamp: 'soon' } }, 'invalid_input', expect.any(String)],
    [
      'an unset path that is not there',
      'FLOW_COMPLETED',
      { unset: ['data.nothing'] },
      'invalid_input',
      expect.any(String),
    ],
    ['a variant of a type without any', 'FLOW_COMPLETED', { variant: 'BIG' }, 'unknown_name', expect.any(String)],
    ["an id of Standin's own form", 'FLOW_COMPLETED', { id: 'ev_12' }, 'invalid_input', expect.any(String)],
  ])('refuses %s before anything is stored', async (_, type, input, expected, hint) => {
    const receiver = await testReceiver()
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    await expect(standin.trigger('rillis', type, input)).rejects.toEqual(
      expect.objectContaining({ code: expected, hint }),
    )
    expect(standin.ledger.events({}, { limit: 10 })).toEqual([])
    expect(standin.ledger.subjects({}, { limit: 10 })).toEqual([])
    expect(standin.counts()).toMatchObject({ waiting: 0, delivered: 0, attempts: 0 })
  })

  it('sends an unknown value of a known enum with a warning', async () => {
    const standin = await testEmulator()
    const { warnings, event } = await standin.trigger('rillis', 'FLOW_COMPLETED', { set: { 'data.status': 'PAUSED' } })
    expect(warnings).toEqual([expect.stringContaining('"PAUSED" is none of the known values')])
    expect((event.payload.data as JsonObject).status).toBe('PAUSED')
  })

  it('keeps the seed and the counters of a ledger, so that ids go on', async () => {
    const { temporaryFolder } = await import('../support/emulator.js')
    const ledger = `${temporaryFolder()}/standin.db`
    const first = await testEmulator({ ledger })
    await first.trigger('unico', 'process.finished.ok')
    await first.advance(60_000)
    await first.stop()
    const second = await testEmulator({ ledger, seed: undefined })
    expect(second.seed).toBe(7)
    expect(second.clock.now()).toBe(START + 60_000)
    expect((await second.trigger('unico', 'process.finished.ok')).event.id).toBe('ev_2')
    await second.stop()
    await expect(testEmulator({ ledger, seed: 8 })).rejects.toEqual(code('conflict'))
  })
})
