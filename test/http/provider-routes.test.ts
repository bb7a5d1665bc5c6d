// Providers' own APIs under their names: matching, admission, dialect, and what follows an answer.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { JournalEntry } from '../../src/core/journal.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { createCallHooks } from '../../src/http/call-hooks.js'
import { providerApi } from '../../src/http/provider-api.js'
import { basePath } from '../../src/provider/base-path.js'
import { testServer } from '../support/server.js'
import { testProvider } from '../support/test-provider.js'

/** The next journal entry of a kind. */
const heard = ({ journal }: Emulator, kind: JournalEntry['kind']) =>
  new Promise<JournalEntry>(resolve => {
    const stop = journal.listen(entry => {
      if (entry.kind !== kind) return
      stop()
      resolve(entry)
    })
  })

const key = { authorization: 'k1' }

/** Acme, whose things are below a base path that is a setting. */
const rebased = {
  ...testProvider,
  load: async () => {
    const loaded = await testProvider.load()
    if (!loaded.routes) throw new Error('acme has no routes')
    const routes = loaded.routes.routes.map(route => ({ ...route, base: 'thingsBase', path: route.path.slice(4) }))
    const settings = z.strictObject({ extraTypes: z.array(z.string()).default([]), thingsBase: basePath('/api') })
    return { ...loaded, settings, routes: { ...loaded.routes, routes } }
  },
}

describe('a base path that is a setting', () => {
  it('is in front of the paths that are served and described, and follows a change of the setting', async () => {
    const { app, emulator } = await testServer({ providers: [rebased] })
    // Asked without the check against the document, which is read once and does not follow the setting.
    const get = async (path: string) => {
      const answer = await app.request(`/acme${path}`, { headers: key })
      return { status: answer.status, text: await answer.text() }
    }
    expect((await get('/api/things/special')).text).toBe('"special"')
    await emulator.changeSettings('acme', { thingsBase: '/v2/real' })
    expect((await get('/api/things/special')).status).toBe(404)
    expect((await get('/v2/real/things/special')).text).toBe('"special"')
    const described = await app.request('/_standin/openapi.json')
    expect(await described.text()).toContain('"/acme/v2/real/things/special":')
  })

  it.each(['api', '/api/', '/a//b', '/{id}', '/a?b'])('cannot be %s', async thingsBase => {
    const { emulator } = await testServer({ providers: [rebased] })
    await expect(emulator.changeSettings('acme', { thingsBase })).rejects.toThrow('must be a path')
  })
})

