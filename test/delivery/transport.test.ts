// The transport: what goes over the wire, and the outcome of each way of failing.
import type { LookupAddress, LookupAllOptions } from 'node:dns'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Message } from '../../src/core/message.js'
import { addressProblem } from '../../src/delivery/targets.js'
import { createTransport, type TransportOptions } from '../../src/delivery/transport.js'
import { CERTIFICATE, KEY } from '../support/certificate.js'
import { closedPort, testReceiver } from '../support/receiver.js'
import { signal } from './handlers.js'

/** What the resolver says of names, mostly below `.test`, which none knows. */
const ADDRESSES: Record<string, LookupAddress[]> = vi.hoisted(() => {
  const metadata = { address: '169.254.169.254', family: 4 }
  const pods = { address: 'fd00:ec2::23', family: 6 }
  return { 'pods.test': [pods], 'bad.test': [metadata], 'mixed.test': [metadata, { address: '127.0.0.1', family: 4 }] }
})

vi.mock('node:dns', async importOriginal => {
  const dns = await importOriginal<typeof import('node:dns')>()
  const lookup = (
    hostname: string,
    options: LookupAllOptions,
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => {
    const addresses = ADDRESSES[hostname]
    if (addresses === undefined) dns.lookup(hostname, options, done)
    else done(null, addresses)
  }
  return { ...dns, lookup }
})

function transport(options: Partial<TransportOptions> = {}) {
  const made = createTransport({ clock: systemClock(), ...options })
  onTestFinished(() => made.close())
  return made
}

function post(url: string, change: Partial<Message> = {}): Message {
  return { method: 'POST', url, headers: [['Content-Type', 'application/json']], body: '{"a":1}', ...change }
}

/** Longer than any answer takes, however busy the machine is. */
const SOON = { timeoutMs: 120_000 }

describe('what goes over the wire', () => {
  it('headers keep their spelling and order, and the body its bytes', async () => {
    const seen = signal<string>()
    const receiver = await testReceiver({
      onSocket: socket =>
        socket.on('data', bytes => {
          seen.give(bytes.toString())
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
        }),
    })
    const sent = await transport().send(
      post(`${receiver.url}?q=1`, {
        headers: [
          ['X-Zeta', '1'],
          ['Content-Type', 'application/json'],
          ['x-Alpha', 'two'],
        ],
        body: '{"ü":1}',
      }),
      SOON,
    )
    expect(sent.outcome).toEqual({ kind: 'answered', status: 200 })
    expect(await seen.promise).toBe(
      [
        'POST /webhooks?q=1 HTTP/1.1',
        `host: 127.0.0.1:${receiver.port}`,
        'connection: keep-alive',
        'X-Zeta: 1',
        'Content-Type: application/json',
        'x-Alpha: two',
        'content-length: 8',
        '',
        '{"ü":1}',
      ].join('\r\n'),
    )
  })

  it('any method is sent as given', async () => {
    const seen = signal<string | undefined>()
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        seen.give(request.method)
        response.end()
      },
    })
    await transport().send(post(receiver.url, { method: 'PUT' }), SOON)
    expect(await seen.promise).toBe('PUT')
  })

  it('a connection is used again for the next message', async () => {
    const receiver = await testReceiver()
    const door = transport()
    for (let i = 0; i < 5; i++) await door.send(post(receiver.url), SOON)
    expect(receiver.connections()).toBe(1)
  })

  it('a redirect is a response like any other and is not followed', async () => {
    const paths: (string | undefined)[] = []
    const receiver = await testReceiver({
      onRequest: (request, response) => {
        paths.push(request.url)
        response.writeHead(307, { location: '/elsewhere' }).end()
      },
    })
    const { outcome, answer } = await transport().send(post(receiver.url), SOON)
    expect(outcome).toEqual({ kind: 'answered', status: 307 })
    expect(answer?.headers).toContainEqual(['location', '/elsewhere'])
    expect(paths).toEqual(['/webhooks'])
  })
})

