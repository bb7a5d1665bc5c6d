// Requests that cannot reach the app: they are refused with a problem document, and the server goes on.
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { isJsonObject } from '../../src/core/json.js'
import { type Listening, listen } from '../../src/http/listen.js'
import { testServer } from '../support/server.js'

async function serving(): Promise<Listening> {
  const { app } = await testServer()
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return server
}

/** Everything that comes back for these bytes until the other side closes the connection. */
function exchange({ port }: Listening, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', chunk => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text))
    socket.on('error', error => ('code' in error && error.code === 'ECONNRESET' ? resolve(text) : reject(error)))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  })
}

const HOST = 'host: localhost\r\nconnection: close\r\n'

it.each([
  ['a path with bytes beyond ASCII', `GET /spaces/\xe4 HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['no host', 'GET /_standin/health HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['a host that is none', 'GET /_standin/health HTTP/1.1\r\nhost: [::1\r\nconnection: close\r\n\r\n', 400],
  ['a path without a slash', `GET health HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a URL that is none', `GET http://[ HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a header without a colon', `GET / HTTP/1.1\r\n${HOST}no colon\r\n\r\n`, 400],
  ['a NUL in a header', `GET / HTTP/1.1\r\n${HOST}x: \0\r\n\r\n`, 400],
  ['headers of 100 kB', `GET / HTTP/1.1\r\n${HOST}x: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ['an expectation', `GET /_standin/health HTTP/1.1\r\n${HOST}expect: 200-ok\r\n\r\n`, 417],
  ['two lengths', `POST /_standin/events HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`, 400],
  [
    'a length and chunks',
    `POST /_standin/events HTTP/1.1\r\n${HOST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a bad chunk', `POST /_standin/events HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['TLS', Buffer.from('16030100', 'hex'), 400],
  ['something else', 'SSH-2.0-OpenSSH_9.2\r\n', 400],
])('%s is refused with a problem document', async (_what, bytes, status) => {
  const server = await serving()
  const text = await exchange(server, bytes)
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\r\n`))
  expect(text.toLowerCase()).toContain('content-type: application/problem+json')
  const problem: unknown = JSON.parse(text.slice(text.indexOf('\r\n\r\n{')))
  expect(isJsonObject(problem) && problem.status).toBe(status)
  expect((await fetch(`${server.url}/_standin/health`)).status).toBe(200)
})

it('a HEAD request that cannot be read gets no body', async () => {
  const text = await exchange(await serving(), `HEAD /\xe4 HTTP/1.1\r\n${HOST}\r\n`)
  expect(text).toMatch(/^HTTP\/1.1 400 /)
  expect(text.split('\r\n\r\n')[1]).toBe('')
})

it('what follows an answer and cannot be read is refused after it', async () => {
  const good = 'GET /_standin/health HTTP/1.1\r\nhost: localhost\r\n\r\n'
  const text = await exchange(await serving(), `${good}nonsense\r\n\r\n`)
  expect(text.match(/HTTP\/1.1 \d+/g)).not.toContain('HTTP/1.1 500')
  expect(text.match(/HTTP\/1.1 \d+/g)?.length).toBeLessThanOrEqual(2)
})
