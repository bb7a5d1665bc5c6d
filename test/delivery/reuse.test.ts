// Kept connections against receivers that close, answer early, send too much or too slowly: what is recorded is what happened.
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Headers } from '../../src/core/message.js'
import { createTransport } from '../../src/delivery/transport.js'
import { CERTIFICATE, KEY } from '../support/certificate.js'

const MESSAGES = 400
const AT_ONCE = 20

/** What a receiver does with a request once it has it; `body` is its answer's. */
type Deed = (socket: Socket, body: string) => void

const answer = (body: string, more = '') => `HTTP/1.1 200 OK\r\n${more}content-length: ${body.length}\r\n\r\n${body}`
const later = (ms: number, work: () => void) => void setTimeout(work, ms)

const DEEDS = {
  keeps: (socket, body) => socket.write(answer(body)),
  closes: (socket, body) => socket.end(answer(body)),
  closesSoon: (socket, body) => {
    socket.write(answer(body))
    socket.pause()
    later(body.length % 3, () => socket.end())
  },
  announces: (socket, body) => socket.end(answer(body, 'connection: close\r\n')),
  endsByClosing: (socket, body) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${body}`),
  chunks: (socket, body) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    for (const letter of body) socket.write(`1\r\n${letter}\r\n`)
    socket.write('0\r\nx-trailer: 1\r\n\r\n')
  },
  continues: (socket, body) =>
    socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${answer(body)}`),
  isSlow: (socket, body) => {
    const text = answer(body)
    socket.write(text.slice(0, 9))
    later(1, () => {
      socket.write(text.slice(9, -1))
      later(1, () => socket.write(text.slice(-1)))
    })
  },
  sendsTwo: (socket, body) => socket.write(answer(body) + answer('not asked for')),
  drops: socket => socket.destroy(),
  hangsUp: socket => socket.end(),
  breaksOff: (socket, body) => socket.end(answer(body).slice(0, -1)),
  isNoHttp: socket => socket.end('220 mail.test ESMTP\r\n'),
} satisfies Record<string, Deed>

type Name = keyof typeof DEEDS
const NAMES = Object.keys(DEEDS) as Name[]
const UNANSWERED: readonly Name[] = ['drops', 'hangsUp', 'breaksOff', 'isNoHttp']

/** What each message meets; every other one a receiver that behaves. */
const deedOf = (n: number): Name => (n % 2 === 0 ? 'keeps' : (NAMES[((n - 1) / 2) % NAMES.length] ?? 'keeps'))
/** Every seventh message is answered with its head, when most of its body is still on its way. */
const isEarly = (n: number) => n % 7 === 0

/** A receiver, and how often it has seen each message. */
async function strangeReceiver(secure: boolean) {
  const seen = new Map<number, number>()
  const sockets = new Set<Socket>()
  let connections = 0
  const onSocket = (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    let got = ''
    let answered = -1
    socket.on('data', bytes => {
      // It has closed its side: this request has crossed with that.
      if (!socket.writable) return
      got += bytes.toString('latin1')
      for (;;) {
        const end = got.indexOf('\r\n\r\n') + 4
        if (end < 4) return
        const head = got.slice(0, end)
        const n = Number(/\r\nx-n: (\d+)/.exec(head)?.[1])
        const length = head.length + Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1])
        if (answered !== n && (got.length >= length || isEarly(n))) {
          answered = n
          seen.set(n, (seen.get(n) ?? 0) + 1)
          DEEDS[deedOf(n)](socket, `answer to ${n}`)
        }
        if (got.length < length) return
        got = got.slice(length)
      }
    })
  }
  const server = secure ? createTlsServer({ key: KEY, cert: CERTIFICATE }, onSocket) : createServer(onSocket)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `${secure ? 'https' : 'http'}://127.0.0.1:${address.port}/`, seen, connections: () => connections }
}

function transport() {
  const made = createTransport({ clock: systemClock(), insecure: true })
  onTestFinished(() => made.close())
  return made
}

describe.each([
  ['plain', false],
  ['TLS', true],
])('over %s', (_, secure) => {
  it('every message is sent once, gets its own answer or none, and fails only where its receiver or a close made it fail', async () => {
    const receiver = await strangeReceiver(secure)
    const door = transport()
    const wrong: string[] = []
    let crossed = 0
    let next = 0
    const send = async () => {
      while (next < MESSAGES) {
        const n = next++
        const headers: Headers = [['x-n', String(n)]]
        const body = 'b'.repeat(isEarly(n) ? 200_000 : 500)
        const { outcome, answer } = await door.send(
          { method: 'POST', url: receiver.url, headers, body },
          { timeoutMs: 20_000 },
        )
        const times = receiver.seen.get(n) ?? 0
        const told = `${n} ${deedOf(n)}: ${JSON.stringify(outcome)} ${answer?.body}, seen ${times} times`
        const isCrossed = outcome.kind === 'reset' && times === 0
        if (isCrossed) crossed++
        if (outcome.kind === 'answered') {
          if (times !== 1 || answer?.body !== `answer to ${n}` || UNANSWERED.includes(deedOf(n))) wrong.push(told)
        } else if (outcome.kind !== 'reset' || times > 1) wrong.push(told)
        // A receiver that closes early resets what is still on its way, and with that its answer.
        else if (times === 1 && !UNANSWERED.includes(deedOf(n)) && !isEarly(n)) wrong.push(told)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, send))
    expect(wrong).toEqual([])
    expect(crossed).toBeLessThan(MESSAGES / 10)
  })
})

it('a receiver that closes each connection after its answer, at once or soon, costs no message', async () => {
  let answers = 0
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', () => {
      socket.write(answer('ok'))
      later(answers++ % 4, () => socket.end())
    })
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const door = transport()
  const message = { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: [] as Headers, body: '{}' }
  for (let i = 0; i < 100; i++) {
    const { outcome } = await door.send(message, { timeoutMs: 5000 })
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
  }
})

it.each([
  ['has announced that it keeps it', 'keep-alive: timeout=60\r\n', 1],
  ['has answered on a reused one', '', 2],
])('a connection is reused at once where its receiver %s', async (_, header, most) => {
  let connections = 0
  const server = createServer(socket => {
    connections++
    socket.on('error', () => {})
    socket.on('data', () => socket.write(answer('ok', header)))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const door = transport()
  const message = { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: [] as Headers, body: '{}' }
  await door.send(message, { timeoutMs: 5000 })
  await new Promise(resolve => systemClock().alarm(30, () => resolve(undefined)))
  for (let i = 0; i < 50; i++) await door.send(message, { timeoutMs: 5000 })
  expect(connections).toBeLessThanOrEqual(most)
})
