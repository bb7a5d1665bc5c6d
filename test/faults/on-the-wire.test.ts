// Faults of the request and the connection, read off the socket on the other side.
import { expect, it } from 'vitest'
import type { FaultInput } from '../../src/core/fault.js'
import type { SeenRequest } from '../support/byte-receiver.js'
import { START, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { faulty, send, setUp, WHSEC } from './setup.js'

async function sent(fault: FaultInput) {
  const w = await faulty('kycgenie', fault)
  const [attempt] = await send(w.emulator, 'kycgenie')
  const [seen] = w.to.seen
  return { ...w, seen: seen as SeenRequest, attempt, body: w.emulator.view(attempt?.deliveryId ?? '').body }
}

it('chunked: no content length, and the body in chunks that add up to it', async () => {
  const { seen, body, attempt } = await sent({ kind: 'chunked' })
  expect(seen.headers).toMatchObject({ 'transfer-encoding': 'chunked' })
  expect(seen.headers).not.toHaveProperty('content-length')
  const text = seen.body.toString('latin1')
  const chunks = [...text.matchAll(/([0-9a-f]+)\r\n/g)]
  expect(chunks.length).toBeGreaterThan(2)
  expect(text.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, '').trim()).toBe(body)
  expect(attempt).toMatchObject({ faults: ['chunked'], accepted: true })
})

it('a slow body comes in many pieces over the given time', async () => {
  const { seen, body, attempt } = await sent({ kind: 'slowBody', over: '400ms' })
  expect(seen.chunks.length).toBeGreaterThan(5)
  expect(seen.tookMs).toBeGreaterThan(300)
  expect(seen.body.toString()).toBe(body)
  expect(attempt?.durationMs).toBeGreaterThan(300)
})

it('small packets arrive as such, and complete', async () => {
  const { seen, body } = await sent({ kind: 'splitPackets', bytes: 7 })
  // The system may hand some of them on together; in one piece or two it would be what any client sends.
  expect(seen.chunks.length).toBeGreaterThan(10)
  expect(seen.chunks[0]?.length).toBeLessThan(50)
  expect(seen.body.toString()).toBe(body)
})

it('a truncated request announces its whole body, leaves out the end, then ends', async () => {
  const { seen, body, to, attempt, emulator } = await sent({ kind: 'truncate', bytes: 25, next: 1 })
  await to.until('closed')
  expect(seen.body.length).toBe(Buffer.byteLength(body) - 25)
  expect(Number(seen.headers['content-length'])).toBe(Buffer.byteLength(body))
  expect(attempt).toMatchObject({ faults: ['truncate'], accepted: false })
  expect(emulator.ledger.delivery(attempt?.deliveryId ?? '')?.status).toBe('waiting')
})

it.each([
  ['before', (bytes: number, body: number) => bytes === 0 && body > 0],
  ['during', (bytes: number, body: number) => bytes > 0 && bytes < body],
  ['after', (bytes: number, body: number) => bytes === body],
] as const)('a reset %s the body cuts the connection there', async (at, fits) => {
  const { to, attempt, body } = await sent({ kind: 'reset', at })
  await to.until('reset')
  expect(fits(to.seen[0]?.body.length ?? -1, Buffer.byteLength(body))).toBe(true)
  expect(attempt).toMatchObject({ outcome: { kind: 'reset' }, faults: ['reset'], accepted: false })
})

it('a lost acknowledgement: the receiver answered 200, the sender never read it and sends again', async () => {
  const { to, attempt, emulator } = await sent({ kind: 'lostAck', attempts: [1] })
  await to.until('reset')
  expect(attempt).toMatchObject({ outcome: { kind: 'reset' }, answer: null, accepted: false })
  await emulator.drain()
  expect(emulator.ledger.attempts(attempt?.deliveryId ?? '').map(one => one.outcome?.kind)).toEqual([
    'reset',
    'answered',
  ])
  expect(to.seen).toHaveLength(2)
  expect(to.seen[1]?.headers['webhook-id']).toBe(to.seen[0]?.headers['webhook-id'])
})

it('duplicates are the same bytes again: one after the other, or all at once', async () => {
  const one = await sent({ kind: 'duplicate', copies: 3 })
  expect(one.to.seen).toHaveLength(4)
  expect(new Set(one.to.seen.map(({ bytes }) => bytes.toString())).size).toBe(1)
  expect(one.to.mostOpen()).toBe(1)
  expect(one.attempt).toMatchObject({ number: 1, outcome: { detail: 'Sent 3 times more: 200, 200, 200.' } })
  const all = await sent({ kind: 'duplicate', copies: 3, concurrent: true })
  expect(all.to.seen).toHaveLength(4)
  expect(all.to.mostOpen()).toBeGreaterThan(1)
  expect(all.emulator.ledger.attempts(all.attempt?.deliveryId ?? '')).toHaveLength(1)
})

it('the content type is replaced or removed, the method is replaced, GET has no body', async () => {
  const plain = await sent({ kind: 'contentType', value: 'text/plain' })
  expect(plain.seen.headers['content-type']).toBe('text/plain')
  expect((await sent({ kind: 'contentType' })).seen.headers).not.toHaveProperty('content-type')
  const put = await sent({ kind: 'method', method: 'PUT' })
  expect(put.seen.method).toBe('PUT')
  expect(put.seen.body.toString()).toBe(put.body)
  const get = await sent({ kind: 'method' })
  expect(get.seen.method).toBe('GET')
  expect(get.seen.body).toHaveLength(0)
})

