// Many subscriptions, half of them to receivers that are dead in one way or another: the other half gets everything.
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/core/outcome.js'
import type { Sent } from '../../src/delivery/transport.js'
import { testEngine } from '../delivery/engine.js'
import { testEmulator } from '../support/emulator.js'
import { closedUrl, testReceiver } from '../support/receiver.js'

const HALF = 200
/** All connect at once: to several receivers, so that none has more than its queue takes. */
const RECEIVERS = 2
const EVENTS = 2
const LONG = { responseTimeoutMs: 600_000, concurrency: 1 }

it('the healthy half of 400 subscriptions is delivered whole and in order while the others refuse, stall and never end their answer', async () => {
  const orders = new Map<string, number[]>()
  const healthy = await Promise.all(
    Array.from({ length: RECEIVERS }, () =>
      testReceiver(({ path, body }) => {
        orders.set(path, [...(orders.get(path) ?? []), Number(/"n":(\d+)/.exec(body)?.[1])])
        return 200
      }),
    ),
  )
  const silent = await testReceiver({ onRequest: () => {} })
  const endless = await testReceiver({ onRequest: (_, response) => void response.write('a part') })
  const dead = [await closedUrl(), silent.url, endless.url]
  const emulator = await testEmulator({ clock: 'system', start: undefined })
  for (let n = 0; n < HALF; n++) {
    await emulator.subscribe('standard', { url: dead[n % dead.length] ?? '', settings: LONG })
    await emulator.subscribe('standard', { url: `${healthy[n % RECEIVERS]?.origin}/${n}`, settings: LONG })
  }
  let left = HALF * EVENTS
  const allDelivered = new Promise<void>(resolve => {
    emulator.journal.listen(entry => {
      if (entry.kind === 'delivery.settled' && entry.delivery.status === 'delivered' && --left === 0) resolve()
    })
  })
  for (let n = 1; n <= EVENTS; n++)
    await emulator.trigger('standard', 'contact.created', { raw: JSON.stringify({ n }) })
  await allDelivered

  const expected = Array.from({ length: EVENTS }, (_, n) => n + 1)
  expect(orders.size).toBe(HALF)
  for (const order of orders.values()) expect(order).toEqual(expected)
  // The dead half has had its turn, and nothing of it is given up.
  expect(emulator.counts()).toMatchObject({ delivered: HALF * EVENTS, waiting: HALF * EVENTS, exhausted: 0 })
})

const REFUSED: Outcome = { kind: 'refused', code: 'ECONNREFUSED' }
const OK: Outcome = { kind: 'answered', status: 200 }
const turn = () => new Promise<void>(resolve => void setImmediate(resolve))

/** An engine whose requests end in the next turn of the event loop with what `outcomeOf` says of their lane; one without an outcome never ends. */
function engineOf(outcomeOf: (lane: string) => Outcome | undefined) {
  const sent: string[] = []
  let cut: (() => void)[] = []
  const send = ({ url }: { url: string }) =>
    new Promise<Sent>(resolve => {
      const lane = new URL(url).hostname
      sent.push(lane)
      const outcome = outcomeOf(lane)
      const answer = outcome?.status === undefined ? null : { status: 200, headers: [], body: '', bodyBytes: 0 }
      if (outcome !== undefined) setImmediate(() => resolve({ outcome, answer, durationMs: 1 }))
      else cut.push(() => resolve({ outcome: { kind: 'interrupted' }, answer: null, durationMs: 1 }))
    })
  const interrupt = () => {
    for (const end of cut) end()
    cut = []
  }
  const w = testEngine({ transport: { send, interrupt, close: interrupt } })
  const lanes = (name: string, count: number) => {
    const ids = Array.from({ length: count }, (_, n) => `${name}${n}`)
    for (const id of ids) w.receivers.set(id, { url: `http://${id}/`, plan: { concurrency: 10 } })
    return ids
  }
  return { ...w, lanes, sent, sentTo: (name: string) => sent.filter(lane => lane.startsWith(name)).length }
}

describe('receivers that do not respond', () => {
  it.each([
    ['that failed before', 1],
    ['never asked before', 0],
  ])(
    '%s get a bounded part of the attempts while others respond, claim no more than they send, and then all of theirs',
    async (_, before) => {
      const w = engineOf(lane => (lane.startsWith('dead') ? REFUSED : OK))
      const [good, dead] = [w.lanes('good', 20), w.lanes('dead', 20)]
      const all = [...good, ...dead]
      await w.engine.start()
      for (const lane of [...good, ...(before ? dead : [])]) await w.owe(lane)
      await w.engine.rest()
      const known = w.sentTo('dead')
      let seen: { dead: number; claimed: number } | undefined
      w.journal.listen(({ kind }) => {
        if (kind !== 'delivery.settled' || w.sentTo('good') < 20 * 101) return
        const claimed = dead.flatMap(subscription =>
          w.ledger.deliveries({ subscription, status: 'attempting' }, { limit: 100 }),
        )
        seen ??= { dead: w.sentTo('dead') - known, claimed: claimed.length }
      })
      for (const lane of all) await w.owe(lane, lane.startsWith('good') ? 100 : 20)
      await w.engine.rest()
      // One in 32, one for each lane of which nothing is known, and those of a few turns in which no healthy one starts.
      expect(seen?.dead).toBeLessThan(2000 / 32 + (before ? 0 : 20) + 40)
      expect(seen?.dead).toBeGreaterThan(20)
      expect(seen?.claimed).toBeLessThanOrEqual((before ? 2 : 4) * 20)
      // Nothing is left out: it has only waited.
      expect(w.sentTo('dead') - known).toBe(20 * 20)
    },
  )

  it('are asked at once where no other has anything in hand', async () => {
    const outcomes = new Map<string, Outcome>([['dead0', REFUSED]])
    const w = engineOf(lane => outcomes.get(lane))
    w.lanes('dead', 2)
    await w.engine.start()
    await w.owe('dead0')
    await w.engine.rest()
    outcomes.clear()
    const turnsUntilTen = async (lane: string) => {
      await w.owe(lane, 30)
      for (let turns = 1; ; turns++) {
        await turn()
        if (w.sent.filter(one => one === lane).length >= (lane === 'dead0' ? 11 : 10)) return turns
      }
    }
    // As many as ever are in flight, no later than those of a receiver that was never asked.
    const failed = await turnsUntilTen('dead0')
    expect(failed).toBeLessThanOrEqual(await turnsUntilTen('dead1'))
  })

  it('have as much in flight as ever with their first response, beside others that have something in hand', async () => {
    const outcomes = new Map<string, Outcome>([
      ['good0', OK],
      ['dead0', REFUSED],
    ])
    const w = engineOf(lane => {
      const outcome = outcomes.get(lane)
      // From then on one response each, and then none.
      if (isUp) outcomes.delete(lane)
      return outcome
    })
    let isUp = false
    w.lanes('good', 1)
    w.lanes('dead', 1)
    await w.engine.start()
    await w.owe('good0')
    await w.owe('dead0')
    await w.engine.rest()
    outcomes.delete('good0')
    await w.owe('good0')
    isUp = true
    outcomes.set('dead0', OK)
    const responded = new Promise<void>(resolve => {
      w.journal.listen(entry => {
        if (entry.kind === 'delivery.settled' && entry.delivery.subscriptionId === 'dead0') resolve()
      })
    })
    await w.owe('dead0', 30)
    await responded
    let turns = 0
    for (; w.sentTo('dead') < 1 + 1 + 10; turns++) await turn()
    // One a turn would take ten.
    expect(turns).toBeLessThan(6)
  })
})
