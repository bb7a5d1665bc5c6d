// Faults over the control API; every answer is also checked against the OpenAPI document by `ask`.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { type TestReceiver, testReceiver } from '../support/receiver.js'
import { type TestServer, testServer } from '../support/server.js'

async function subscribedServer(): Promise<TestServer & { to: TestReceiver }> {
  const [started, to] = [await testServer(), await testReceiver()]
  await started.ask('POST', '/_standin/subscriptions', { provider: 'acme', url: to.url, eventTypes: ['*'] })
  return { ...started, to }
}

const items = (json: JsonObject) => json.items as JsonObject[]

describe('faults', () => {
  it('are added with their defaults, fire, count, and show on the attempt', async () => {
    const { ask, emulator, to } = await subscribedServer()
    const added = await ask('POST', '/_standin/faults', { kind: 'malform', as: 'text', next: 1, for: '1h' })
    expect(added).toMatchObject({
      status: 201,
      json: { id: 'fl_1', fault: { kind: 'malform', as: 'text', next: 1, for: 3_600_000 }, fired: 0, remaining: 1 },
    })
    const { json } = await ask('POST', '/_standin/events', { provider: 'acme', type: 'thing.made' })
    await emulator.rest()
    expect(to.requests[0]?.body).toBe('This is not JSON.')
    const [delivery] = json.deliveries as { id: string }[]
    const { json: seen } = await ask('GET', `/_standin/deliveries/${delivery?.id}`)
    expect(seen.attempts).toMatchObject([
      { faults: ['malform'], request: { body: 'This is not JSON.', bodyBase64: expect.any(String) } },
    ])
    expect(items((await ask('GET', '/_standin/faults')).json)).toMatchObject([
      { id: 'fl_1', fired: 1, remaining: 0, active: false, lastSkipReason: null },
    ])
  })

  it('are removed one by one or all at once', async () => {
    const { ask } = await subscribedServer()
    for (const kind of ['chunked', 'lostAck', 'extraFields']) await ask('POST', '/_standin/faults', { kind })
    expect((await ask('DELETE', '/_standin/faults/fl_2')).status).toBe(204)
    expect(items((await ask('GET', '/_standin/faults')).json).map(({ id }) => id)).toEqual(['fl_1', 'fl_3'])
    expect((await ask('DELETE', '/_standin/faults/fl_2')).status).toBe(404)
    expect((await ask('DELETE', '/_standin/faults')).status).toBe(204)
    expect(items((await ask('GET', '/_standin/faults')).json)).toEqual([])
  })

  it.each([
    [{ kind: 'duplicat' }, 'Did you mean \\"duplicate\\"?'],
    [{}, '\\"kind\\" is missing'],
    [{ kind: 'duplicate', copie: 2 }, 'Did you mean \\"copies\\"?'],
    [{ kind: 'stale', copies: 2 }, 'Known keys: kind, by, provider'],
    [{ kind: 'delay', by: 'a while' }, 'is not a duration'],
    [{ kind: 'chunked', provider: 'acne' }, 'Did you mean \\"acme\\"?'],
    [{ kind: 'unknownType', provider: 'acme' }, 'its payloads have no event type'],
  ])('%j is refused with what to write instead', async (fault, hint) => {
    const { ask } = await subscribedServer()
    const { status, text } = await ask('POST', '/_standin/faults', fault)
    expect(status).toBe(400)
    expect(text).toContain(hint)
  })

  it('belong to their space', async () => {
    const { ask } = await subscribedServer()
    await ask('POST', '/spaces/one/_standin/faults', { kind: 'chunked' })
    expect(items((await ask('GET', '/_standin/faults')).json)).toEqual([])
    expect(items((await ask('GET', '/spaces/one/_standin/faults')).json)).toHaveLength(1)
  })
})
