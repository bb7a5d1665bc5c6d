// A small HTTP receiver that answers by a script and tells of every request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { systemClock } from '../../clock/system.js'
import { EmulatorError } from '../../core/errors.js'
import type { ScriptedAnswer } from './answers.js'
import type { Verdict } from './check.js'

/** Bytes of a body at the most; more is answered 413. */
const LARGEST_BODY = 32 * 1024 * 1024

export interface ReceivedLine {
  /** Wall time, ms. */
  at: number
  method: string
  path: string
  /** As they came, names in lower case. */
  headers: Record<string, string>
  body: string
  bytes: number
  verdict: Verdict | undefined
  /** What was answered: a status, `timeout` or `reset`. */
  answer: string
}

export interface RunningReceiver {
  url: string
  close(): Promise<void>
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    size += part.length
    if (size > LARGEST_BODY) return undefined
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed) return
  if (status >= 300 && status < 400) response.setHeader('location', '/elsewhere')
  if (status === 204 || status === 304) response.writeHead(status).end()
  else {
    const body = `${JSON.stringify({ answer: text })}\n`
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body)
  }
}

/** Starts a receiver; throws `port_in_use`. A request with a wrong signature gets 401 and uses up no answer. */
export async function startReceiver({
  port,
  host,
  answer,
  check,
  hear,
}: {
  port: number
  host: string
  answer: (body: string) => ScriptedAnswer
  check: ((request: { headers: Record<string, string>; body: string }) => Promise<Verdict>) | undefined
  hear: (line: ReceivedLine) => void
}): Promise<RunningReceiver> {
  const clock = systemClock()
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const bytes = await readBody(request)
    if (bytes === undefined) return send(response, 413, 'too large')
    const body = bytes.toString('utf8')
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    )
    const verdict = await check?.({ headers, body })
    const tell = (answered: string) =>
      hear({
        at: clock.wall(),
        method: request.method ?? '',
        path: request.url ?? '',
        headers,
        body,
        bytes: bytes.length,
        verdict,
        answer: answered,
      })
    if (verdict?.verdict === 'wrong') {
      tell('401')
      // The answer does not say what would have been right: that is for whoever holds the secret.
      return send(response, 401, 'not as the provider signs')
    }
    const next = answer(body)
    tell(next.kind === 'status' ? String(next.status) : next.kind)
    if (next.kind === 'timeout') return
    const act = () => {
      if (next.kind === 'reset') request.socket.resetAndDestroy()
      else send(response, next.status, next.text)
    }
    if (next.delayMs === 0) return act()
    const callOff = clock.alarm(next.delayMs, act)
    response.on('close', callOff)
  }
  const server = createServer((request, response) => {
    // Whoever sends may go away in the middle; that ends its own request only.
    handle(request, response).catch(() => response.destroy())
  })
  // A script may hold a request for as long as it likes.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new EmulatorError(`Port ${port} is in use.`, {
              code: 'port_in_use',
              where: '--port',
              hint: 'Stop what listens there, or take another one; --port 0 takes any free one.',
              cause: error,
            })
          : new EmulatorError(`Cannot listen at ${host}:${port}: ${error.message}`, {
              code: 'invalid_input',
              where: '--host',
              hint: 'Give an address of this machine, such as 127.0.0.1.',
              cause: error,
            }),
      ),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
