// Spaces: whole emulators side by side, made on first use, isolated in everything.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'
import { testProvider } from '../support/test-provider.js'

const names = (json: JsonObject) => (json.items as JsonObject[]).map(({ name }) => name)
const trigger = { provider: 'acme', type: 'thing.made', subject: 't_1' }

describe('spaces', () => {
  it('are created by their first use, with a seed derived from their name', async () => {
    const [one, other] = [await testServer(), await testServer({ seed: 99 })]
    const seeds = []
    for (const { ask } of [one, other]) {
      seeds.push((await ask('GET', '/spaces/worker-3/_standin/health')).json.seed)
      expect(names((await ask('GET', '/spaces')).json)).toEqual(['worker-3'])
    }
    expect(seeds[0]).toBe(seeds[1])
    expect((await one.ask('GET', '/spaces/worker-4/_standin/health')).json.seed).not.toBe(seeds[0])
  })

  it('share nothing with each other or the root', async () => {
    const { ask } = await testServer()
    await ask('POST', '/spaces/a/_standin/events', trigger)
    await ask('POST', '/spaces/a/acme/api/things', { name: 'mine' }, { authorization: 'k' })
    for (const path of ['/spaces/b/_standin', '/_standin']) {
      for (const of of ['events', 'subjects']) expect((await ask('GET', `${path}/${of}`)).json.items).toEqual([])
      const clock = (await ask('GET', `${path}/clock`)).json.now
      await ask('POST', '/spaces/a/_standin/clock/advance', { by: '1h' })
      expect((await ask('GET', `${path}/clock`)).json.now).toBe(clock)
    }
    expect((await ask('GET', '/spaces/b/acme/api/things/mine', undefined, { authorization: 'k' })).status).toBe(404)
  })

  it('serve links below themselves', async () => {
    const { ask } = await testServer()
    const made = await ask('POST', '/spaces/a/acme/api/things', { name: 'x' }, { authorization: 'k' })
    expect(made.headers.get('location')).toBe('http://localhost/spaces/a/acme/api/things/x')
    expect((await ask('GET', '/spaces/a/_standin/openapi.json')).json.servers).toEqual([
      { url: 'http://localhost/spaces/a' },
    ])
  })

  it('are created with a clock and a seed; the same options again are accepted, others refused', async () => {
    const { ask } = await testServer()
    const put = (body: JsonObject) => ask('PUT', '/spaces/a', body)
    expect(await put({ clock: 'system', seed: 5 })).toMatchObject({
      status: 201,
      json: { name: 'a', seed: 5, clock: 'system', owed: 0 },
    })
    expect((await put({ seed: 5 })).status).toBe(200)
    expect((await put({ seed: 6 })).json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await put({ sed: 6 })).json).toMatchObject({ status: 400, hint: 'Did you mean "seed"?' })
  })

  it('are empty again after they were deleted', async () => {
    const { ask } = await testServer()
    await ask('POST', '/spaces/a/_standin/events', trigger)
    expect((await ask('DELETE', '/spaces/a')).status).toBe(204)
    expect((await ask('DELETE', '/spaces/a')).status).toBe(404)
    expect((await ask('GET', '/spaces/a/_standin/events')).json.items).toEqual([])
  })

  it('have names that fit into a path, and no spaces of their own', async () => {
    const { ask } = await testServer()
    for (const bad of ['%2F', '.hidden', 'a%20b', 'x'.repeat(65)])
      expect((await ask('PUT', `/spaces/${bad}`, {})).status, bad).toBe(400)
    expect((await ask('GET', '/spaces/a/spaces')).status).toBe(404)
  })

  it('have a maximum number', async () => {
    const { ask } = await testServer({}, { limit: 2 })
    await ask('PUT', '/spaces/a', {})
    await ask('PUT', '/spaces/b', {})
    expect((await ask('GET', '/spaces/c/_standin/health')).json).toMatchObject({ status: 409, code: 'conflict' })
    await ask('DELETE', '/spaces/a')
    expect((await ask('GET', '/spaces/c/_standin/health')).status).toBe(200)
  })

  it('are created once, however many first uses there are at the same time', async () => {
    const { ask, spaces } = await testServer()
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask('POST', '/spaces/a/_standin/events', { ...trigger, id: `e${i}` })),
    )
    expect((await ask('GET', '/spaces/a/_standin/events')).json.items).toHaveLength(20)
    expect(await spaces.list()).toHaveLength(1)
  })

  it('stay correct two hundred side by side under parallel load', async () => {
    // A machine with other work may take longer for one of them than an attempt may take; no attempt is cut here.
    const patient = {
      ...testProvider,
      channels: testProvider.channels.map(channel => ({
        ...channel,
        load: async () => {
          const behaviour = await channel.load()
          const retry: typeof behaviour.retry = settings => ({ ...behaviour.retry(settings), timeoutMs: 60_000 })
          return { ...behaviour, retry }
        },
      })),
    }
    const [{ app }, to] = [await testServer({ providers: [patient] }), await testReceiver()]
    const post = async (path: string, body: JsonObject) =>
      (await (await app.request(path, { method: 'POST', body: JSON.stringify(body) })).json()) as JsonObject
    const play = async (i: number) => {
      const space = `/spaces/w${i}/_standin`
      await post(`${space}/subscriptions`, { provider: 'acme', url: `${to.url}/${i}` })
      for (let n = 0; n < 3; n++) await post(`${space}/events`, { ...trigger, id: `own-${i}-${n}` })
      const counts = await post(`${space}/clock/drain`, {})
      const list = (await (await app.request(`${space}/deliveries`)).json()) as { items: JsonObject[] }
      return { counts, events: list.items.map(({ eventId }) => eventId).sort() }
    }
    const played = await Promise.all(Array.from({ length: 200 }, (_, i) => play(i)))
    played.forEach(({ counts, events }, i) => {
      expect(counts).toMatchObject({ delivered: 3, waiting: 0, attempts: 3 })
      expect(events).toEqual([0, 1, 2].map(n => `own-${i}-${n}`))
    })
    expect(to.requests).toHaveLength(600)
  })
})
