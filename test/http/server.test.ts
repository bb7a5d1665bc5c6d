// The server on a real socket: who may talk to it, how much, the journal as a stream, and ports.
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { EmulatorError } from '../../src/core/errors.js'
import type { JsonObject } from '../../src/core/json.js'
import type { AppOptions } from '../../src/http/app.js'
import { LARGEST_BODY } from '../../src/http/exchange.js'
import { type Listening, listen } from '../../src/http/listen.js'
import { openApiCheck } from '../support/openapi-check.js'
import { type TestServer, testServer } from '../support/server.js'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end()
})

async function serve(options: Partial<AppOptions> = {}): Promise<TestServer & { server: Listening }> {
  const started = await testServer({}, options)
  open.push(started.end)
  const server = await listen(started.app, { host: '127.0.0.1', port: 0 })
  open.push(server.close)
  return { ...started, server }
}

interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: string | Iterable<string>
}

function open_(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, resolve)
    request.on('error', reject)
    if (typeof body === 'string') request.end(body)
    else {
      for (const chunk of body ?? []) request.write(chunk)
      request.end()
    }
  })
}

async function send(url: string, sent?: Sent): Promise<{ status: number; json: JsonObject; answer: IncomingMessage }> {
  const answer = await open_(url, sent)
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return { status: answer.statusCode ?? 0, json: text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {}, answer }
}

