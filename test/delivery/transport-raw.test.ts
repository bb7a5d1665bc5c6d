// Requests that a fault writes differently, read as bytes by the receiver.
import { createHash } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Message } from '../../src/core/message.js'
import type { Wire } from '../../src/core/wire.js'
import { createTransport } from '../../src/delivery/transport.js'
import { closedPort, testReceiver } from '../support/receiver.js'
import { bodyOf, signal } from './handlers.js'

const BODY = JSON.stringify({ text: 'x'.repeat(400) })

function send(url: string, wire: Wire, change: Partial<Message> = {}, timeoutMs = 120_000) {
  const transport = createTransport({ clock: systemClock() })
  onTestFinished(() => transport.close())
  const message: Message = { method: 'POST', url, headers: [['X-Sig', 'abc']], body: BODY, ...change }
  return transport.send(message, { timeoutMs, wire })
}

/** A receiver that keeps every piece of bytes as it arrived and how the connection ended. */
async function listener(answer?: string) {
  const pieces: { at: number; bytes: Buffer }[] = []
  const ended = signal<string>()
  const receiver = await testReceiver({
    onSocket: socket => {
      socket.on('data', bytes => {
        pieces.push({ at: performance.now(), bytes })
        if (answer !== undefined && (text().endsWith(BODY) || text().endsWith('\r\n0\r\n\r\n'))) socket.end(answer)
      })
      socket.on('error', error => ended.give('code' in error ? String(error.code) : 'error'))
      socket.on('end', () => ended.give('end'))
      socket.on('close', () => ended.give('closed'))
    },
  })
  const text = () => Buffer.concat(pieces.map(piece => piece.bytes)).toString()
  return { ...receiver, pieces, text, ended: ended.promise }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('what the receiver reads', () => {
  it('a chunked request has no length and the same body', async () => {
    const head = signal<[string | undefined, string | undefined, string, string[]]>()
    const receiver = await testReceiver({
      onRequest: async (request, response) => {
        const body = await bodyOf(request)
        head.give([
          request.headers['transfer-encoding'],
          request.headers['content-length'],
          body,
          request.rawHeaders.slice(4, 6),
        ])
        response.end('fine')
      },
    })
    const { outcome, answer } = await send(receiver.url, { chunked: true })
    expect(await head.promise).toEqual(['chunked', undefined, BODY, ['X-Sig', 'abc']])
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
    expect(answer?.body).toBe('fine')
  })

  it('a slow body arrives in many pieces over the given time', async () => {
    const receiver = await listener(OK)
    const wire = { slowBodyMs: 200 }
    expect((await send(receiver.url, wire)).outcome.kind).toBe('answered')
    expect(receiver.pieces.length).toBeGreaterThan(10)
    const first = receiver.pieces[0]?.at ?? 0
    const last = receiver.pieces.at(-1)?.at ?? 0
    expect(last - first).toBeGreaterThan(150)
  })

  it('a body with a pause arrives in two parts with that time between them', async () => {
    const receiver = await listener(OK)
    expect((await send(receiver.url, { pauseBodyMs: 200 })).outcome.kind).toBe('answered')
    const times = receiver.pieces.map(({ at }) => at)
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeGreaterThan(150)
  })

  it('a slow body that outlasts the timeout is timed out', async () => {
    const receiver = await listener()
    expect((await send(receiver.url, { slowBodyMs: 600_000 }, {}, 1000)).outcome.kind).toBe('timed_out')
    expect(await receiver.ended).toMatch(/ECONNRESET|end|closed/)
  })

  it('a request split into packets arrives in pieces and whole', async () => {
    const digest = signal<string>()
    const receiver = await testReceiver({
      onRequest: async (request, response) => {
        digest.give(
          createHash('sha256')
            .update(await bodyOf(request))
            .digest('hex'),
        )
        response.end()
      },
    })
    const raw = await listener(OK)
    await send(raw.url, { packetBytes: 40 })
    expect(raw.pieces.length).toBeGreaterThan(3)
    expect(raw.text().endsWith(BODY)).toBe(true)
    expect((await send(receiver.url, { packetBytes: 7 })).outcome).toEqual({ kind: 'answered', status: 200 })
    expect(await digest.promise).toBe(createHash('sha256').update(BODY).digest('hex'))
  })

  it('a request split into single bytes is read byte by byte', async () => {
    const raw = await listener(OK)
    expect((await send(raw.url, { packetBytes: 1 })).outcome).toEqual({ kind: 'answered', status: 200 })
    const bytes = raw.text().length
    // A machine that stands still for a moment may join a few of them.
    expect(raw.pieces.length).toBeGreaterThan(bytes * 0.9)
    expect(raw.pieces.filter(piece => piece.bytes.length === 1).length).toBeGreaterThan(bytes * 0.85)
  })

  it('a truncated request announces its whole body, leaves out the end and then closes', async () => {
    const receiver = await listener()
    const { outcome } = await send(receiver.url, { missingBytes: 50 })
    expect(receiver.text()).toContain(`content-length: ${BODY.length}\r\n`)
    expect(receiver.text().endsWith(`\r\n\r\n${BODY.slice(0, -50)}`)).toBe(true)
    expect(await receiver.ended).toBe('end')
    expect(outcome.kind).toMatch(/reset|timed_out/)
  })

  it('a response to a truncated request is still read', async () => {
    const receiver = await testReceiver({
      onSocket: socket => {
        socket.resume().on('end', () => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'))
      },
    })
    expect((await send(receiver.url, { missingBytes: 50 })).outcome).toEqual({ kind: 'answered', status: 400 })
  })

  it('a request that expects 100 Continue sends its body after that, or without it after a second', async () => {
    const bodies: string[] = []
    const obeying = await testReceiver({
      onServer: server =>
        server.on('checkContinue', async (request, response) => {
          response.writeContinue()
          bodies.push(await bodyOf(request))
          response.end()
        }),
    })
    const deaf = await listener(OK)
    const wire = { expectContinue: true }
    const [obeyed, unheard] = await Promise.all([send(obeying.url, wire), send(deaf.url, wire)])
    expect([obeyed.outcome.status, unheard.outcome.status, bodies]).toEqual([200, 200, [BODY]])
    expect(deaf.text()).toContain('expect: 100-continue\r\n\r\n')
    expect((deaf.pieces.at(-1)?.at ?? 0) - (deaf.pieces[0]?.at ?? 0)).toBeGreaterThan(900)
  })

  it('a refusal of 100 Continue is the response, and no body is sent', async () => {
    const raw = await testReceiver({
      onSocket: socket => socket.once('data', () => socket.end('HTTP/1.1 417 No\r\ncontent-length: 0\r\n\r\n')),
    })
    expect((await send(raw.url, { expectContinue: true })).outcome).toEqual({ kind: 'answered', status: 417 })
  })

  it('an idle connection is silent before it is used or cut', async () => {
    const [used, cut] = [await listener(OK), await listener()]
    const sent = await Promise.all([send(used.url, { idleMs: 100 }), send(cut.url, { idleMs: 100, cut: 'before' })])
    expect(sent.map(({ outcome }) => outcome.kind)).toEqual(['answered', 'reset'])
    expect(sent.every(({ durationMs }) => durationMs > 90)).toBe(true)
    expect(cut.text()).toBe('')
  })

  it('a cut before the request leaves nothing to read', async () => {
    const receiver = await listener()
    const { outcome } = await send(receiver.url, { cut: 'before' })
    expect(outcome).toMatchObject({ kind: 'reset', detail: 'Cut on purpose before the request was sent.' })
    expect(await receiver.ended).toBe('ECONNRESET')
    expect(receiver.text()).toBe('')
  })

  it('a cut during the request leaves a part of the body', async () => {
    const receiver = await listener()
    expect((await send(receiver.url, { cut: 'during' })).outcome.kind).toBe('reset')
    expect(await receiver.ended).toBe('ECONNRESET')
    const body = receiver.text().split('\r\n\r\n')[1] ?? ''
    expect(body.length).toBeGreaterThan(0)
    expect(body.length).toBeLessThan(BODY.length)
    expect(BODY.startsWith(body)).toBe(true)
  })

  it('a cut after the request leaves all of it', async () => {
    const receiver = await listener()
    expect((await send(receiver.url, { cut: 'after' })).outcome.kind).toBe('reset')
    expect(await receiver.ended).toBe('ECONNRESET')
    expect(receiver.text().endsWith(BODY)).toBe(true)
  })

  it('a lost response: the receiver has handled the request and answered, the sender reads nothing', async () => {
    const handled = signal<string>()
    const receiver = await testReceiver({
      onRequest: async (request, response) => {
        const body = await bodyOf(request)
        response.end('done', () => handled.give(body))
      },
    })
    const { outcome, answer } = await send(receiver.url, { cut: 'answer' })
    expect(await handled.promise).toBe(BODY)
    expect(outcome).toEqual({ kind: 'reset', detail: 'Cut on purpose as the response arrived; it was not read.' })
    expect(answer).toBeNull()
  })
})

describe('what comes back', () => {
  it.each([
    ['with a length', 'HTTP/1.1 201 Created\r\nX-B: 1\r\ncontent-length: 4\r\n\r\ndone', 'done'],
    [
      'in chunks',
      'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\ndo\r\n2\r\nne\r\n0\r\nt: 1\r\n\r\n',
      'done',
    ],
    ['until the connection ends', 'HTTP/1.1 201 Created\r\n\r\ndone', 'done'],
    [
      'after an informational one',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n',
      '',
    ],
  ])('an answer %s is read whole', async (_how, bytes, body) => {
    const receiver = await listener(bytes)
    const { outcome, answer } = await send(receiver.url, { chunked: true })
    expect(outcome).toEqual({ kind: 'answered', status: 201 })
    expect(answer?.body).toBe(body)
  })

  it('a response that arrives byte by byte is read whole', async () => {
    const bytes = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
    const receiver = await testReceiver({
      onSocket: socket => {
        socket.setNoDelay(true)
        socket.once('data', async () => {
          for (const byte of bytes) {
            await new Promise(resolve => void socket.write(byte, resolve))
            await new Promise(resolve => setImmediate(resolve))
          }
        })
      },
    })
    expect((await send(receiver.url, { chunked: true })).answer).toMatchObject({ status: 200, body: 'abc' })
  })

  it.each([
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nx: '],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a broken chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc'],
  ])('an answer of %s is reset', async (_what, bytes) => {
    const receiver = await listener(bytes)
    expect((await send(receiver.url, { chunked: true })).outcome.kind).toBe('reset')
  })

  it('a closed port is refused and a forbidden address is blocked', async () => {
    expect((await send(`http://127.0.0.1:${await closedPort()}/`, { chunked: true })).outcome.kind).toBe('refused')
    expect((await send('http://169.254.169.254/', { cut: 'before' })).outcome.kind).toBe('blocked')
  })
})

it.each([
  ['is closed without a word', ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'], 'reset', 'NotKept'],
  [
    'was announced to close',
    ['HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
    'answered',
    undefined,
  ],
] as const)('a connection that is to be kept and %s', async (_, [answer], kind, code) => {
  const { url } = await testReceiver({ onSocket: socket => socket.once('data', () => socket.end(answer)) })
  const { outcome } = await send(url, { keptMs: 60_000 })
  expect({ kind: outcome.kind, code: outcome.code }).toEqual({ kind, code })
})
