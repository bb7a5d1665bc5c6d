// A bare receiver for tests: answers by a function or a list of statuses, keeps requests as they came.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Got {
  method: string
  path: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: string
}

/** Listens on 127.0.0.1 until the test is over. Of a list of statuses the last repeats. */
export async function bareReceiver(
  answers: number[] | ((got: Got, number: number) => number | Promise<number>) = [200],
) {
  const requests: Got[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const got: Got = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    requests.push(got)
    const number = requests.length
    const status =
      typeof answers === 'function'
        ? await answers(got, number)
        : (answers[Math.min(number, answers.length) - 1] ?? 200)
    response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, requests, close }
}