describe('responses', () => {
  it('a response comes back with status, headers in order and body', async () => {
    const receiver = await testReceiver({
      onSocket: socket =>
        socket.once('data', () =>
          socket.write('HTTP/1.1 418 Teapot\r\nX-B: 1\r\nx-a: 2\r\ncontent-length: 5\r\n\r\nshort'),
        ),
    })
    const { outcome, answer, durationMs } = await transport().send(post(receiver.url), SOON)
    expect(outcome).toEqual({ kind: 'answered', status: 418 })
    expect(answer).toEqual({
      status: 418,
      headers: [
        ['X-B', '1'],
        ['x-a', '2'],
        ['content-length', '5'],
      ],
      body: 'short',
      bodyBytes: 5,
    })
    expect(durationMs).toBeGreaterThan(0)
  })

  it('informational responses before the final one are skipped', async () => {
    const receiver = await testReceiver({
      onSocket: socket =>
        socket.once('data', () =>
          socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
        ),
    })
    expect((await transport().send(post(receiver.url), SOON)).outcome).toEqual({ kind: 'answered', status: 204 })
  })

  it('the first 64 KiB of a long body are kept, and its whole length is counted', async () => {
    const receiver = await testReceiver({ onRequest: (_request, response) => void response.end('x'.repeat(300_000)) })
    const { answer } = await transport().send(post(receiver.url), SOON)
    expect(answer?.body).toBe('x'.repeat(65_536))
    expect(answer?.bodyBytes).toBe(300_000)
    const { answer: short } = await transport().send(post(receiver.url), { ...SOON, keepBytes: 10 })
    expect(short).toMatchObject({ body: 'xxxxxxxxxx', bodyBytes: 300_000 })
  })

  it('an endless response is cut after 16 MiB, with its status known', async () => {
    const gone = signal()
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        const block = Buffer.alloc(1 << 20)
        const more = () => {
          while (!response.destroyed && response.write(block));
        }
        response.on('drain', more).on('close', gone.give)
        more()
      },
    })
    const { outcome, answer } = await transport().send(post(receiver.url), SOON)
    await gone.promise
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
    expect(answer?.bodyBytes).toBeGreaterThanOrEqual(16 << 20)
    expect(answer?.bodyBytes).toBeLessThan(18 << 20)
  })
})

