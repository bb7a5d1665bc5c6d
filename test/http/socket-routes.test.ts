// APIs over a real socket: every route of the providers, and each kind of answer of the control API, is there what it is in process, where most tests ask it.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/http/listen.js'
import { createRegistry } from '../../src/provider/registry.js'
import type { RouteCall } from '../../src/provider/routes.js'
import { builtInProviders } from '../../src/providers/index.js'
import { bytesOf } from '../support/receiver.js'
import { testServer } from '../support/server.js'
import { testProvider } from '../support/test-provider.js'

const HEADERS = { authorization: 'Bearer kycg_one', 'content-type': 'application/json' }

/** What is the same on both ways: status, body, and the headers that the answer itself has. */
async function answerOf(response: Response) {
  const { status, headers } = response
  const names = ['content-type', 'location', 'allow', 'www-authenticate', 'retry-after']
  return { status, text: await response.text(), headers: names.map(name => [name, headers.get(name)]) }
}

it.each(builtInProviders.map(({ name }) => name))(
  'every route of %s answers over a socket as in process',
  async name => {
    const loaded = await createRegistry(builtInProviders).load(name)
    // Two servers that have lived through the same: what a route writes differs in neither.
    const [inProcess, served] = await Promise.all(
      [1, 2].map(() => testServer({ providers: builtInProviders, settings: { rillis: { apiAuth: 'off' } } })),
    )
    if (!inProcess || !served) throw new Error('no servers')
    const { url, close } = await listen(served.app, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => close())
    const { paths } = await served.document()
    const asked: string[] = []
    for (const [path, operations] of Object.entries(paths).filter(([one]) => one.startsWith(`/${name}/`)))
      for (const [method, operation] of Object.entries(operations)) {
        const request = {
          method: method.toUpperCase(),
          headers: HEADERS,
          redirect: 'manual' as const,
          ...(method === 'get' ? {} : { body: '{}' }),
        }
        const target = path.replace(/\{[^}]+\}/g, '67a3be04d236cd46c537c95d')
        const local = await answerOf(await inProcess.app.request(`${url}${target}`, request))
        const remote = await answerOf(await fetch(`${url}${target}`, request))
        expect({ target, ...remote }).toEqual({ target, ...local })
        expect(remote.status, `${method} ${target}: ${remote.text}`).toBeLessThan(500)
        const described = Object.keys(operation.responses)
        expect(
          described.includes(String(remote.status)) || described.includes(`${Math.floor(remote.status / 100)}XX`),
        ).toBe(true)
        asked.push(target)
      }
    expect(asked).toHaveLength(loaded.behaviour.routes?.routes.length ?? 0)
  },
)

/** Puts another Request and Response in the place of Node's, as an app served by Hono in the same process does. */
function replaceGlobals() {
  const names = ['Request', 'Response'] as const
  const before = names.map(name => [name, Object.getOwnPropertyDescriptor(globalThis, name) ?? {}] as const)
  onTestFinished(() => {
    for (const [name, own] of before) Object.defineProperty(globalThis, name, own)
  })
  getRequestListener(() => new Response())
}

it.each([
  ['Node', () => undefined],
  ['another server', replaceGlobals],
])(
  'an answer of a provider that no response can be is refused over a socket as in process, with the Response of %s',
  async (_, prepare) => {
    prepare()
    const odd = {
      ...testProvider,
      load: async () => {
        const loaded = await testProvider.load()
        const [route] = loaded.routes?.routes ?? []
        if (!loaded.routes || !route) throw new Error('acme has no routes')
        const handler = ({ query }: RouteCall) => ({ status: Number(query.status), body: { a: 1 } })
        const routes = [{ ...route, path: '/odd', method: 'GET' as const, open: true, body: undefined, handler }]
        return { ...loaded, routes: { ...loaded.routes, routes } }
      },
    }
    const { app } = await testServer({ providers: [odd] })
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => close())
    // A connection of its own for each: fetch may take a kept one that the other side has just closed.
    const ask = async (target: string) => {
      const [incoming] = (await once(get(target, { agent: false }), 'response')) as [IncomingMessage]
      const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
      return new Response((await bytesOf(incoming)).toString(), { status: incoming.statusCode ?? 0, headers })
    }
    for (const status of [101, 199, 204, 205, 304, 600]) {
      const target = `${url}/acme/odd?status=${status}`
      const remote = await answerOf(await ask(target))
      expect(remote).toEqual(await answerOf(await app.request(target)))
      expect(remote.status).toBe(500)
    }
    expect(await answerOf(await ask(`${url}/acme/odd?status=201`))).toMatchObject({ status: 201, text: '{"a":1}' })
  },
)

it('the control API answers over a socket as in process: JSON, without a body, HEAD, and refusals', async () => {
  const [inProcess, served] = await Promise.all(
    [1, 2].map(() => testServer({ providers: builtInProviders, seed: 1, clock: 'manual', start: 1_800_000_000_000 })),
  )
  if (!inProcess || !served) throw new Error('no servers')
  const { url, close } = await listen(served.app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => close())
  const event = { provider: 'rillis', type: 'FLOW_COMPLETED', subject: 'ação', id: 'mine' }
  const requests: [path: string, request?: RequestInit][] = [
    ['/_standin/health'],
    ['/_standin/health?'],
    ['/_standin/health', { method: 'HEAD' }],
    ['/_standin/health', { method: 'DELETE' }],
    ['/_standin/events?limit=x'],
    ['/_standin/events', { method: 'POST', body: JSON.stringify(event) }],
    ['/_standin/events', { method: 'POST', body: JSON.stringify(event) }],
    ['/_standin/events', { method: 'POST', body: '{"provider":"\\ud800"}' }],
    ['/_standin/events/mine'],
    ['/_standin/events/mine/none'],
    ['/_standin/faults', { method: 'DELETE' }],
    ['/spaces/one/_standin/health'],
    ['/_standin/reset', { method: 'POST' }],
  ]
  for (const [path, request] of requests) {
    const local = await answerOf(await inProcess.app.request(`${url}${path}`, request))
    const response = await fetch(`${url}${path}`, request)
    expect(response.headers.has('x-hono-already-sent'), path).toBe(false)
    const length = response.headers.get('content-length')
    const remote = await answerOf(response)
    expect(remote, path).toEqual(local)
    if (request?.method !== 'HEAD' && length !== null) expect(Buffer.byteLength(remote.text)).toBe(Number(length))
  }
})
