// A receiver in its own process that responds 200, can hold its responses until it gets `go`, or respond with the instant of arrival.
import { createServer } from 'node:http'

const [, , mode] = process.argv
let held = mode === 'held' ? [] : undefined
const server = createServer((request, response) => {
  // Ms since 1970; the ledger stores it as the body of the response.
  const arrivedAt = performance.timeOrigin + performance.now()
  request.resume()
  request.on('end', () => {
    if (held) held.push(response)
    else response.end(mode === 'timed' ? arrivedAt.toFixed(3) : 'ok')
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
process.on('message', message => {
  if (message !== 'go' || held === undefined) return
  const waiting = held
  held = undefined
  for (const response of waiting) response.end('ok')
})
process.on('disconnect', () => process.exit(0))
