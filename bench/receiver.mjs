// A receiver in its own process that costs little: it responds 200 to whatever is sent, and can hold its responses until it gets `go`.
import { createServer } from 'node:net'

const HEAD = ['HTTP/1.1 200 OK', 'content-type: text/plain', 'connection: keep-alive', 'keep-alive: timeout=60'].join(
  '\r\n',
)
let held = process.argv[2] === 'held' ? [] : undefined
/** `timed`: the body of a response is the instant at which its request began to arrive, ms since 1970. */
const isTimed = process.argv[2] === 'timed'
const nowMs = () => performance.timeOrigin + performance.now()

function respond(socket, arrivedAt) {
  const body = isTimed ? arrivedAt.toFixed(3) : 'ok'
  socket.write(`${HEAD}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

const server = createServer({ noDelay: true }, socket => {
  let text = ''
  let arrivedAt = 0
  socket.on('error', () => socket.destroy())
  socket.on('data', chunk => {
    if (text === '') arrivedAt = nowMs()
    text += chunk.toString('latin1')
    for (;;) {
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head)) ?? []
      const end = head + 4 + Number(length)
      if (text.length < end) return
      text = text.slice(end)
      if (held) held.push([socket, arrivedAt])
      else respond(socket, arrivedAt)
      arrivedAt = nowMs()
    }
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
process.on('message', message => {
  if (message !== 'go' || held === undefined) return
  const waiting = held
  held = undefined
  for (const [socket, arrivedAt] of waiting) respond(socket, arrivedAt)
})
process.on('disconnect', () => process.exit(0))
