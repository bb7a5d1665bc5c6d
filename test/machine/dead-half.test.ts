// Many subscriptions, half of them to receivers that are dead in one way or another: the other half gets everything.
import { expect, it } from 'vitest'
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
