// How faults change an attempt, and what is recorded of it.
import { expect, it } from 'vitest'
import type { Mutate, Mutation } from '../../src/core/mutation.js'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'
import { bodyOf, signal } from './handlers.js'

/** An engine with one subscription, whose signer shows its request as a header, and one delivery with this mutation. */
async function mutated(mutation: Mutation | Mutate) {
  const mutate: Mutate =
    typeof mutation === 'function' ? mutation : draft => (draft.number === 1 ? mutation : undefined)
  const w = testEngine({ mutate })
  const seen: { method: string | undefined; headers: NodeJS.Dict<string | string[]>; body: string }[] = []
  const receiver = await testReceiver({
    onRequest: async (request, response) => {
      const body = await bodyOf(request)
      seen.push({ method: request.method, headers: request.headers, body })
      response.end()
    },
  })
  w.receivers.set('sub', {
    url: receiver.url,
    sign: request => ({ headers: [['X-Signed', JSON.stringify(request)]] }),
  })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  return { w, id, seen, url: receiver.url, attempts: () => w.ledger.attempts(id) }
}

it('another body, timestamp and secret are signed, and the body that was signed is sent', async () => {
  const { seen, attempts } = await mutated({
    faults: ['unknownType', 'stale', 'wrongSecret'],
    sign: { body: '{"changed":true}', at: START - 600_000, secret: 'wrong' },
  })
  expect(seen[0]?.body).toBe('{"changed":true}')
  expect(JSON.parse(String(seen[0]?.headers['x-signed']))).toEqual({
    attempt: 1,
    at: START - 600_000,
    body: '{"changed":true}',
    secret: 'wrong',
  })
  expect(attempts()[0]).toMatchObject({
    faults: ['unknownType', 'stale', 'wrongSecret'],
    stampedAt: START - 600_000,
    bodyBase64: Buffer.from('{"changed":true}').toString('base64'),
  })
})

it('the message can be changed after it was signed, down to its bytes', async () => {
  const bytes = Uint8Array.from([0xff, 0xfe, 0x00])
  const { seen, attempts } = await mutated({
    faults: ['tamper', 'method'],
    message: message => ({ ...message, method: 'PUT', headers: [['Content-Type', 'text/plain']], body: bytes }),
  })
  expect(seen[0]).toMatchObject({ method: 'PUT' })
  expect(seen[0]?.headers['content-type']).toBe('text/plain')
  expect(seen[0]?.headers['x-signed']).toBeUndefined()
  expect(attempts()[0]).toMatchObject({ method: 'PUT', bodyBase64: Buffer.from(bytes).toString('base64') })
})

it('a postponed delivery waits without an attempt and is asked about again', async () => {
  let asked = 0
  const { w, id, attempts } = await mutated(() =>
    ++asked === 1 ? { faults: ['delay'], postpone: { to: START + 5000, reason: 'delayed by a fault' } } : undefined,
  )
  expect(attempts()).toEqual([])
  expect(w.ledger.delivery(id)).toMatchObject({
    status: 'waiting',
    dueAt: START + 5000,
    dueReason: 'delayed by a fault',
  })
  await w.drain()
  expect(asked).toBe(2)
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it('a dropped message is not sent, and the outcome given instead is judged', async () => {
  const { w, id, seen, attempts } = await mutated({ faults: ['drop'], instead: { kind: 'timed_out' } })
  expect(seen).toEqual([])
  expect(attempts()[0]).toMatchObject({ outcome: { kind: 'timed_out' }, accepted: false })
  expect(w.ledger.delivery(id)?.status).toBe('waiting')
})

it.each([true, false])(
  'duplicates are the same message again (at the same time: %s), one attempt in all',
  async concurrent => {
    const { seen, attempts } = await mutated({
      faults: ['duplicate'],
      duplicates: { extra: 2, concurrent },
    })
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map(({ headers, body }) => body + headers['x-signed'])).size).toBe(1)
    expect(attempts()).toHaveLength(1)
    expect(attempts()[0]?.outcome?.detail).toBe('Sent 2 times more: 200, 200.')
  },
)

it('changes to the wire reach the connection', async () => {
  const bytes = signal<string>()
  const receiver = await testReceiver({
    onSocket: socket => {
      let text = ''
      socket.on('data', chunk => {
        text += chunk
        if (!text.endsWith('0\r\n\r\n')) return
        bytes.give(text)
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      })
    },
  })
  const w = testEngine({ mutate: () => ({ faults: ['chunked'], wire: { chunked: true } }) })
  w.receivers.set('sub', { url: receiver.url })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  expect(await bytes.promise).toContain('transfer-encoding: chunked\r\n')
  expect(w.ledger.delivery(id)?.status).toBe('delivered')
})

it('each fault that fires is in the journal, between the start and the end of its attempt', async () => {
  const { w, id } = await mutated({ faults: ['pad', 'chunked'], wire: { chunked: true } })
  expect(w.kinds()).toEqual(['attempt.started', 'fault.fired', 'fault.fired', 'attempt.completed', 'delivery.settled'])
  expect(w.entries[1]).toMatchObject({ fault: 'pad', deliveryId: id, attempt: 1 })
})

it('a replay is never mutated, a resend is', async () => {
  const { w, id } = await mutated(() => ({ faults: ['stale'] }))
  expect((await w.engine.attemptNow(id, { cause: 'replay' })).faults).toEqual([])
  expect((await w.engine.attemptNow(id, { cause: 'resend' })).faults).toEqual(['stale'])
})
