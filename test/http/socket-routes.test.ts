// Providers' own APIs over a real socket: every route answers there as it does in process, where most tests ask it.
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/http/listen.js'
import { createRegistry } from '../../src/provider/registry.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testServer } from '../support/server.js'

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