/** Everything that comes back for these bytes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}

describe('access', () => {
  it('answers to loopback names and addresses, and to no other name', async () => {
    const { server } = await serve()
    const status = async (host: string, path = '/_standin/health') =>
      (await send(`${server.url}${path}`, { headers: { host } })).status
    for (const host of [
      'localhost',
      `localhost:${server.port}`,
      'api.localhost',
      '127.0.0.1',
      '127.9.9.9:1',
      '[::1]:4010',
      '192.168.0.7',
    ])
      expect(await status(host), host).toBe(200)
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil.example:4010'])
      expect(await status(host), host).toBe(403)
    expect(await status('evil.example', '/acme/api/things/special')).toBe(403)
  })

  it('refuses a host name that is sent beside a good one', async () => {
    const { server } = await serve()
    for (const hosts of [
      ['localhost', 'evil.example'],
      ['evil.example', 'localhost'],
    ]) {
      const head = ['GET /_standin/health HTTP/1.1', ...hosts.map(host => `Host: ${host}`), 'Connection: close']
      expect(await exchange(server.port, `${head.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /)
    }
  })

  it('answers to names on the allow-list, and names the option for others', async () => {
    const { server } = await serve({ allowHosts: ['Standin.Internal'] })
    const ask = (host: string) => send(`${server.url}/_standin/health`, { headers: { host } })
    expect((await ask('standin.internal:80')).status).toBe(200)
    expect((await ask('other.internal')).json).toMatchObject({
      code: 'not_allowed',
      hint: expect.stringContaining('--allow-host other.internal'),
    })
  })

  it('accepts web pages of this machine, of itself and of the allow-list, and no others', async () => {
    const { server } = await serve({ allowHosts: ['dash.example'] })
    const status = async (origin: string, path: string) =>
      (await send(`${server.url}${path}`, { headers: { origin } })).status
    for (const path of ['/_standin/health', '/acme/nowhere']) {
      const fine = path === '/acme/nowhere' ? 404 : 200
      for (const origin of ['http://localhost:3000', server.url, 'https://dash.example'])
        expect(await status(origin, path), origin).toBe(fine)
      for (const origin of ['https://evil.example', 'null', 'http://10.0.0.9', 'file://'])
        expect(await status(origin, path), origin).toBe(403)
    }
  })

  it('requires the token for the control API and for spaces, not for the providers', async () => {
    const { server } = await serve({ token: 'the-token' })
    const ask = (path: string, authorization?: string) =>
      send(`${server.url}${path}`, { headers: authorization ? { authorization } : {} })
    for (const path of ['/_standin/health', '/spaces', '/spaces/a/_standin/health', '/_standin/nothing']) {
      const refused = await ask(path)
      expect([refused.status, refused.answer.headers['www-authenticate']], path).toEqual([401, 'Bearer'])
      expect((await ask(path, 'Bearer the-tokem')).status, path).toBe(401)
    }
    expect((await ask('/_standin/health', 'Bearer the-token')).status).toBe(200)
    expect((await ask('/acme/api/things/special', 'any key')).status).toBe(200)
  })

  it('takes any token without whitespace', async () => {
    const { server } = await serve({ token: 'p@ss:word!' })
    const status = async (authorization: string) =>
      (await send(`${server.url}/_standin/health`, { headers: { authorization } })).status
    expect(await status('Bearer p@ss:word!')).toBe(200)
    expect(await status('bearer  p@ss:word!')).toBe(200)
    for (const wrong of ['Bearer', 'Bearer p@ss', 'Basic p@ss:word!', 'p@ss:word!'])
      expect(await status(wrong)).toBe(401)
  })

  it('creates no space for a request without the token', async () => {
    const { server } = await serve({ token: 'the-token' })
    const bearer = { authorization: 'Bearer the-token' }
    const special = `${server.url}/spaces/a/acme/api/things/special`
    expect((await send(special, { headers: { authorization: 'any key' } })).json.code).toBe('not_found')
    await send(`${server.url}/spaces/a`, { method: 'PUT', headers: bearer, body: '{}' })
    expect((await send(special, { headers: { authorization: 'any key' } })).status).toBe(200)
  })

  it('describes the token in the OpenAPI document', async () => {
    const { ask } = await serve({ token: 'the-token' })
    const { json } = await ask('GET', '/_standin/openapi.json')
    expect(json).toMatchObject({
      security: [{ accessToken: [] }],
      components: { securitySchemes: { accessToken: { scheme: 'bearer' } } },
    })
  })

  it('refuses bodies beyond the limit, announced or not, and reads chunked ones below it', async () => {
    const { server } = await serve()
    const piece = 'x'.repeat(1024 * 1024)
    const many = Array.from({ length: 6 }, () => piece)
    const chunked = { 'transfer-encoding': 'chunked' }
    const url = `${server.url}/_standin/events`
    expect((await send(url, { method: 'POST', body: many.join('') })).json).toMatchObject({
      status: 413,
      code: 'too_large',
    })
    expect((await send(url, { method: 'POST', headers: chunked, body: many })).status).toBe(413)
    // Beyond what is read to the end.
    const endless = Array.from({ length: 65 }, () => piece)
    expect((await send(url, { method: 'POST', headers: chunked, body: endless })).status).toBe(413)
    expect(
      (await send(`${server.url}/acme/token`, { method: 'POST', body: 'x'.repeat(LARGEST_BODY + 1) })).status,
    ).toBe(413)
    const body = ['{"provider":"acme",', '"type":"thing.made"}']
    expect((await send(url, { method: 'POST', headers: chunked, body })).status).toBe(202)
  })
})

describe('ports', () => {
  it('are any free one for 0', async () => {
    const { server } = await serve()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect((await send(`${server.url}/_standin/health`)).status).toBe(200)
  })

  it('in use are refused with a hint', async () => {
    const { app, server } = await serve()
    const error = await listen(app, { host: '127.0.0.1', port: server.port }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(EmulatorError)
    expect(error).toMatchObject({ code: 'port_in_use', hint: expect.stringContaining('--port 0') })
  })

  it('are free again once the server is closed, even with open streams', async () => {
    const { app, server } = await serve()
    const stream = await open_(`${server.url}/_standin/journal`)
    stream.on('error', () => {})
    stream.resume()
    await server.close()
    open.pop()
    const again = await listen(app, { host: '127.0.0.1', port: server.port })
    open.push(again.close)
    expect(again.port).toBe(server.port)
  })

  it('on an address of another machine are refused', async () => {
    const { app } = await serve()
    await expect(listen(app, { host: '203.0.113.1', port: 0 })).rejects.toMatchObject({
      code: 'usage',
      where: '--host',
    })
  })
})

interface Told {
  id: string | undefined
  event: string | undefined
  data: JsonObject
}

/** Reads a stream of server-sent events one by one. */
function reader(answer: IncomingMessage) {
  const told: Told[] = []
  let rest = ''
  let more = () => {}
  let ended = false
  answer.setEncoding('utf8')
  answer.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find(line => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      const data = field('data')
      if (data !== undefined)
        told.push({ id: field('id'), event: field('event'), data: JSON.parse(data) as JsonObject })
    }
    more()
  })
  const end = () => {
    ended = true
    more()
  }
  answer.on('end', end)
  answer.on('error', end)
  return {
    async next(): Promise<Told | undefined> {
      while (told.length === 0 && !ended) await new Promise<void>(resolve => (more = resolve))
      return told.shift()
    },
    close: () => answer.destroy(),
  }
}

