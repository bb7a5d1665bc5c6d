// Resending and cancelling while the lane claims the same delivery: it is sent as it is then, not as it was when it was claimed.
import { expect, it } from 'vitest'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'
import { bodyOf } from './handlers.js'

/** A world whose receiver takes one delivery at a time, is known to respond, and holds each request until it is answered. */
async function holding() {
  const w = testEngine()
  const arrived = new Map<string, (status: number) => void>()
  const awaited = new Map<string, () => void>()
  const receiver = await testReceiver({
    onRequest: async (request, response) => {
      const id = (/ev_\d+/.exec(await bodyOf(request))?.[0] ?? '').replace('ev', 'dl')
      arrived.set(id, status => {
        response.statusCode = status
        response.end()
      })
      awaited.get(id)?.()
    },
  })
  /** Resolves when the receiver has a request of this delivery. */
  const request = async (id: string) => {
    if (!arrived.has(id)) await new Promise<void>(resolve => void awaited.set(id, resolve))
  }
  const answer = async (id: string, status: number) => {
    await request(id)
    const reply = arrived.get(id)
    arrived.delete(id)
    awaited.delete(id)
    reply?.(status)
  }
  w.receivers.set('sub', { url: receiver.url, plan: { concurrency: 1 } })
  await w.engine.start()
  await answer(await w.oweOne('sub'), 200)
  await w.engine.rest()
  return { ...w, request, answer, unanswered: () => [...arrived.keys()] }
}

it.each([
  ['accepted', 200, [['resend', 1]]],
  [
    'not accepted',
    500,
    [
      ['resend', 1],
      ['scheduled', 2],
    ],
  ],
])(
  'a delivery that is claimed while its resend is in flight, which is %s, is sent as the resend has left it',
  async (_, status, expected) => {
    const w = await holding()
    const ids = await w.owe('sub', 12)
    const [first = '', second = '', third = '', fourth = '', fifth = '', ...others] = ids
    await w.request(first)
    // The lane has claimed four.
    expect(w.ledger.delivery(fifth)?.status).toBe('waiting')
    const resent = w.engine.attemptNow(fifth, { cause: 'resend' })
    await w.request(fifth)
    for (const id of [first, second, third]) await w.answer(id, 200)
    await w.request(fourth)
    await w.ledger.settled()
    expect(w.ledger.delivery(fifth)?.status).toBe('attempting')
    await w.answer(fifth, status)
    await resent
    await w.answer(fourth, 200)
    const left = status === 200 ? others : [...others, fifth]
    await Promise.all(left.map(id => w.answer(id, 200)))
    await w.engine.rest()
    expect(w.unanswered()).toEqual([])
    expect(w.ledger.attempts(fifth).map(({ cause, number }) => [cause, number])).toEqual(expected)
    expect(w.ledger.deliveryCounts()).toMatchObject({ delivered: 13, waiting: 0, attempting: 0 })
    expect(w.internalErrors).toEqual([])
  },
)

it('a delivery that is claimed with the write that cancels it is not sent', async () => {
  const w = await holding()
  const [first = '', second = ''] = await w.owe('sub', 2, START + 1000)
  const cancelled = w.engine.cancel(second)
  w.clock.moveTo(START + 1000)
  expect((await cancelled).status).toBe('cancelled')
  await w.answer(first, 200)
  await w.engine.rest()
  expect(w.unanswered()).toEqual([])
  expect(w.ledger.attempts(second)).toEqual([])
  expect(w.ledger.deliveryCounts()).toMatchObject({ delivered: 2, cancelled: 1, waiting: 0, attempting: 0 })
})

it('a delivery that is claimed behind its resend is given back when the engine stops, and a resend behind that is refused', async () => {
  const w = await holding()
  const [first = '', second = ''] = await w.owe('sub', 2)
  await w.request(first)
  const resent = w.engine.attemptNow(second, { cause: 'resend' })
  await w.request(second)
  const refused = expect(w.engine.attemptNow(second, { cause: 'resend' })).rejects.toMatchObject({ code: 'conflict' })
  const delivered = new Promise<void>(resolve => {
    w.journal.listen(entry => entry.kind === 'delivery.settled' && entry.delivery.id === first && resolve())
  })
  await w.answer(first, 200)
  // Else the stop interrupts it.
  await delivered
  await w.ledger.settled()
  expect(w.ledger.delivery(second)?.status).toBe('attempting')
  await w.engine.stop(0)
  expect((await resent).outcome?.kind).toBe('interrupted')
  await refused
  expect(w.ledger.attempts(second).map(({ cause }) => cause)).toEqual(['resend'])
  expect(w.ledger.delivery(second)).toMatchObject({ status: 'waiting', dueAt: START })
  // Nobody hears the answer.
  await w.answer(second, 200)
  await w.engine.start()
  await w.answer(second, 200)
  await w.engine.rest()
  expect(w.ledger.attempts(second).map(({ cause }) => cause)).toEqual(['resend', 'scheduled'])
  expect(w.ledger.deliveryCounts()).toMatchObject({ delivered: 3, waiting: 0, attempting: 0 })
  expect(w.internalErrors).toEqual([])
})
