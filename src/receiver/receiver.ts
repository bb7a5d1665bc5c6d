// A receiver to test with: answers by a script, keeps every request, and can check who sent it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.js'
import { EmulatorError } from '../core/errors.js'
import { type AnswerLike, answersInOrder, parseAnswers, type ScriptedAnswer } from './answers.js'
import {
  type BareRequest,
  type CheckedRequest,
  type ReceivedRequest,
  readRequest,
  type SignatureVerdict,
} from './received.js'

/** Bytes of a body at the most; more is answered 413. */
const LARGEST_BODY = 32 * 1024 * 1024

/** Real time `next` waits when nothing is said, ms. */
const PATIENCE_MS = 5000

/** Requests kept when nothing is said. */
const KEEP = 10_000

export interface ReceiverOptions {
  /** The last repeats. Default: always 200. */
  answers?: AnswerLike | readonly AnswerLike[] | undefined
  /** Starts the script anew for each value of this, e.g. for each distinct body. Default: one script for all requests. */
  scriptPer?: 'body' | ((request: BareRequest) => string) | undefined
  /** Judges a request; one that is `invalid` is answered 401 and uses up no answer. */
  check?: ((request: CheckedRequest) => SignatureVerdict | Promise<SignatureVerdict>) | undefined
  /** 0 (default): any free port. */
  port?: number | undefined
  host?: string | undefined
  /** Newest requests kept; default 10 000. */
  keep?: number | undefined
  /** Hears each request when its answer is decided. */
  onRequest?: ((request: ReceivedRequest) => void) | undefined
}

/** A request that is looked for: one that fits, or any. */
export type Fits = (request: ReceivedRequest) => boolean

export interface Receiver {
  /** `http://127.0.0.1:<port>`; every path is answered. */
  readonly url: string
  /** What came so far, oldest first. */
  readonly requests: readonly ReceivedRequest[]
  /** Another script from now on. */
  answer(answers: AnswerLike | readonly AnswerLike[]): void
  /** The first request, past or to come, that fits; rejects with `timed_out` after `timeoutMs` of real time (default 5000). */
  next(fits?: Fits, timeoutMs?: number): Promise<ReceivedRequest>
  /** Forgets what came and begins the script anew. */
  clear(): void
  /** Stops listening and cuts every connection. */
  close(): Promise<void>
}

function send(
  response: ServerResponse,
  { status, text, headers = {}, body }: Extract<ScriptedAnswer, { kind: 'status' }>,
): void {
  if (response.destroyed) return
  if (status >= 300 && status < 400) response.setHeader('location', '/elsewhere')
  if (body === undefined) response.setHeader('content-type', 'application/json')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const empty = status === 204 || status === 304
  response.writeHead(status).end(empty ? undefined : (body ?? `${JSON.stringify({ answer: text })}\n`))
}

const plainly = (status: number, text: string): Extract<ScriptedAnswer, { kind: 'status' }> => ({
  kind: 'status',
  status,
  delayMs: 0,
  text,
})

function refusal(error: NodeJS.ErrnoException, host: string, port: number): EmulatorError {
  return error.code === 'EADDRINUSE'
    ? new EmulatorError(`Port ${port} is in use.`, {
        code: 'port_in_use',
        where: 'port',
        hint: 'Stop what listens there, or take another one; 0 takes any free one.',
        cause: error,
      })
    : new EmulatorError(`Cannot listen at ${host}:${port}: ${error.message}`, {
        code: 'invalid_input',
        where: 'host',
        hint: 'Give an address of this machine, such as 127.0.0.1.',
        cause: error,
      })
}

function keyOf(scriptPer: ReceiverOptions['scriptPer'], request: BareRequest): string {
  if (scriptPer === undefined) return ''
  return scriptPer === 'body' ? request.body : scriptPer(request)
}

/** Starts a receiver whose requests and delays go by this clock's wall and real time. Throws `port_in_use`, and `invalid_input` for answers that cannot be read. */
export async function startReceiver(
  clock: Pick<Clock, 'wall' | 'alarm'>,
  options: ReceiverOptions = {},
): Promise<Receiver> {
  const { check, port = 0, host = '127.0.0.1', keep = KEEP, onRequest } = options
  const requests: ReceivedRequest[] = []
  const hearers = new Set<(request: ReceivedRequest) => void>()
  let script = parseAnswers(options.answers ?? 200)
  let next = answersInOrder(script)
  let number = 0

  const remember = (request: ReceivedRequest) => {
    requests.push(request)
    if (requests.length > keep) requests.shift()
    onRequest?.(request)
    for (const hear of hearers) hear(request)
  }
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming, { most: LARGEST_BODY, at: clock.wall() })
    if (request === undefined) return send(response, plainly(413, 'too large'))
    const verdict = await check?.(request)
    // The answer does not say what would have been right: that is for whoever holds the secret.
    const answer =
      verdict?.verdict === 'invalid'
        ? plainly(401, 'not as the provider signs')
        : next(keyOf(options.scriptPer, request))
    remember({
      ...request,
      number: ++number,
      verdict,
      answer: answer.kind === 'status' ? String(answer.status) : answer.kind,
    })
    if (answer.kind === 'timeout') return
    const act = () => {
      if (answer.kind === 'reset') incoming.socket.resetAndDestroy()
      else send(response, answer)
    }
    if (answer.delayMs === 0) return act()
    const callOff = clock.alarm(answer.delayMs, act)
    response.on('close', callOff)
  }
  const server = createServer((incoming, response) => {
    // Whoever sends may go away in the middle; that ends its own request only.
    handle(incoming, response).catch(() => response.destroy())
  })
  // A script may hold a request for as long as it likes.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)))
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    requests,
    answer(answers) {
      script = parseAnswers(answers)
      next = answersInOrder(script)
    },
    next: (fits = () => true, timeoutMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const known = requests.find(fits)
        if (known) return resolve(known)
        const end = () => {
          callOff()
          hearers.delete(hear)
        }
        const hear = (request: ReceivedRequest) => {
          if (!fits(request)) return
          end()
          resolve(request)
        }
        const callOff = clock.alarm(timeoutMs, () => {
          end()
          reject(
            new EmulatorError(
              `No ${requests.length === 0 ? '' : 'fitting '}request came within ${timeoutMs} ms (${requests.length} came in all).`,
              { code: 'timed_out' },
            ),
          )
        })
        hearers.add(hear)
      }),
    clear() {
      requests.length = 0
      next = answersInOrder(script)
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