describe('outcomes', () => {
  it('a closed port is refused', async () => {
    const { outcome, answer } = await transport().send(post(`http://127.0.0.1:${await closedPort()}/`), SOON)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' })
    expect(answer).toBeNull()
  })

  it('a closed port on both address families of a name is refused', async () => {
    const { outcome } = await transport().send(post(`http://localhost:${await closedPort()}/`), SOON)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' })
  })

  it('a name that does not exist is unreachable', async () => {
    const { outcome } = await transport().send(post('http://no-such-host.invalid/'), SOON)
    expect(outcome.kind).toBe('unreachable')
    expect(outcome.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/)
  })

  it.each(['app.localhost', 'a.b.LOCALHOST', 'app.localhost.'])('%s is loopback, without DNS', async host => {
    ADDRESSES[host] = [{ address: '169.254.169.254', family: 4 }]
    const receiver = await testReceiver()
    const { outcome } = await transport().send(post(`http://${host}:${receiver.port}/`), { timeoutMs: 60_000 })
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
    expect(receiver.requests).toHaveLength(1)
  })

  it('no response in time is timed out, and the connection is closed', async () => {
    const gone = signal()
    const receiver = await testReceiver({ onSocket: socket => socket.resume().on('close', () => gone.give()) })
    const { outcome, answer, durationMs } = await transport().send(post(receiver.url), { timeoutMs: 80 })
    await gone.promise
    expect(outcome).toEqual({ kind: 'timed_out', detail: expect.stringMatching(/^No response within 80 ms\./) })
    expect(answer).toBeNull()
    expect(durationMs).toBeGreaterThanOrEqual(79)
  })

  it('a response that trickles in is timed out though bytes keep coming', async () => {
    const receiver = await testReceiver({
      onSocket: socket => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')
          const drip = setInterval(() => socket.write('x'), 10)
          socket.on('close', () => clearInterval(drip))
        })
      },
    })
    const { outcome } = await transport().send(post(receiver.url), { timeoutMs: 1500 })
    expect(outcome).toEqual({
      kind: 'timed_out',
      detail: expect.stringMatching(/^Status 200, but no complete response within 1500 ms\./),
    })
  })

  it.each([
    ['before any answer', '', 'reset'],
    ['in the middle of the headers', 'HTTP/1.1 200 OK\r\ncontent-', 'reset'],
    ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', 'reset'],
    ['in the middle of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc', 'reset'],
  ])('a connection cut %s is reset', async (_when, bytes, kind) => {
    const receiver = await testReceiver({ onSocket: socket => socket.once('data', () => socket.end(bytes)) })
    expect((await transport().send(post(receiver.url), SOON)).outcome.kind).toBe(kind)
  })

  it('a TCP reset is reset, with the code of the system', async () => {
    const receiver = await testReceiver({ onSocket: socket => socket.once('data', () => socket.resetAndDestroy()) })
    expect((await transport().send(post(receiver.url), SOON)).outcome).toMatchObject({
      kind: 'reset',
      code: 'ECONNRESET',
    })
  })

  it('something that is not HTTP is reset, with the code of the parser', async () => {
    const receiver = await testReceiver({
      onSocket: socket => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    })
    const { outcome } = await transport().send(post(receiver.url), SOON)
    expect(outcome).toMatchObject({ kind: 'reset', code: 'HTTPParserError' })
  })

  it('a header that cannot be written is blocked and nothing is sent', async () => {
    const receiver = await testReceiver({ onSocket: () => {} })
    const { outcome } = await transport().send(post(receiver.url, { headers: [['x', 'a\r\nb: c']] }), SOON)
    expect(outcome).toMatchObject({ kind: 'blocked', code: 'ERR_INVALID_REQUEST' })
    expect(receiver.connections()).toBe(0)
  })

  it('a URL that is not http is blocked', async () => {
    expect((await transport().send(post('ftp://127.0.0.1/'), SOON)).outcome.kind).toBe('blocked')
  })

  it('an interrupt ends exchanges as interrupted, and later ones are sent', async () => {
    const arrived = signal()
    let count = 0
    const receiver = await testReceiver({
      onRequest: (_request, response) => {
        if (++count === 1) arrived.give()
        else response.end()
      },
    })
    const door = transport()
    const first = door.send(post(receiver.url), SOON)
    await arrived.promise
    door.interrupt()
    expect((await first).outcome.kind).toBe('interrupted')
    expect((await door.send(post(receiver.url), SOON)).outcome.kind).toBe('answered')
    door.close()
    expect((await door.send(post(receiver.url), SOON)).outcome.kind).toBe('interrupted')
  })
})

describe('kept connections', () => {
  it('one that its receiver has closed while idle does not count as a failure', async () => {
    const closed: Promise<void>[] = []
    const receiver = await testReceiver({
      onSocket: socket => {
        const end = signal()
        closed.push(end.promise)
        socket.on('close', () => end.give())
        // Closes without announcing it: the next message must not fail.
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
      },
    })
    const door = transport()
    for (let i = 0; i < 20; i++) {
      expect((await door.send(post(receiver.url), SOON)).outcome).toEqual({ kind: 'answered', status: 200 })
      await closed[i]
    }
    expect(receiver.connections()).toBe(20)
  })

  it('a request that was written is never written again within the attempt', async () => {
    let requests = 0
    const receiver = await testReceiver({
      onSocket: socket =>
        socket.on('data', () => {
          requests++
          if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
          else socket.destroy()
        }),
    })
    const door = transport()
    await door.send(post(receiver.url), SOON)
    expect((await door.send(post(receiver.url), SOON)).outcome.kind).toBe('reset')
    expect(requests).toBe(2)
  })
})

