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
    const take = (piece: Buffer) => {
      size += piece.byteLength
      if (size <= LARGEST_BODY) pieces.push(piece)
      if (size <= LARGEST_DRAINED) return
      incoming.off('data', take).pause()
      reject(tooLarge())
    }
    incoming.on('data', take)
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

/** Methods whose body is not read. */
const BODILESS: readonly string[] = ['GET', 'HEAD', 'TRACE']

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
    headers: () => request.headers,
    // What had arrived whole before its sender left is in the stream only.
    read: () =>
      incoming === undefined || incoming.destroyed || BODILESS.includes(request.method)
        ? streamed(request)
        : received(incoming),
    abandoned: () => request.signal,
    outgoing,
  }
}

/** Node's response, where a text goes out through it as it does in a Response: there one to HEAD has no length. */
export function directly({ method, outgoing }: ServerRequest): ServerResponse | undefined {
  return method === 'HEAD' || outgoing?.headersSent ? undefined : outgoing
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The text of a body. Throws `invalid_input` for what is not UTF-8. */
function textOf(pieces: readonly Uint8Array[]): string {
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

/** The body of a request as text. Rejects with `too_large` beyond the limit, however it was announced, and `invalid_input` for what is not UTF-8. */
export function readBody(request: ServerRequest): Promise<string> {
  return request.read().then(textOf)
}

/** What is sent besides a text. */
interface TextOptions {
  /** What a Response does not take with a text, such as 101 or 204, is its error. */
  status: number
  /** Content type. */
  type: string
  headers?: Record<string, string> | undefined
  /** Node's own, where there is a socket. */
  outgoing: ServerResponse | undefined
}

/** Statuses whose responses have no body. */
export const WITHOUT_TEXT: readonly number[] = [204, 205, 304]

const takesText = (status: number) => status >= 200 && status <= 599 && !WITHOUT_TEXT.includes(status)

/** A response whose text is known. Where there is a socket it is sent at once. */
export function textResponse(text: string, { status, type, headers, outgoing }: TextOptions): Response {
  const bytes = Buffer.byteLength(text)
  const sent: Record<string, string> = { 'content-type': type, 'content-length': String(bytes) }
  if (headers !== undefined) Object.assign(sent, headers)
  if (outgoing === undefined || !takesText(status)) return new Response(text, { status, headers: sent })
  // ASCII is written faster as latin1.
  outgoing.writeHead(status, sent).end(text, bytes === text.length ? 'latin1' : 'utf8')
  return RESPONSE_ALREADY_SENT
}
