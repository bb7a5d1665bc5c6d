// Receivers for tests, on a free port of 127.0.0.1 until the test is over: of requests as they came, and of the bytes themselves.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Lets a server listen until the test is over, or until it is closed before. `connections` tells how many were ever made. */
export async function listening(server: Server) {
  const sockets = new Set<Socket>()
  let made = 0
  server.on('connection', (socket: Socket) => {
    made++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  onTestFinished(close)
  return { port, origin: `http://127.0.0.1:${port}`, close, connections: () => made }
}

/** A request as it came. */
export interface Got {
  method: string
  path: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  bytes: Buffer
  body: string
}

/** What a receiver answers: a status alone, or more. */
export type Reply = number | { status?: number; headers?: Record<string, string>; body?: string }

/** Answers by a function or a list, of which the last repeats. With a certificate it speaks https. */
export async function bareReceiver(
  answers: readonly Reply[] | ((got: Got, number: number) => Reply | Promise<Reply>) = [200],
  certificate?: { key: string; cert: string },
) {
  const requests: Got[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const bytes = await bytesOf(request)
    const got: Got = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      bytes,
      body: bytes.toString('utf8'),
    }
    const number = requests.push(got)
    const reply =
      typeof answers === 'function'
        ? await answers(got, number)
        : (answers[Math.min(number, answers.length) - 1] ?? 200)
    const { status = 200, headers, body } = typeof reply === 'number' ? { status: reply } : reply
    response.writeHead(status, headers).end(body)
  }
  const server = certificate === undefined ? createServer(serve) : createSecureServer(certificate, serve)
  const { port, close } = await listening(server)
  const scheme = certificate === undefined ? 'http' : 'https'
  return { url: `${scheme}://127.0.0.1:${port}/webhooks`, requests, close }
}

/** What a bare receiver gives to a test. */
export type BareReceiver = Awaited<ReturnType<typeof bareReceiver>>

/** A receiver on the bytes themselves. */
export async function rawReceiver(handle: (socket: Socket) => void) {
  const { port, origin, connections } = await listening(createTcpServer(handle))
  return { port, url: `${origin}/webhooks`, connections }
}

/** A free port nobody listens on. */
export async function closedPort(): Promise<number> {
  const { port, close } = await listening(createTcpServer())
  await close()
  return port
}

/** The whole body of a request. */
export async function bytesOf(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}
