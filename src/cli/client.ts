// The control API as a running server offers it, and waiting for somebody to listen; the command line's only way out.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { createParser } from 'eventsource-parser'
import pRetry from 'p-retry'
import { systemClock } from '../clock/system.js'
import { EmulatorError, type ErrorCode } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

/** Where `serve` listens when nothing else is said. */
export const DEFAULT_SERVER = 'http://127.0.0.1:4010'

/** Real ms between two attempts to reach a server or receiver. */
const RETRY_INTERVAL_MS = 100

/** Real ms that a host may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 1000

interface ControlAnswer {
  status: number
  body: Json
}

export interface Client {
  readonly server: string
  /** Any status; throws `unreachable` when nobody answers. `path` is below `/_standin`. */
  ask(method: string, path: string, body?: Json): Promise<ControlAnswer>
  /** The body of a 2xx answer; any other becomes an EmulatorError with the server's own words. */
  call(method: string, path: string, body?: Json): Promise<Json>
  /** Entries of a server-sent stream as they come; resolves with a stop once the server has accepted. */
  stream(path: string, hear: (entry: JsonObject) => void, ended: (error?: Error) => void): Promise<() => void>
}

/** A query string of what is given: `?a=1&b=2`, or nothing. */
export function query(values: Record<string, string | number | undefined>): string {
  const parts = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  )
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

function unreachable(server: string, cause: Error): EmulatorError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  return new EmulatorError(`No Standin server answers at ${server} (${code}).`, {
    code: 'unreachable',
    where: '--server',
    hint: 'Start one with standin serve, or say where it is with --server URL.',
    cause,
  })
}

const CODES: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'not_allowed',
  404: 'not_found',
  408: 'timed_out',
  409: 'conflict',
  413: 'too_large',
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** The error that an answer other than 2xx stands for. */
function problem(server: string, path: string, { status, body }: ControlAnswer): EmulatorError {
  const told = isJsonObject(body) ? body : {}
  const issues = Array.isArray(told.errors) ? told.errors.filter(isJsonObject) : []
  const hint = status === 401 ? 'Give the token that serve printed with --token, or in STANDIN_TOKEN.' : text(told.hint)
  return new EmulatorError(text(told.detail) ?? text(told.title) ?? `The server answered ${status}.`, {
    code: CODES[status] ?? 'invalid_input',
    where: `${server}${path}`,
    hint,
    issues: issues.map(issue => ({ path: text(issue.path) ?? '', message: text(issue.message) ?? '' })),
  })
}

/** A client of one server. `server` may hold a space: `http://127.0.0.1:4010/spaces/a`. */
export function createClient({ server, token }: { server: string; token?: string | undefined }): Client {
  const base = server.replace(/\/+$/, '')
  const open = (method: string, path: string, body: Json | undefined, accept: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const url = new URL(`${base}/_standin${path}`)
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method,
        headers: {
          accept,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      })
      request.on('response', resolve)
      request.on('error', error => reject(unreachable(base, error)))
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
  const read = async (answer: IncomingMessage): Promise<ControlAnswer> => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of answer) chunks.push(Buffer.from(chunk))
    } catch (error) {
      throw unreachable(base, error instanceof Error ? error : new Error(String(error)))
    }
    const raw = Buffer.concat(chunks).toString('utf8')
    const status = answer.statusCode ?? 0
    try {
      const body: Json = raw === '' ? null : JSON.parse(raw)
      return { status, body }
    } catch (cause) {
      if (status >= 400) return { status, body: null }
      throw new EmulatorError(`${base} answered, but not as a Standin server does.`, {
        code: 'unreachable',
        where: '--server',
        hint: 'Check the address and the port.',
        cause,
      })
    }
  }
  const client: Client = {
    server: base,
    ask: async (method, path, body) => read(await open(method, path, body, 'application/json')),
    call: async (method, path, body) => {
      const answer = await client.ask(method, path, body)
      if (answer.status >= 200 && answer.status < 300) return answer.body
      throw problem(base, `/_standin${path}`, answer)
    },
    stream: async (path, hear, ended) => {
      const answer = await open('GET', path, undefined, 'text/event-stream')
      if (answer.statusCode !== 200) throw problem(base, `/_standin${path}`, await read(answer))
      let stopped = false
      const parser = createParser({
        onEvent: ({ data }) => {
          const entry: Json = JSON.parse(data)
          if (isJsonObject(entry)) hear(entry)
        },
      })
      answer.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk))
      answer.on('error', error => stopped || ended(unreachable(base, error)))
      answer.on('end', () => stopped || ended())
      return () => {
        stopped = true
        answer.destroy()
      }
    },
  }
  return client
}

/** Tries every 100 ms until `attempt` succeeds; once `timeoutMs` of real time is up, throws its last error. */
function retry<T>(attempt: () => Promise<T>, timeoutMs: number): Promise<T> {
  return pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: RETRY_INTERVAL_MS,
    factor: 1,
    maxRetryTime: timeoutMs,
  })
}

/** Resolves with the server's health; within `timeoutMs` of real time tries again while nobody answers. */
export async function awaitServer(client: Client, timeoutMs: number): Promise<JsonObject> {
  const health = await retry(() => client.call('GET', '/health'), timeoutMs)
  return isJsonObject(health) ? health : {}
}

/** Resolves once somebody listens at the host and port of a URL; throws `unreachable` when `timeoutMs` of real time is up. */
export async function awaitReceiver(url: string, timeoutMs: number): Promise<void> {
  const { hostname, port, protocol } = new URL(url)
  const target = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
  const { alarm } = systemClock()
  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(target)
      const callOff = alarm(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
      socket.on('connect', () => {
        socket.destroy()
        resolve()
      })
      socket.on('error', reject)
      socket.on('close', callOff)
    })
  try {
    await retry(connection, timeoutMs)
  } catch (cause) {
    throw new EmulatorError(`Nobody listened at ${url} in time.`, {
      code: 'unreachable',
      where: '--wait-for-receiver',
      hint: 'Start the receiver, or wait longer.',
      cause,
    })
  }
}
