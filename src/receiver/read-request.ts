// Reads one request from a socket: raw header names, exact bytes.
import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { parseReceived } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { BareRequest } from './received.js'

function parsed(body: string): unknown {
  try {
    return parseReceived(body)
  } catch {
    return undefined
  }
}

async function readBytes(incoming: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads a request to its end; undefined when its body is longer than `most` bytes. */
export async function readRequest(
  incoming: IncomingMessage,
  { most, at }: { most: number; at: number },
): Promise<BareRequest | undefined> {
  const bytes = await readBytes(incoming, most)
  if (bytes === undefined) return undefined
  const rawHeaders: Headers = []
  const headers: Record<string, string> = {}
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? ''
    const value = incoming.rawHeaders[i + 1] ?? ''
    rawHeaders.push([name, value])
    const known = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`
  }
  const body = bytes.toString('utf8')
  return {
    at,
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    rawHeaders,
    bytes,
    body,
    json: parsed(body),
  }
}
