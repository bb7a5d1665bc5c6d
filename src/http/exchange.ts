// Reads requests and writes responses: through Node itself where there is a socket, since streams of the web cost more than all the rest of a request.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { EmulatorError } from '../core/errors.js'

/** Node's request and response are there on a real socket, and absent with `app.request()`. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>
}

/** A request to the server as Hono has it. */
export type AppContext = Context<AppEnv>

/** Maximum size of a request body, bytes. */
export const LARGEST_BODY = 5 * 1024 * 1024

/** Bytes of a body too large that are still read, so that its sender gets to read the refusal. */
const LARGEST_DRAINED = 64 * 1024 * 1024

const tooLarge = () =>
  new EmulatorError(`The body is larger than ${LARGEST_BODY} bytes.`, { code: 'too_large', hint: 'Send less.' })

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
    incoming.on('error', reject)
  })
}

/** The pieces of a body that is a stream. */
async function streamed({ body }: Request): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  if (body === null) return pieces
  let size = 0
  for await (const piece of body) {
    size += piece.byteLength
    if (size <= LARGEST_BODY) pieces.push(piece)
    if (size > LARGEST_DRAINED) break
  }
  if (size > LARGEST_BODY) throw tooLarge()
  return pieces
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * The body of a request as text; `incoming` is Node's own, where there is a socket. Throws `too_large` beyond the limit, however it was
 * announced, and `invalid_input` for what is not UTF-8.
 */
export async function readBody(request: Request, incoming: IncomingMessage | undefined): Promise<string> {
  if (request.method === 'GET' || request.method === 'HEAD') return ''
  // What had arrived whole before its sender left is in the stream.
  const isGone = incoming === undefined || incoming.destroyed
  const pieces = isGone ? await streamed(request) : await received(incoming)
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