describe('the journal', () => {
  const follow = async (server: Listening, headers: Record<string, string> = {}, query = '', space = '') =>
    reader(await open_(`${server.url}${space}/_standin/journal${query}`, { headers }))

  it('streams what happens from now on, each entry as described', async () => {
    const { server, emulator, document } = await serve()
    await emulator.trigger('acme', 'thing.made', { id: 'before' })
    const stream = await follow(server)
    await emulator.trigger('acme', 'thing.made', { id: 'after' })
    const first = await stream.next()
    expect(first).toMatchObject({ event: 'event.triggered', data: { kind: 'event.triggered', event: { id: 'after' } } })
    expect(first?.id).toBe(String(first?.data.seq))
    const validate = openApiCheck(await document()).validator({ $ref: '#/components/schemas/JournalEntry' })
    await emulator.subscribe('acme', { url: 'http://127.0.0.1:9/' })
    await emulator.trigger('acme', 'thing.made', { id: 'sent' })
    await emulator.advance(1000)
    const kinds = new Set<unknown>()
    for (let entry = first; entry && entry.data.kind !== 'clock.moved'; entry = await stream.next()) {
      kinds.add(entry.data.kind)
      expect(validate(entry.data), JSON.stringify(validate.errors)).toBe(true)
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['subscription.changed', 'attempt.started', 'attempt.completed']))
    stream.close()
  })

  it('resumes after Last-Event-ID without gaps or repeats', async () => {
    const { server, emulator } = await serve()
    for (let i = 1; i <= 4; i++) await emulator.trigger('acme', 'thing.made', { id: `e${i}` })
    const kept = emulator.journal.since(0).entries.filter(({ kind }) => kind === 'event.triggered')
    const stream = await follow(server, { 'last-event-id': String(kept[1]?.seq) })
    const ids: unknown[] = []
    while (ids.length < 2) {
      const entry = await stream.next()
      if (entry?.event === 'event.triggered') ids.push((entry.data.event as JsonObject).id)
    }
    expect(ids).toEqual(['e3', 'e4'])
    stream.close()
  })

  it('sends a reader of an earlier process everything that is kept', async () => {
    const { server, emulator } = await serve()
    await emulator.trigger('acme', 'thing.made', { id: 'first' })
    const stream = await follow(server, { 'last-event-id': '999999' })
    expect((await stream.next())?.data.seq).toBe(1)
    stream.close()
  })

  it('loses nothing when more happens at once than is buffered for a reader', async () => {
    const { server, emulator } = await serve()
    const stream = await follow(server, {}, '?since=0')
    for (let i = 0; i < 5000; i++) emulator.journal.record({ kind: 'clock.moved', to: i })
    let last = 0
    while (last < emulator.journal.lastSeq()) {
      const entry = await stream.next()
      expect(Number(entry?.id)).toBe(last + 1)
      last = Number(entry?.id)
    }
    stream.close()
  })

  it('reports entries that are no longer kept', async () => {
    const { server, emulator } = await serve()
    for (let i = 0; i < 25_000; i++) emulator.journal.record({ kind: 'clock.moved', to: i })
    const stream = await follow(server, {}, '?since=1')
    expect(await stream.next()).toMatchObject({ event: 'missed', data: { after: 1 } })
    expect(Number((await stream.next())?.id)).toBeGreaterThan(2)
    stream.close()
  })

  it('ends when its space is deleted', async () => {
    const { server } = await serve()
    await send(`${server.url}/spaces/a`, { method: 'PUT', body: '{}' })
    const stream = await follow(server, {}, '', '/spaces/a')
    await send(`${server.url}/spaces/a`, { method: 'DELETE' })
    expect(await stream.next()).toBeUndefined()
  })

  it('stops listening once its reader has disconnected', async () => {
    const { server, emulator } = await serve()
    let listening = 0
    const { listen: hear } = emulator.journal
    emulator.journal.listen = listener => {
      listening++
      const stop = hear(listener)
      return () => {
        listening--
        stop()
      }
    }
    const stream = await follow(server)
    await emulator.trigger('acme', 'thing.made')
    await stream.next()
    expect(listening).toBe(1)
    stream.close()
    while (listening > 0) await new Promise(resolve => setImmediate(resolve))
    expect(listening).toBe(0)
  })
})

