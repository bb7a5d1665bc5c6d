// Puts an app on a port, and refuses the requests that cannot reach it.
import { createServer, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener, RequestError } from '@hono/node-server'
import { EmulatorError, type ErrorCode } from '../core/errors.js'
import type { App } from './app.js'
import { problemOf, problemResponse } from './problem.js'

export interface Listening {
  /** Where it is reached from this machine, without a slash at the end. */
  url: string
  port: number
  /**
   * Takes no more connections, lets the answers under way end until `deadline` resolves (default: at once), and closes what is open
   * then (streams too); resolves when the port is free.
   */
  close(deadline?: Promise<void>): Promise<void>
}

const ANYWHERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

/** The system's refusal to listen as a user's mistake. */
function refusal(error: NodeJS.ErrnoException, host: string, port: number): EmulatorError | NodeJS.ErrnoException {
  if (error.code === 'EADDRINUSE')
    return new EmulatorError(`Port ${port} on ${host} is in use.`, {
      code: 'port_in_use',
      hint: 'Stop the process that uses it, or choose another port: --port 0 picks a free one.',
      where: '--port',
      cause: error,
    })
  if (error.code === 'EACCES')
    return new EmulatorError(`Port ${port} on ${host} may not be used by this user.`, {
      code: 'port_in_use',
      hint: 'Choose a port above 1023: --port 0 takes any free one.',
      where: '--port',
      cause: error,
    })
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new EmulatorError(`This machine has no address "${host}".`, {
      code: 'usage',
      hint: 'Use --host 127.0.0.1, or 0.0.0.0 for all of its addresses.',
      where: '--host',
      cause: error,
    })
  return error
}

/** What Node's HTTP parser refuses, by its error code. */
const REFUSALS: Readonly<Record<string, { status: number; code: ErrorCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'too_large', detail: 'The request line and the headers are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'too_large', detail: 'The extensions of a chunk are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'timed_out', detail: 'The request did not arrive in time.' },
}

/** A request that is not HTTP, or whose URL or host is not one. */
function notHttp(error: unknown): EmulatorError {
  const why = error instanceof Error ? error.message : String(error)
  return new EmulatorError(`The request cannot be read: ${why}.`, { code: 'invalid_input', cause: error })
}

/** What the parser throws. */
interface ParserError extends NodeJS.ErrnoException {
  /** The bytes in which it gave up; mostly they begin with the request. */
  rawPacket?: Buffer
}

/** A problem document as bytes of HTTP, for a connection that no response belongs to. */
function rawProblem(error: EmulatorError, status: number, { rawPacket }: ParserError): string {
  const body = JSON.stringify(problemOf(error, status))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  const bare = rawPacket?.toString('latin1', 0, 5) === 'HEAD '
  return `${head.join('\r\n')}\r\n\r\n${bare ? '' : body}`
}

/** The newest response on each open connection; those before it on the same connection end before it does. */
type Responses = Map<Duplex, ServerResponse>

/** Answers with a problem document what Node refuses by itself, with no body. */
function refuseWithProblems(server: Server, responses: Responses): void {
  server.on('checkExpectation', (request, response) => {
    const problem = problemOf(
      new EmulatorError(`This server cannot meet "Expect: ${request.headers.expect}".`, { code: 'invalid_input' }),
      417,
    )
    const body = JSON.stringify(problem)
    const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) }
    response.writeHead(problem.status, headers).end(body)
  })
  server.on('clientError', (error: ParserError, socket) => {
    const response = responses.get(socket)
    // A second response in the middle of one would be taken for a part of it.
    const within = response?.headersSent === true && !response.writableEnded
    if (error.code === 'ECONNRESET' || !socket.writable || within) return void socket.destroy(error)
    const known = REFUSALS[error.code ?? '']
    const refusal = known === undefined ? notHttp(error) : new EmulatorError(known.detail, { code: known.code })
    socket.end(rawProblem(refusal, known?.status ?? 400, error))
  })
}

/** Ends pipelined responses with their connection: Node closes the one whose turn it is, and never those behind it. */
function createPipelines(): (connection: Duplex, response: ServerResponse) => void {
  const pipelines = new WeakMap<Duplex, Set<ServerResponse>>()
  return (connection, response) => {
    const known = pipelines.get(connection)
    const waiting = known ?? new Set()
    waiting.add(response)
    response.once('close', () => waiting.delete(response))
    if (known) return
    pipelines.set(connection, waiting)
    connection.once('close', () => {
      for (const one of waiting) {
        if (one.socket !== null || one.destroyed) continue
        one.destroy()
        one.emit('close')
      }
    })
  }
}

/** Resolves when no answer is under way. */
async function ended(responses: Responses): Promise<void> {
  const open = [...responses.values()].filter(({ destroyed }) => !destroyed)
  if (open.length === 0) return
  await Promise.all(open.map(response => new Promise(resolve => response.once('close', resolve))))
  await ended(responses)
}

/** Listens on `host` and `port` (0: any free one). Throws `port_in_use`, or `usage` for an address that is not this machine's. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  // The global Request and Response stay as they are: the server may run inside a user's test process.
  const respond = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: error => problemResponse(error instanceof RequestError ? notHttp(error) : error),
  })
  const responses: Responses = new Map()
  const endWithConnection = createPipelines()
  const server = createServer(
    // A request without a Host header is refused by the app, in words.
    { requireHostHeader: false },
    // Listeners to each response would cost more than the checks of a request.
    (request, response) => {
      responses.set(request.socket, response)
      if (response.socket === null) endWithConnection(request.socket, response)
      void respond(request, response)
    },
  )
  server.on('connection', socket => socket.once('close', () => responses.delete(socket)))
  refuseWithProblems(server, responses)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)))
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('listening without a port')
  const name = ANYWHERE[host] ?? (host.includes(':') ? `[${host}]` : host)
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: deadline =>
      new Promise<void>((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        if (deadline === undefined) server.closeAllConnections()
        else void Promise.race([ended(responses), deadline]).then(() => server.closeAllConnections())
      }),
  }
}
