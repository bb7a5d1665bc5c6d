// The cheapest HTTP server: it reads requests from plain sockets and responds 200 to each, so that it takes little of the machine from what is measured.
import { createServer } from 'node:net'

const RESPONSE = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nconnection: keep-alive\r\nkeep-alive: timeout=60\r\n\r\nok',
)
const HEAD_END = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/** Where the first request of the bytes ends, and whether it is its connection's last; undefined while it is not whole. */
function firstRequest(bytes) {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = bytes.latin1Slice(0, headEnd)
  const isLast = /\r\nconnection: *close/i.test(head)
  const body = headEnd + HEAD_END.length
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  if (length !== undefined || !/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const end = body + Number(length ?? 0)
    return bytes.length < end ? undefined : { end, isLast }
  }
  // The bodies of a bench are JSON without line ends, so that this is no part of one.
  const last = bytes.indexOf(LAST_CHUNK, body)
  return last < 0 ? undefined : { end: last + LAST_CHUNK.length, isLast }
}

/** A server that calls `received` for each whole request. */
export function createPlainServer(received) {
  return createServer({ noDelay: true }, socket => {
    let pending
    socket.on('error', () => {})
    socket.on('data', chunk => {
      let bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk])
      for (let found = firstRequest(bytes); found !== undefined; found = firstRequest(bytes)) {
        bytes = bytes.subarray(found.end)
        if (found.isLast) socket.end(RESPONSE)
        else socket.write(RESPONSE)
        received()
      }
      pending = bytes.length === 0 ? undefined : bytes
    })
  })
}
