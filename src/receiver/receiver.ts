// A receiver for tests: answers by a script, keeps every request, and can check who sent it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.js'
import { EmulatorError } from '../core/errors.js'
import { type AnswerLike, answersInOrder, parseAnswers, type ScriptedAnswer } from './answers.js'
import { readRequest } from './read-request.js'
import type { BareRequest, CheckedRequest, ReceivedRequest, SignatureVerdict } from './received.js'

/** Most bytes of a body; a longer one is answered 413. */
const LARGEST_BODY = 32 * 1024 * 1024

/** Real time `next` waits by default, ms. */
const DEFAULT_TIMEOUT_MS = 5000

/** Requests kept by default. */
const KEEP = 10_000

/** How a receiver answers and checks. */
export interface ReceiverOptions {
  /** The last answer repeats. Default: always 200. */
  answers?: AnswerLike | readonly AnswerLike[] | undefined
  /** Runs the script separately for each value of this, such as each distinct body. Default: one script for all requests. */
  scriptPer?: 'body' | ((request: BareRequest) => string) | undefined
  /** Checks who sent a request; an `invalid` one is answered 401 and takes no answer of the script. */
  check?: ((request: CheckedRequest) => SignatureVerdict | Promise<SignatureVerdict>) | undefined
  /** 0 (default): any free port. */
  port?: number | undefined
  /** Default 127.0.0.1. */
  host?: string | undefined
  /** The newest requests are kept. Default 10 000. */
  keep?: number | undefined
  /** Called with each request once its answer is chosen. */
  onRequest?: ((request: ReceivedRequest) => void) | undefined
}

/** Which request to wait for. */
export type Fits = (request: ReceivedRequest) => boolean

/** A running receiver. */
export interface Receiver {
  /** `http://127.0.0.1:<port>`; every path is answered. */
  readonly url: string
  /** The requests received so far, oldest first. */
  readonly requests: readonly ReceivedRequest[]
  /** Replaces the script. Throws `invalid_input`. */
  answer(answers: AnswerLike | readonly AnswerLike[]): void
  /** The first request, received already or awaited, that matches; rejects with `timed_out` after `timeoutMs` of real time (default 5000). */
  next(fits?: Fits, timeoutMs?: number): Promise<ReceivedRequest>
  /** Deletes the requests and starts the script again. */
  clear(): void
  /** Stops listening and closes every connection. */
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

const answerOf = (status: number, text: string): Extract<ScriptedAnswer, { kind: 'status' }> => ({
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
        hint: 'Stop the process that uses it, or choose another port; 0 picks a free one.',
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
  const listeners = new Set<(request: ReceivedRequest) => void>()
  let script = parseAnswers(options.answers ?? 200)
  let next = answersInOrder(script)
  let number = 0

  const keepRequest = (request: ReceivedRequest) => {
    requests.push(request)
    if (requests.length > keep) requests.shift()
    onRequest?.(request)
    for (const listen of listeners) listen(request)
  }
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming, { most: LARGEST_BODY, at: clock.wall() })
    if (request === undefined) return send(response, answerOf(413, 'too large'))
    const verdict = await check?.(request)
    // The answer does not show the valid signature: only the holder of the secret may know it.
    const answer =
      verdict?.verdict === 'invalid'
        ? answerOf(401, 'not as the provider signs')
        : next(keyOf(options.scriptPer, request))
    keepRequest({
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
    const cancelAlarm = clock.alarm(answer.delayMs, act)
    response.on('close', cancelAlarm)
  }
  const server = createServer((incoming, response) => {
    // A sender that disconnects ends its own request only.
    handle(incoming, response).catch(() => response.destroy())
  })
  // A script may delay an answer for any time.
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
    next: (fits = () => true, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      new Promise((resolve, reject) => {
        const known = requests.find(fits)
        if (known) return resolve(known)
        const end = () => {
          cancelAlarm()
          listeners.delete(listen)
        }
        const listen = (request: ReceivedRequest) => {
          if (!fits(request)) return
          end()
          resolve(request)
        }
        const cancelAlarm = clock.alarm(timeoutMs, () => {
          end()
          reject(
            new EmulatorError(
              `No ${requests.length === 0 ? '' : 'fitting '}request came within ${timeoutMs} ms (${requests.length} came in all).`,
              { code: 'timed_out' },
            ),
          )
        })
        listeners.add(listen)
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
