// The receiver of the tests: on a free port of 127.0.0.1 until the test is over, it answers by a list, a function, or at a lower level.
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.js'

/** One request, read whole. */
export interface TestRequest {
  method: string
  path: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** Names and values in turn, as they were sent. */
  rawHeaders: string[]
  bytes: Buffer
  body: string
  /** The body as a JSON object; throws where it is not JSON. */
  json(): JsonObject
}

/** What is answered: a status alone, or more. `json` is a body with its content type. */
export type Answer = number | { status?: number; headers?: Record<string, string>; body?: string; json?: Json }

/** Answers in turn, of which the last repeats, or an answer for each request and its number, counted from 1. */
export type Answers = readonly Answer[] | ((request: TestRequest, number: number) => Answer | Promise<Answer>)

/** At most one of `answers`, `onRequest` and `onSocket`. */
export interface TestReceiverOptions {
  /** Default: 200, always. */
  answers?: Answers
  /** Handles each request in place of `answers`; nothing is read or kept. */
  onRequest?: RequestListener
  /** Handles each connection: bytes, not HTTP. */
  onSocket?: (socket: Socket) => void
  /** Gets the HTTP server before it listens. */
  onServer?: (server: HttpServer) => void
  /** Speaks https. */
  tls?: { key: string; cert: string }
  /** Called with what ends the receiver; tests that run concurrently give their own. */
  onFinished?: (end: () => Promise<void>) => void
}

export interface TestReceiver {
  /** `http://127.0.0.1:<port>/webhooks` */
  url: string
  origin: string
  port: number
  /** Every request so far. */
  requests: TestRequest[]
  /** Bodies of the POST requests so far. */
  bodies: string[]
  /** How many connections were ever made. */
  connections(): number
  close(): Promise<void>
}

/** The whole body of a request. */
export async function bytesOf(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

/** Reads each request whole, keeps it and answers it. */
function answering(answers: Answers, keep: (request: TestRequest) => number): RequestListener {
  return async (incoming, response) => {
    const bytes = await bytesOf(incoming)
    const body = bytes.toString('utf8')
    const request: TestRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      rawHeaders: incoming.rawHeaders,
      bytes,
      body,
      json: () => JSON.parse(body) as JsonObject,
    }
    const number = keep(request)
    const given =
      typeof answers === 'function'
        ? await answers(request, number)
        : (answers[Math.min(number, answers.length) - 1] ?? 200)
    const answer = typeof given === 'number' ? { status: given } : given
    if (answer.json !== undefined) response.setHeader('content-type', 'application/json')
    response
      .writeHead(answer.status ?? 200, answer.headers)
      .end(answer.json === undefined ? answer.body : JSON.stringify(answer.json))
  }
}

/** Starts a receiver; answers alone may be given in place of options. */
export async function testReceiver(given: Answers | TestReceiverOptions = {}): Promise<TestReceiver> {
  const options: TestReceiverOptions = typeof given === 'function' || 'length' in given ? { answers: given } : given
  const { answers = [200], onSocket, tls, onFinished = onTestFinished } = options
  const requests: TestRequest[] = []
  const bodies: string[] = []
  const onRequest =
    options.onRequest ??
    answering(answers, request => {
      if (request.method === 'POST') bodies.push(request.body)
      return requests.push(request)
    })
  const httpServer = () => {
    const server = createServer(onRequest)
    options.onServer?.(server)
    return server
  }
  const server: Server =
    onSocket !== undefined
      ? createTcpServer(onSocket)
      : tls !== undefined
        ? createSecureServer(tls, onRequest)
        : httpServer()
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
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
  onFinished(close)
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  return { url: `${origin}/webhooks`, origin, port, requests, bodies, connections: () => connections, close }
}

/** A free port nobody listens on. */
export async function closedPort(): Promise<number> {
  const { port, close } = await testReceiver()
  await close()
  return port
}

/** An address nobody listens on. */
export async function closedUrl(): Promise<string> {
  return `http://127.0.0.1:${await closedPort()}/webhooks`
}