describe('responses on a socket', () => {
  it('a sender that leaves in the middle of its body is no internal error', async () => {
    const errors: unknown[] = []
    const { server } = await serve({ onInternalError: error => errors.push(error) })
    for (const length of [100, 100_000]) {
      const socket = connect(server.port, '127.0.0.1')
      const head = ['POST /_standin/events HTTP/1.1', 'Host: localhost', 'Expect: 100-continue']
      socket.write(`${[...head, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n{`)
      // It is being read.
      await once(socket, 'data')
      socket.destroy()
      await once(socket, 'close')
      expect((await send(`${server.url}/_standin/health`)).status).toBe(200)
    }
    expect(errors).toEqual([])
  })

  it('a trigger whose sender leaves without waiting is carried out', async () => {
    const { server, emulator } = await serve()
    const triggered = new Promise<void>(resolve => {
      emulator.journal.listen(({ kind }) => kind === 'event.triggered' && resolve())
    })
    const body = '{"provider":"acme","type":"thing.made"}'
    const head = ['POST /_standin/events HTTP/1.1', 'Host: localhost', `Content-Length: ${body.length}`]
    const socket = connect(server.port, '127.0.0.1')
    // The control API is loaded by this request, which takes longer.
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
    await triggered
  })

  it('what follows from a call is done too where its sender leaves without waiting', async () => {
    const { server, emulator } = await serve()
    const triggered = new Promise<void>(resolve => {
      emulator.journal.listen(({ kind }) => kind === 'event.triggered' && resolve())
    })
    const body = '{"name":"t_1"}'
    const head = ['POST /acme/api/things HTTP/1.1', 'Host: localhost', 'Authorization: k']
    const text = `${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`
    const socket = connect(server.port, '127.0.0.1')
    // The API is loaded by this request, which takes longer.
    socket.write(text, () => socket.destroy())
    await triggered
  })

  it('what follows from a call is done after the response, whether the connection is kept or not', async () => {
    const { server, emulator } = await serve()
    const triggered = new Promise<void>(resolve => {
      emulator.journal.listen(({ kind }) => kind === 'event.triggered' && resolve())
    })
    const { status } = await send(`${server.url}/acme/api/things`, {
      method: 'POST',
      headers: { authorization: 'k' },
      body: '{"name":"t_1"}',
    })
    expect(status).toBe(201)
    await triggered
  })
})