it('a dropped request is never sent; the sender sees the given outcome and retries by its schedule', async () => {
  const gone = await faulty('kycgenie', { kind: 'drop', as: 'refused', next: 1 })
  const [attempt] = await send(gone.emulator, 'kycgenie')
  expect(gone.to.seen).toEqual([])
  expect(attempt).toMatchObject({ outcome: { kind: 'refused' }, faults: ['drop'], answer: null })
  await gone.emulator.drain()
  expect(gone.to.seen).toHaveLength(1)
  const busy = await faulty('kycgenie', { kind: 'drop', status: 429, headers: { 'Retry-After': '120' }, next: 1 })
  const [refused] = await send(busy.emulator, 'kycgenie')
  expect(refused).toMatchObject({
    outcome: { kind: 'answered', status: 429 },
    answer: { status: 429, headers: [['Retry-After', '120']] },
    accepted: false,
  })
  // The documents say nothing of Retry-After: the schedule's own 5 s.
  expect(busy.emulator.ledger.delivery(refused?.deliveryId ?? '')?.dueAt).toBe(START + 5000)
})

it('a dropped request has no other fault', async () => {
  const { emulator, subscribe } = await setUp()
  await subscribe('kycgenie')
  await emulator.faults.add({ kind: 'stale', next: 1 })
  await emulator.faults.add({ kind: 'drop', next: 1 })
  const [attempt] = await send(emulator, 'kycgenie')
  expect(attempt?.faults).toEqual(['drop'])
  await emulator.drain()
  expect(emulator.ledger.attempts(attempt?.deliveryId ?? '').map(({ faults }) => faults)).toEqual([['drop'], ['stale']])
})

it('for a receiver in this process faults of the connection are skipped, the others fire', async () => {
  const requests: string[] = []
  const emulator = await testEmulator({
    inProcess: {
      'http://127.0.0.1:1/': async request => {
        requests.push(await request.text())
        return new Response('ok')
      },
    },
  })
  await emulator.subscribe('kycgenie', { url: 'http://127.0.0.1:1/hook' })
  await emulator.faults.add({ kind: 'chunked' })
  await emulator.faults.add({ kind: 'malform', as: 'text' })
  await send(emulator, 'kycgenie')
  expect(requests).toEqual(['This is not JSON.'])
  expect(emulator.faults.list().map(({ fired, lastSkipReason }) => [fired, lastSkipReason])).toEqual([
    [0, 'the receiver is in this process and has no wire'],
    [1, null],
  ])
})

it('a request to a receiver in this process and its response can be lost too', async () => {
  let asked = 0
  const emulator = await testEmulator({
    inProcess: {
      'http://127.0.0.1:1/': () => {
        asked++
        return new Response('ok')
      },
    },
  })
  await emulator.subscribe('kycgenie', { url: 'http://127.0.0.1:1/hook' })
  await emulator.faults.add({ kind: 'lostAck', attempts: [1] })
  await emulator.faults.add({ kind: 'reset', at: 'before', attempts: [2] })
  const [first] = await send(emulator, 'kycgenie')
  expect(asked).toBe(1)
  expect(first).toMatchObject({ outcome: { kind: 'reset' }, faults: ['lostAck'], accepted: false })
  await emulator.drain()
  expect(asked).toBe(2)
  expect(emulator.ledger.attempts(first?.deliveryId ?? '').map(({ accepted }) => accepted)).toEqual([
    false,
    false,
    true,
  ])
})

it('every fault that fires is one entry of the journal, between the start and the end of its attempt', async () => {
  const { emulator, subscribe } = await setUp()
  await subscribe('kycgenie', { secret: WHSEC })
  await emulator.faults.add({ kind: 'stale' })
  await emulator.faults.add({ kind: 'splitPackets', bytes: 500 })
  const heard: string[] = []
  emulator.journal.listen(entry => heard.push(entry.kind === 'fault.fired' ? entry.fault : entry.kind))
  await send(emulator, 'kycgenie')
  const from = heard.indexOf('attempt.started')
  expect(heard.slice(from, from + 4)).toEqual(['attempt.started', 'stale', 'splitPackets', 'attempt.completed'])
})

it('faults reach real HTTP servers too', async () => {
  const receiver = await testReceiver()
  const { emulator, subscribe } = await setUp()
  await subscribe('kycgenie', { url: receiver.url })
  for (const fault of [
    { kind: 'chunked' },
    { kind: 'splitPackets', bytes: 9 },
    { kind: 'slowBody', over: 60 },
  ] as const) {
    await emulator.faults.clear()
    await emulator.faults.add(fault)
    const [attempt] = await send(emulator, 'kycgenie')
    expect(attempt).toMatchObject({ faults: [fault.kind], accepted: true })
  }
  expect(receiver.requests.map(({ body }) => JSON.parse(body).event_type)).toEqual(Array(3).fill('screening.completed'))
})