describe("a provider's own API", () => {
  it('is answered by its handlers, with decoded parameters, the account and the base it is served under', async () => {
    const { ask } = await testServer()
    const made = await ask('POST', '/acme/api/things', { name: 'a b' }, key)
    expect(made).toMatchObject({ status: 201, json: { id: 'a b', state: 'new', owner: 'k1' } })
    expect(made.headers.get('location')).toBe('http://localhost/acme/api/things/a%20b')
    expect((await ask('GET', '/acme/api/things/a%20b?full=yes', undefined, key)).json.id).toBe('a b')
  })

  it('prefers a literal path to a parameter', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/acme/api/things/special', undefined, key)).text).toBe('"special"')
  })

  it.each([
    ['no such path', 'GET', '/acme/nowhere?x=1', undefined, 404, { error: 'nothing at /nowhere?x=1' }],
    [
      'no such path, not even a slash',
      'GET',
      '/acme/api/things/',
      undefined,
      404,
      { error: 'nothing at /api/things/' },
    ],
    ['another method', 'DELETE', '/acme/api/things', undefined, 405, { error: 'method' }],
    ['a body that is not JSON', 'POST', '/acme/api/things', '{"name"', 400, { error: 'not readable' }],
    [
      'a body that fails its schema',
      'POST',
      '/acme/api/things',
      '{"name":1}',
      422,
      { error: 'invalid', fields: ['name'] },
    ],
    ['no body', 'POST', '/acme/api/things', undefined, 422, { error: 'invalid', fields: ['name'] }],
    [
      'a query that fails its schema',
      'GET',
      '/acme/api/things/t?full=maybe',
      undefined,
      422,
      { error: 'invalid', fields: ['full'] },
    ],
    [
      'a parameter that cannot be decoded',
      'GET',
      '/acme/api/things/%E0%A4',
      undefined,
      404,
      { error: 'nothing at /api/things/%E0%A4' },
    ],
  ])('speaks the dialect of the provider for %s', async (_, method, path, body, status, json) => {
    const { ask } = await testServer()
    const answer = await ask(method, path, body, key)
    expect({ status: answer.status, json: answer.json }).toEqual({ status, json })
  })

  it('names the allowed methods as the provider does', async () => {
    const { ask } = await testServer()
    expect((await ask('DELETE', '/acme/api/things', undefined, key)).headers.get('allow')).toBe('POST')
  })

  it('asks for credentials before it looks at the body, but not on an open route', async () => {
    const { ask } = await testServer()
    expect(await ask('POST', '/acme/api/things', '{"name"')).toMatchObject({ status: 401, json: { error: 'no key' } })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await ask('POST', '/acme/token', 'grant=a%26b', form)).json).toEqual({ grant: 'a&b' })
  })

  it('answers HEAD like GET without the body', async () => {
    const { app } = await testServer()
    const answer = await app.request('/acme/api/things/special', { method: 'HEAD', headers: key })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  it('triggers what follows from a call after the response', async () => {
    const { ask, emulator } = await testServer()
    const triggered = heard(emulator, 'event.triggered')
    await ask('POST', '/acme/api/things', { name: 't_9' }, key)
    expect(emulator.ledger.events({}, { limit: 10 })).toEqual([])
    expect(await triggered).toMatchObject({ event: { type: 'thing.made', subject: 't_9' } })
  })

  it('writes every call into the journal with its status and without its query', async () => {
    const { ask, emulator } = await testServer()
    await ask('GET', '/acme/api/things/special?full=yes', undefined, key)
    await ask('GET', '/acme/nowhere')
    const calls = emulator.journal.since(0).entries.filter(({ kind }) => kind === 'call.received')
    expect(calls).toMatchObject([
      { provider: 'acme', method: 'GET', path: '/api/things/special', status: 200 },
      { path: '/nowhere', status: 404 },
    ])
  })

  it('records an internal error in what follows a call instead of losing it', async () => {
    const errors: unknown[] = []
    const { ask, emulator } = await testServer({}, { onInternalError: error => errors.push(error) })
    const internalError = heard(emulator, 'internal-error')
    const port = await emulator.port('acme')
    port.trigger = async () => {
      throw new Error('no trigger today')
    }
    await ask('POST', '/acme/api/things', { name: 't_9' }, key)
    expect(await internalError).toMatchObject({
      doing: 'what follows POST /acme/api/things',
      message: 'no trigger today',
    })
    expect(errors).toHaveLength(1)
  })

  it('answers 500 for an internal error and goes on', async () => {
    const errors: unknown[] = []
    const { app, ask } = await testServer({}, { onInternalError: error => errors.push(error) })
    const answer = await app.request('/acme/broken', { method: 'DELETE' })
    expect(await answer.json()).toMatchObject({ status: 500, code: 'internal', detail: 'acme is broken' })
    expect(errors).toHaveLength(1)
    expect((await ask('GET', '/_standin/health')).status).toBe(200)
  })

  it('is loaded by the first call to it and not before', async () => {
    const loads: string[] = []
    const load = () => {
      loads.push('acme')
      return testProvider.load()
    }
    const lazy = { ...testProvider, load }
    const { ask, app } = await testServer({ providers: [lazy] })
    await app.request('/_standin/providers')
    expect(loads).toEqual([])
    await app.request('/acme/nowhere')
    expect(loads).toEqual(['acme'])
    await ask('GET', '/_standin/health')
  })

  it('is served at the root too with providerAtRoot', async () => {
    const { app, ask } = await testServer({}, { providerAtRoot: 'acme' })
    const made = await app.request('/api/things', { method: 'POST', body: '{"name":"x"}', headers: key })
    expect([made.status, made.headers.get('location')]).toEqual([201, 'http://localhost/api/things/x'])
    expect((await ask('GET', '/acme/api/things/x', undefined, key)).status).toBe(200)
    expect((await ask('GET', '/_standin/health')).status).toBe(200)
    expect((await app.request('/spaces/w/api/things/special', { headers: key })).status).toBe(200)
  })

  it('answers 404 for a provider without an API', async () => {
    const silent = { ...testProvider, load: async () => ({ ...(await testProvider.load()), routes: undefined }) }
    const { ask } = await testServer({ providers: [silent] })
    expect((await ask('GET', '/acme/x')).json).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('watching calls', () => {
  it('holds the response back until every `before` is done, and calls `after` once it was sent', async () => {
    const hooks = createCallHooks()
    const order: string[] = []
    const { ask, emulator } = await testServer({}, { hooks })
    const after = new Promise<void>(resolve => {
      hooks.listen({
        before: async ({ answer }) => {
          await emulator.trigger('acme', 'thing.lost', { subject: 'x' })
          order.push(`before ${answer.status}`)
        },
        after: ({ route, path }) => {
          order.push(`after ${route} ${path}`)
          resolve()
        },
      })
    })
    await ask('GET', '/acme/api/things/special?full=yes', undefined, key)
    order.push('answered')
    expect(emulator.ledger.events({}, { limit: 9 })).toHaveLength(1)
    await after
    expect(order).toEqual(['before 200', 'answered', 'after /api/things/special /api/things/special'])
  })

  it('lets a scenario watch the calls to its own emulator, but not its own calls', async () => {
    const hooks = createCallHooks()
    const { ask, emulator } = await testServer({}, { hooks })
    const api = providerApi(emulator, { base: 'http://127.0.0.1:4010', hooks })
    const seen: unknown[] = []
    const stop = api.watchCalls?.(async ({ method, path, body, answer }, moment) => {
      seen.push([moment, method, path, body, answer.status, answer.body])
    })
    const made = await api.call({
      provider: 'acme',
      method: 'POST',
      path: '/api/things',
      headers: key,
      body: '{"name":"t_7"}',
    })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 't_7' },
      headers: { location: 'http://127.0.0.1:4010/acme/api/things/t_7' },
    })
    expect(emulator.ledger.events({}, { limit: 9 })).toMatchObject([{ subject: 't_7' }])
    expect(seen).toEqual([])
    await ask('POST', '/spaces/other/acme/token', 'grant=of another space')
    await ask('POST', '/acme/api/things', { name: 't_8' }, key)
    stop?.()
    expect(seen[0]).toEqual([
      'before',
      'POST',
      '/api/things',
      { name: 't_8' },
      201,
      { id: 't_8', state: 'new', owner: 'k1' },
    ])
  })
})
