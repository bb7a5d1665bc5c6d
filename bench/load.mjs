// Sends the same request again and again over plain sockets, so that the server is what is measured and not its client.
import { once } from 'node:events'
import { connect } from 'node:net'

const HEAD_END = '\r\n\r\n'

/** The status of the response that the bytes are; undefined while it is not whole. */
function statusOf(bytes) {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = bytes.latin1Slice(0, headEnd)
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  // Without a length the response is chunked, and its last chunk is empty.
  const isWhole =
    length === undefined
      ? bytes.latin1Slice(bytes.length - 7) === `\r\n0${HEAD_END}`
      : bytes.length >= headEnd + HEAD_END.length + Number(length)
  return isWhole ? Number(head.slice(9, 12)) : undefined
}

/** What all connections read into, one after another. */
const input = Buffer.allocUnsafeSlow(64 * 1024)

/** A connection that is kept alive. `send` resolves with the status once the whole response has been read. */
async function openConnection(url, bytes) {
  const { hostname, port } = new URL(url)
  let pending
  let settle
  const onread = {
    buffer: input,
    callback(length) {
      const read = input.subarray(0, length)
      const whole = pending === undefined ? read : Buffer.concat([pending, read])
      const status = statusOf(whole)
      if (status === undefined) pending = pending === undefined ? Buffer.from(read) : whole
      else {
        pending = undefined
        settle(status)
      }
      return true
    },
  }
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread })
  await once(socket, 'connect')
  socket.on('error', () => {})
  socket.on('close', () => settle?.(0))
  return {
    send: () =>
      new Promise(resolve => {
        settle = resolve
        socket.write(bytes)
      }),
    close: () => socket.destroy(),
  }
}

/** The bytes of a POST with a JSON body. */
export function postBytes(url, path, value) {
  const body = JSON.stringify(value)
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    'content-type: application/json',
    'accept: */*',
    'user-agent: bench',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const refused = status => new Error(`the server answered ${status || 'nothing'}`)

/** As fast as it goes over `connections`: how many requests a second are answered with `status` until `ms` are over, or `most` are answered. */
export async function measureMaximum({ url, bytes, status, connections, ms, most = Number.POSITIVE_INFINITY }) {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(url, bytes)))
  let answered = 0
  const started = performance.now()
  const until = started + ms
  await Promise.all(
    open.map(async ({ send }) => {
      while (performance.now() < until && answered < most) {
        const got = await send()
        if (got !== status) throw refused(got)
        answered++
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  for (const { close } of open) close()
  return { answered, perSecond: answered / seconds }
}

/**
 * Open loop: requests leave at `perSecond` whether or not earlier ones are answered. Resolves with the ms of each from the instant at
 * which it was meant to leave until its response was read.
 */
export async function measureLatencies({ url, bytes, status, perSecond, ms, connections = 64 }) {
  const idle = await Promise.all(Array.from({ length: connections }, () => openConnection(url, bytes)))
  const all = [...idle]
  const total = Math.floor((perSecond * ms) / 1000)
  const latencies = []
  const waiting = []
  let wrong
  const started = performance.now()
  const dueAt = n => started + (n * 1000) / perSecond
  await new Promise(resolve => {
    const carry = async (connection, n) => {
      const got = await connection.send()
      if (got !== status) wrong ??= got
      latencies.push(performance.now() - dueAt(n))
      const next = waiting.shift()
      if (next !== undefined) void carry(connection, next)
      else idle.push(connection)
      if (latencies.length === total) resolve()
    }
    let sent = 0
    const tick = () => {
      const now = performance.now()
      for (; sent < total && dueAt(sent) <= now; sent++) {
        const connection = idle.pop()
        if (connection) void carry(connection, sent)
        else waiting.push(sent)
      }
      // A timer is a millisecond late or more, which would count as the server's.
      if (sent < total) setImmediate(tick)
    }
    tick()
  })
  for (const { close } of all) close()
  if (wrong !== undefined) throw refused(wrong)
  return latencies
}
