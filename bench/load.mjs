// Sends the same request again and again over plain sockets, so that the server is what is measured and not its client.
import { once } from 'node:events'
import { connect } from 'node:net'

/** A connection that is kept alive. `send` resolves with the status once the whole response has been read. */
async function openConnection(url, bytes) {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let text = ''
  let settle
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head)) ?? []
    // Without a length the response is chunked, and its last chunk is empty.
    const isWhole = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= head + 4 + Number(length)
    if (!isWhole) return
    const status = Number(text.slice(9, 12))
    text = ''
    settle(status)
  })
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