describe('https', () => {
  async function secureReceiver() {
    const { port } = await testReceiver({ tls: { key: KEY, cert: CERTIFICATE }, answers: [{ body: 'safe' }] })
    return port
  }

  it('an unknown certificate is a tls outcome', async () => {
    const { outcome } = await transport().send(post(`https://127.0.0.1:${await secureReceiver()}/`), SOON)
    expect(outcome).toMatchObject({ kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it('a given certificate authority is trusted, by name and by address', async () => {
    const port = await secureReceiver()
    const door = transport({ ca: CERTIFICATE })
    for (const host of ['127.0.0.1', 'localhost']) {
      const { outcome, answer } = await door.send(post(`https://${host}:${port}/`), SOON)
      expect(outcome).toEqual({ kind: 'answered', status: 200 })
      expect(answer?.body).toBe('safe')
    }
  })

  it('any certificate is accepted with `insecure`', async () => {
    const { outcome } = await transport({ insecure: true }).send(
      post(`https://127.0.0.1:${await secureReceiver()}/`),
      SOON,
    )
    expect(outcome).toEqual({ kind: 'answered', status: 200 })
  })

  it('a receiver that speaks no TLS is a tls outcome', async () => {
    const receiver = await testReceiver({
      onSocket: socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    })
    const { outcome } = await transport().send(post(`https://127.0.0.1:${receiver.port}/`), SOON)
    expect(outcome.kind).toBe('tls')
  })

  it('a receiver that hangs up during the handshake is a tls outcome', async () => {
    const receiver = await testReceiver({ onSocket: socket => socket.once('data', () => socket.destroy()) })
    const { outcome } = await transport().send(post(`https://127.0.0.1:${receiver.port}/`), SOON)
    expect(outcome.kind).toBe('tls')
  })

  it('a handshake that never ends is timed out', async () => {
    const gone = signal()
    const receiver = await testReceiver({ onSocket: socket => socket.resume().on('close', () => gone.give()) })
    const { outcome } = await transport().send(post(`https://127.0.0.1:${receiver.port}/`), { timeoutMs: 60 })
    await gone.promise
    expect(outcome.kind).toBe('timed_out')
  })
})

describe('targets', () => {
  it.each([
    'http://169.254.169.254/latest',
    'http://2852039166/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://100.100.100.200/',
    'http://[fd00:ec2::23]/v1/credentials',
    'http://[fd00:ec2::253]/',
    'http://[fd20:ce::254]/',
    'http://[fd00:c1::a9fe:a9fe]/',
    'http://[fd00:42::42]/',
    'http://[::ffff:100.100.100.200]/',
    'http://[::169.254.169.254]/',
    'http://[::ffff:0:169.254.169.254]/',
    'http://[64:ff9b::100.100.100.200]/',
    'http://[64:ff9b:1::169.254.169.254]/',
    'http://[64:ff9b:1:a9fe:a9:fe00::]/',
    'http://[2002:6464:64c8::1]/',
    'http://[2001:0:a9fe:a9fe::1]/',
    'http://[2001:0:7f00:1::5601:5601]/',
    'http://[2001:db8::5efe:169.254.169.254]/',
    'http://[::ffff:0.0.0.0]/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s is blocked', async url => {
    const { outcome } = await transport().send(post(url), { timeoutMs: 500 })
    expect(outcome.kind).toBe('blocked')
    expect(outcome.detail).toMatch(/nothing was sent\.$/)
  })

  it('a list of allowed targets lets only those through', async () => {
    const receiver = await testReceiver()
    const port = receiver.port
    const url = (host: string) => post(`http://${host}:${port}/`)
    const listed = transport({ allowTargets: ['127.0.0.1'] })
    expect((await listed.send(url('127.0.0.1'), SOON)).outcome.kind).toBe('answered')
    expect((await listed.send(url('localhost'), SOON)).outcome.kind).toBe('blocked')
    const withPort = transport({ allowTargets: [`127.0.0.1:${port + 1}`] })
    expect((await withPort.send(url('127.0.0.1'), SOON)).outcome.kind).toBe('blocked')
    expect((await transport({ allowTargets: [] }).send(url('127.0.0.1'), SOON)).outcome.kind).toBe('blocked')
  })

  it('a name that leads to a forbidden address is blocked, and its other addresses are used', async () => {
    const receiver = await testReceiver()
    const door = transport()
    const { outcome } = await door.send(post(`http://bad.test:${receiver.port}/`), SOON)
    expect(outcome).toEqual({
      kind: 'blocked',
      detail: 'bad.test is 169.254.169.254, which is a link-local address; nothing was sent.',
    })
    expect((await door.send(post(`http://mixed.test:${receiver.port}/`), SOON)).outcome.kind).toBe('answered')
  })

  it('a name that leads to the IPv6 address of a metadata service is blocked', async () => {
    const { outcome } = await transport().send(post('http://pods.test/'), SOON)
    expect(outcome).toMatchObject({ kind: 'blocked', detail: expect.stringContaining('metadata service') })
  })

  it('other addresses that hold an IPv4 address are targets like any other', async () => {
    const allowed = transport({ allowTargets: ['receiver.test'] })
    for (const host of [
      '[::ffff:10.0.0.1]',
      '[64:ff9b::192.168.0.1]',
      '[64:ff9b:1::192.168.0.1]',
      '[::1]',
      '[fd00::1]',
    ]) {
      const { outcome } = await allowed.send(post(`http://${host}/`), SOON)
      expect([host, outcome.detail]).toEqual([host, expect.stringContaining('is not on the list of allowed targets')])
    }
    for (const address of ['::ffff:10.0.0.1', '64:ff9b::192.168.0.1', '64:ff9b:1::192.168.0.1', '::1', 'fd00::1'])
      expect(addressProblem(address)).toBeUndefined()
  })

  it('a list of allowed targets opens no forbidden address', async () => {
    const door = transport({ allowTargets: ['169.254.169.254'] })
    expect((await door.send(post('http://169.254.169.254/'), SOON)).outcome.kind).toBe('blocked')
  })
})

describe('receivers in this process', () => {
  it('a URL below a given prefix is handed to its handler', async () => {
    const door = transport({
      inProcess: {
        'http://app.test': async request =>
          new Response(
            `${request.method} ${request.url} ${request.headers.get('x-signature')} ${await request.text()}`,
            {
              status: 201,
              headers: { 'x-app': 'yes' },
            },
          ),
      },
    })
    const { outcome, answer } = await door.send(
      post('http://app.test/hook?x=1', { headers: [['X-Signature', 'abc']] }),
      SOON,
    )
    expect(outcome).toEqual({ kind: 'answered', status: 201 })
    expect(answer?.body).toBe('POST http://app.test/hook?x=1 abc {"a":1}')
    expect(answer?.headers).toContainEqual(['x-app', 'yes'])
  })

  it('a prefix ends at a path segment', async () => {
    const receiver = await testReceiver()
    const door = transport({ inProcess: { [`${receiver.url}/in`]: () => new Response('inside') } })
    expect((await door.send(post(`${receiver.url}/in/a`), SOON)).answer?.body).toBe('inside')
    expect((await door.send(post(`${receiver.url}/inner`), SOON)).answer?.body).toBe('')
  })

  it('a handler that throws is reset, and one that never responds is timed out', async () => {
    const door = transport({
      inProcess: {
        'http://throws.test': () => {
          throw new Error('broken')
        },
        'http://hangs.test': () => new Promise<Response>(() => {}),
      },
    })
    expect((await door.send(post('http://throws.test/'), SOON)).outcome.kind).toBe('reset')
    expect((await door.send(post('http://hangs.test/'), { timeoutMs: 30 })).outcome.kind).toBe('timed_out')
  })
})
