// Receivers for these tests: real ones on a free port of 127.0.0.1, closed when the test ends.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** An HTTP receiver; answers 200 with an empty body unless told otherwise. */
export async function httpReceiver(handle: RequestListener = (_request, response) => void response.end()) {
  const server = createServer(handle)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, port, url: `http://127.0.0.1:${port}/hook` }
}

/** A receiver on the bytes themselves. */
export async function rawReceiver(handle: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    handle(socket)
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { server, port, url: `http://127.0.0.1:${port}/hook`, connections: () => sockets.size }
}

/** The whole body of a request, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** Reads the request, then answers with a status. */
export function answer(status: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume()
    request.on('end', () => {
      response.statusCode = status
      response.end()
    })
  }
}

/** A promise with its resolver, for things a test waits for. */
export function signal<T = void>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => {}
  const promise = new Promise<T>(resolve => {
    give = resolve
  })
  return { promise, give }
}

/** A free port nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Holds requests until no more come, then answers them together: shows how many are in flight at once. */
export function together(status: () => number) {
  let held: ServerResponse[] = []
  const waves: number[] = []
  const turn = () => new Promise(resolve => setImmediate(resolve))
  async function settle() {
    for (let before = -1, calm = 0; calm < 20; calm++) {
      if (held.length !== before) calm = 0
      before = held.length
      await turn()
    }
    const wave = held
    held = []
    waves.push(wave.length)
    for (const response of wave) response.writeHead(status()).end()
  }
  return {
    waves,
    handle(request: IncomingMessage, response: ServerResponse): void {
      request.resume()
      if (held.push(response) === 1) void settle()
    },
  }
}
