// A receiver in its own process that responds 200, can hold its responses until it gets `go` (again from `hold` on), or respond with the
// instant of arrival; it tells when so many requests have come. With the files of a key and a certificate it speaks https. A `plain` one
// is no server of Node's, but the cheapest there is.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createPlainServer } from './plain-server.mjs'

const [, , mode, key, cert] = process.argv
let held = mode === 'held' ? [] : undefined
/** All requests so far, and the number at which the parent process is told. */
let received = 0
let tellAt = Number.POSITIVE_INFINITY

function tell() {
  if (received < tellAt) return
  tellAt = Number.POSITIVE_INFINITY
  process.send?.({ received })
}

function count() {
  received++
  tell()
}

function handle(request, response) {
  // Ms since 1970; the ledger stores it as the body of the response.
  const arrivedAt = performance.timeOrigin + performance.now()
  request.resume()
  request.on('end', () => {
    if (held) held.push(response)
    else response.end(mode === 'timed' ? arrivedAt.toFixed(3) : 'ok')
    count()
  })
}

function serverOf() {
  if (mode === 'plain') return createPlainServer(count)
  if (key === undefined) return createServer(handle)
  return createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, handle)
}

const server = serverOf()
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
process.on('message', message => {
  if (typeof message.until === 'number') {
    tellAt = message.until
    tell()
  }
  if (message === 'hold') {
    held ??= []
    process.send?.({ held: true })
  }
  if (message !== 'go' || held === undefined) return
  const waiting = held
  held = undefined
  for (const response of waiting) response.end('ok')
})
process.on('disconnect', () => process.exit(0))
