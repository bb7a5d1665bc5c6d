// A receiver in its own process that responds 200, and can hold its responses until it gets `go`.
import { createServer } from 'node:http'

let held = process.argv[2] === 'held' ? [] : undefined
let count = 0
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    count++
    if (held) held.push(response)
    else response.end('ok')
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
process.on('message', message => {
  if (message === 'go' && held) {
    const waiting = held
    held = undefined
    for (const response of waiting) response.end('ok')
  }
  if (message === 'hold') held = []
  if (message === 'count') process.send?.({ count })
})
process.on('disconnect', () => process.exit(0))
