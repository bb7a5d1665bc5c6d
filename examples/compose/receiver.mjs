// A receiver in a container of its own: checks the signature of Rillis's flow webhooks and answers 200. It has no dependencies.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const secret = process.env.WEBHOOK_SECRET ?? ''
const port = Number(process.env.PORT ?? 3000)

// The keys of every object in the payload in order, as the signature wants it.
const sorted = value => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key])]),
  )
}

const isSigned = (headers, payload) => {
  const timestamp = String(headers['x-timestamp'])
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
  const expected = createHmac('sha256', secret)
    .update(`${timestamp}.${JSON.stringify(sorted(payload))}`)
    .digest()
  const given = Buffer.from(String(headers['x-signature']), 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  let payload
  try {
    payload = JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return response.writeHead(400).end()
  }
  if (!isSigned(request.headers, payload)) return response.writeHead(401).end()
  console.log(`accepted ${payload.type ?? ''} ${payload.id ?? ''}`)
  response.writeHead(200).end()
})
server.listen(port, () => console.log(`listening at ${server.address().port}`))
process.on('SIGTERM', () => server.close())
