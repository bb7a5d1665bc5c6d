// This process stands still, or has run out of file descriptors: neither is counted against the receiver.
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { scheduled } from '../../src/core/retry.js'
import { createTransport, type Transport } from '../../src/delivery/transport.js'
import { testReceiver } from '../support/receiver.js'
import { START, testEngine } from './engine.js'

const { failing } = vi.hoisted(() => ({ failing: { code: '' } }))

vi.mock('node:net', async importOriginal => {
  const net = await importOriginal<typeof import('node:net')>()
  const connect = (...given: Parameters<typeof net.connect>) => {
    if (failing.code === '') return net.connect(...given)
    const socket = new net.Socket()
    setImmediate(() => socket.destroy(Object.assign(new Error(`connect ${failing.code}`), { code: failing.code })))
    return socket
  }
  return { ...net, connect }
})

/** A receiver with an event loop of its own, which answers 30 ms after each request, or never. */
async function receiverElsewhere({ answers = true } = {}) {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
    const server = require('node:http').createServer((request, response) => {
      request.resume().on('end', () => {
        parentPort.postMessage('request')
        if (${answers}) setTimeout(() => response.end('ok'), 30)
      })
    })
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
    { eval: true },
  )
  onTestFinished(async () => void (await worker.terminate()))
  const port = await new Promise<number>(resolve => worker.once('message', resolve))
  return {
    url: `http://127.0.0.1:${port}/`,
    requested: () => new Promise<void>(resolve => worker.once('message', () => resolve())),
  }
}

/** Keeps the event loop busy, as a long computation or a debugger does. */
function stall(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function transport(): Transport {
  const made = createTransport({ clock: systemClock() })
  onTestFinished(() => made.close())
  return made
}

const post = (url: string) => ({ method: 'POST', url, headers: [], body: '{}' })

it('a response that arrived in time while this process stood still is no timeout', async () => {
  const receiver = await receiverElsewhere()
  const sender = transport()
  await sender.send(post(receiver.url), { timeoutMs: 60_000 })
  const sending = sender.send(post(receiver.url), { timeoutMs: 200 })
  await receiver.requested()
  stall(500)
  const { outcome, durationMs } = await sending
  expect(outcome).toMatchObject({ kind: 'answered', status: 200 })
  expect(durationMs).toBeLessThan(500)
})

it('a receiver gets its time again when this process stood still before the request was written', async () => {
  const receiver = await receiverElsewhere()
  const sender = transport()
  await sender.send(post(receiver.url), { timeoutMs: 60_000 })
  const sending = sender.send(post(`${receiver.url.replace('127.0.0.1', 'localhost')}`), { timeoutMs: 300 })
  stall(600)
  expect((await sending).outcome).toMatchObject({ kind: 'answered', status: 200 })
})

it('a receiver that does not respond is timed out, also after a stall, which the outcome tells', async () => {
  const receiver = await receiverElsewhere({ answers: false })
  const sender = transport()
  const sending = sender.send(post(receiver.url), { timeoutMs: 200 })
  await receiver.requested()
  stall(500)
  const { outcome } = await sending
  expect(outcome.kind).toBe('timed_out')
  expect(outcome.detail).toMatch(
    /^No response within 200 ms\. Standin itself stood still for \d+ ms; that is not counted\.$/,
  )
})

it.each([
  ['EMFILE', 'this process has no file descriptor left (see ulimit -n)'],
  ['ENFILE', 'this machine has no file descriptor left'],
])('%s is an error of this machine, which the retry policy does not count', async (code, why) => {
  failing.code = code
  onTestFinished(() => {
    failing.code = ''
  })
  const w = testEngine()
  const receiver = await testReceiver([500, 200])
  w.receivers.set('sub', { url: receiver.url, plan: { policy: scheduled([10_000], 2) } })
  await w.engine.start()
  const id = await w.oweOne('sub')
  await w.engine.rest()
  const [first] = w.ledger.attempts(id)
  expect(first?.outcome).toEqual({
    kind: 'local_error',
    code,
    detail: `Nothing was sent to 127.0.0.1:${receiver.port}: ${why}.`,
  })
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', counted: 0, dueAt: START + 1000 })
  w.clock.moveTo(START + 1000)
  await w.engine.rest()
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'waiting', counted: 0, dueAt: START + 3000 })
  failing.code = ''
  await w.drain()
  expect(w.ledger.delivery(id)).toMatchObject({ status: 'delivered', attempts: 4, counted: 2 })
})
