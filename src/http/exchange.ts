// A request and its response, the same for the rest of the server in process and on a socket; there Node's own are used directly, since the web's cost more than all the rest of a request.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { EmulatorError } from '../core/errors.js'

/** A request to the server. */
export interface ServerRequest {
  method: string
  /** The parts of its URL as `URL` writes them, percent-encoded. */
  origin: string
  pathname: string
  /** With its question mark; empty where there is no query. */
  search: string
  /** The value of a header by its lower-case name, joined where it was sent repeatedly. */
  header(name: string): string | null
  /** All headers; `header` is much cheaper. */
  headers(): Headers
  /** The pieces of the body. Throws `too_large`. */
  read(): Promise<Uint8Array[]>
  /** Aborted when the client leaves without its response. */
  abandoned(): AbortSignal
  /** Node's own response; undefined where there is no socket. */
  outgoing: ServerResponse | undefined
}

/** Maximum size of a request body, bytes. */
export const LARGEST_BODY = 5 * 1024 * 1024

/** Bytes of a body too large that are still read, so that its sender gets to read the refusal. */
const LARGEST_DRAINED = 64 * 1024 * 1024

/** Bytes of a body that are read before anybody asks for them. */
const LARGEST_PLAIN = 64 * 1024

const tooLarge = () =>
  new EmulatorError(`The body is larger than ${LARGEST_BODY} bytes.`, { code: 'too_large', hint: 'Send less.' })

/** The error of a body whose sender left in the middle of it. */
const notWhole = (cause: unknown) =>
  cause instanceof EmulatorError
    ? cause
    : new EmulatorError('The body did not arrive whole.', { code: 'invalid_input', cause })

/** The pieces of a body that comes over a socket. */
function received(incoming: IncomingMessage): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = []
    let size = 0
    incoming.on('data', (piece: Buffer) => {
      size += piece.byteLength
      if (size <= LARGEST_BODY) pieces.push(piece)
      else if (size > LARGEST_DRAINED) incoming.destroy(tooLarge())
    })
    incoming.on('end', () => (size > LARGEST_BODY ? reject(tooLarge()) : resolve(pieces)))
    incoming.on('error', cause => reject(notWhole(cause)))
  })
}

/** The pieces of a body that is a stream. */
async function streamed({ body }: Request): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  if (body === null) return pieces
  let size = 0
  try {
    for await (const piece of body) {
      size += piece.byteLength
      if (size <= LARGEST_BODY) pieces.push(piece)
      if (size > LARGEST_DRAINED) break
    }
  } catch (cause) {
    throw notWhole(cause)
  }
  if (size > LARGEST_BODY) throw tooLarge()
  return pieces
}

const hasNoBody = ({ method }: { method?: string | undefined }) => method === 'GET' || method === 'HEAD'

/** Node's own request and response, where there is a socket. */
export interface Sockets {
  incoming?: IncomingMessage | undefined
  outgoing?: ServerResponse | undefined
}

/** A request of the web. */
export function webRequest(request: Request, { incoming, outgoing }: Sockets = {}): ServerRequest {
  // Taking the parts from the text costs a tenth of what `new URL` does.
  const [, origin = '', pathname = '', search = ''] = /^([^/]+\/\/[^/?#]+)([^?#]*)(\?[^#]+)?/.exec(request.url) ?? []
  return {
    method: request.method,
    origin,
    pathname,
    search,
    header: name => request.headers.get(name),
    headers: () => request.headers,
    // What had arrived whole before its sender left is in the stream only.
    read: async () =>
      incoming === undefined || incoming.destroyed || hasNoBody(request) ? streamed(request) : received(incoming),
    abandoned: () => request.signal,
    outgoing,
  }
}

/** Targets that `URL` leaves as they are. */
const PLAIN_TARGET = /^\/[!$&-;=?-Z_a-z~]*$/
const DOT_SEGMENT = /\/\.\.?(?:[/?]|$)/
/** Hosts that it leaves as they are: the ports are none that it drops. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/

/** A request on a socket; undefined where it takes more than Node's parser to read it: it has to be made a request of the web. */
export function plainRequest(incoming: IncomingMessage, outgoing: ServerResponse): ServerRequest | undefined {
  const { method = 'GET', url = '', headers, rawHeaders } = incoming
  const { host = '' } = headers
  if (!PLAIN_TARGET.test(url) || DOT_SEGMENT.test(url) || !PLAIN_HOST.test(host)) return undefined
  // Of a header that is sent twice Node keeps the first only, or both.
  if (Object.keys(headers).length * 2 !== rawHeaders.length) return undefined
  // Node enforces the announced length.
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGEST_PLAIN)
    return undefined
  const query = url.indexOf('?')
  // Read at once: it must be there even if its sender leaves, and must not be in the way of the next request.
  const body = hasNoBody(incoming) ? undefined : received(incoming)
  body?.catch(() => {})
  return {
    method,
    origin: `http://${host}`,
    pathname: query < 0 ? url : url.slice(0, query),
    search: query < 0 || query === url.length - 1 ? '' : url.slice(query),
    header(name) {
      const value = headers[name]
      return typeof value === 'string' ? value : null
    },
    headers() {
      const all = new Headers()
      for (let i = 0; i < rawHeaders.length; i += 2) all.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
      return all
    },
    read: async () => body ?? [],
    abandoned() {
      const controller = new AbortController()
      const leave = () => {
        if (!outgoing.writableFinished) controller.abort()
      }
      if (outgoing.closed) leave()
      else outgoing.once('close', leave)
      return controller.signal
    },
    outgoing,
  }
}

/** Node's response, where a text goes out through it as it does in a Response: there one to HEAD has no length. */
export function directly({ method, outgoing }: ServerRequest): ServerResponse | undefined {
  return method === 'HEAD' || outgoing?.headersSent ? undefined : outgoing
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The body of a request as text. Throws `too_large` beyond the limit, however it was announced, and `invalid_input` for what is not UTF-8. */
export async function readBody(request: ServerRequest): Promise<string> {
  const pieces = await request.read()
  const [first] = pieces
  if (first === undefined) return ''
  try {
    return decoder.decode(pieces.length === 1 ? first : Buffer.concat(pieces))
  } catch (cause) {
    // Replaced bytes would make two different ids one.
    throw new EmulatorError('The body is not UTF-8.', {
      code: 'invalid_input',
      hint: 'Send the text as UTF-8; write other characters as JSON escapes such as \\u00e9.',
      cause,
    })
  }
}

/** What is sent besides a text. */
interface TextOptions {
  status: number
  /** Content type. */
  type: string
  headers?: Record<string, string> | undefined
  /** Node's own, where there is a socket. */
  outgoing: ServerResponse | undefined
}

/** A response whose text is known. Where there is a socket it is sent at once. */
export function textResponse(text: string, { status, type, headers, outgoing }: TextOptions): Response {
  const bytes = Buffer.byteLength(text)
  const sent = { 'content-type': type, 'content-length': String(bytes), ...headers }
  if (outgoing === undefined) return new Response(text, { status, headers: sent })
  // ASCII is written faster as latin1.
  outgoing.writeHead(status, sent).end(text, bytes === text.length ? 'latin1' : 'utf8')
  return RESPONSE_ALREADY_SENT
}
