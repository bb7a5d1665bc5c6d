// The control API, route by route; every answer is also checked against the OpenAPI document by `ask`.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'

const list = (value: unknown) => value as JsonObject[]

/** Answers with this status, a cookie and a word of thanks. */
const thanks = (status: number) => ({ status, headers: { 'set-cookie': 'session=of-the-receiver' }, body: 'thanks' })

/** A server with one subscription to a receiver that gives these statuses. */
async function subscribed(...statuses: number[]) {
  const [standin, to] = [await testServer(), await testReceiver(statuses.map(thanks))]
  const { json } = await standin.ask('POST', '/_standin/subscriptions', {
    provider: 'acme',
    url: to.url,
    eventTypes: ['*'],
    settings: { apiKey: 'key-of-the-receiver' },
  })
  return { ...standin, to, subscription: json }
}

const trigger = { provider: 'acme', type: 'thing.made', subject: 't_1' }

describe('a filter that names nothing', () => {
  it.each([
    ['deliveries?provider=acmee', 'provider', 'Did you mean "acme"?'],
    ['deliveries?type=thing.mode', 'type', 'Did you mean "thing.made"?'],
    ['deliveries?provider=acme&type=thing.mode', 'type', 'Did you mean "thing.made"?'],
    ['deliveries?status=delivred', 'status', 'Did you mean "delivered"?'],
    ['deliveries?subscription=sub_404', 'subscription', 'List them with GET /_standin/subscriptions.'],
    ['events?provider=acmee', 'provider', 'Did you mean "acme"?'],
    ['events?type=thing.mode', 'type', 'Did you mean "thing.made"?'],
    ['subscriptions?provider=acmee', 'provider', 'Did you mean "acme"?'],
    ['subscriptions?channel=mian', 'channel', 'Did you mean "main"?'],
    ['subjects?provider=acmee', 'provider', 'Did you mean "acme"?'],
    ['verifications?provider=acmee', 'provider', 'Did you mean "acme"?'],
    ['recording?provider=acmee', 'provider', 'Did you mean "acme"?'],
  ])('is a 400 with the nearest name: %s', async (path, where, hint) => {
    const { ask } = await subscribed(200)
    const { status, json } = await ask('GET', `/_standin/${path}`)
    expect([status, json.hint]).toEqual([400, hint])
    expect(`${String(json.where)} ${JSON.stringify(json.errors)}`).toContain(where)
  })

  it('is an empty list where the name is known', async () => {
    const { ask } = await testServer()
    for (const path of [
      'deliveries?provider=acme&type=thing.made',
      'subscriptions?channel=main',
      'events?type=thing.made',
    ])
      expect(await ask('GET', `/_standin/${path}`)).toMatchObject({ status: 200, json: { items: [] } })
  })
})

describe('health, providers, settings', () => {
  it('shows version, seed, clock and the number of owed deliveries', async () => {
    const { ask } = await subscribed(500)
    await ask('POST', '/_standin/events', trigger)
    const { json } = await ask('GET', '/_standin/health')
    expect(json).toMatchObject({ status: 'ok', version: '0.0.0', seed: 7, clock: 'manual', owed: 1 })
  })

  it('describes a provider with schema and sample of each event type, settings and assumptions', async () => {
    const { ask } = await testServer()
    const { json } = await ask('GET', '/_standin/providers/acme')
    const [main] = list(json.channels)
    expect(main?.settingsSchema).toMatchObject({ properties: { maxAttempts: { default: 3 } } })
    expect(list(main?.eventTypes).map(({ name }) => name)).toEqual(['thing.made', 'thing.lost'])
    expect(list(main?.eventTypes)[0]).toMatchObject({
      schema: { type: 'object' },
      sample: { colour: expect.any(String) },
    })
    expect(json.assumptions).toEqual([
      expect.objectContaining({ name: 'maxAttempts', setting: 'subscription', alternatives: null }),
    ])
  })

  it('lists providers without their schemas', async () => {
    const { ask } = await testServer()
    const { json } = await ask('GET', '/_standin/providers')
    expect(list(json.items).map(({ name }) => name)).toEqual(['acme'])
  })

  it('refuses an unknown provider with the nearest name', async () => {
    const { ask } = await testServer()
    const { status, json } = await ask('GET', '/_standin/providers/acne')
    expect({ status, ...json }).toMatchObject({ status: 400, code: 'unknown_name', hint: 'Did you mean "acme"?' })
  })

  it('changes provider-wide settings, masks secret ones, and null resets one', async () => {
    const { ask, emulator } = await testServer()
    const changed = await ask('PATCH', '/_standin/providers/acme/settings', {
      maxAttempts: 9,
      masterKey: 'of-all-things',
    })
    expect(changed.json).toMatchObject({ maxAttempts: 9, masterKey: '***' })
    await ask('PATCH', '/_standin/providers/acme/settings', { ...changed.json, maxAttempts: null })
    expect((await ask('GET', '/_standin/providers/acme/settings')).json).toMatchObject({ maxAttempts: 3 })
    expect((await emulator.settings('acme')).masterKey).toBe('of-all-things')
  })

  it('refuses an unknown setting with the nearest name, and changes nothing', async () => {
    const { ask } = await testServer()
    const { status, json } = await ask('PATCH', '/_standin/providers/acme/settings', { masterKey: 'x', maxAttemps: 4 })
    expect(status).toBe(400)
    expect(JSON.stringify(json)).toContain('Did you mean \\"maxAttempts\\"?')
    expect((await ask('GET', '/_standin/providers/acme/settings')).json).not.toHaveProperty('masterKey')
  })
})

describe('subscriptions', () => {
  it('shows the secret in the response that creates it only', async () => {
    const { ask, subscription } = await subscribed(200)
    expect(subscription).toMatchObject({ provider: 'acme', channel: 'main', active: true, settings: { apiKey: '***' } })
    expect(subscription.secret).toMatch(/^sk_[0-9a-f]{24}$/)
    const read = await ask('GET', `/_standin/subscriptions/${subscription.id}`)
    expect(read.json).toMatchObject({ secret: '***', settings: { apiKey: '***' } })
    expect((await ask('GET', '/_standin/subscriptions')).text).not.toContain(String(subscription.secret))
  })

  it('masks the secret fields in the chosen form of a setting, and no others', async () => {
    const { ask } = await testServer()
    const auth = { type: 'basic', user: 'ann', password: 'pass of ann' }
    const { json } = await ask('POST', '/_standin/subscriptions', {
      provider: 'acme',
      url: 'http://127.0.0.1:9/',
      settings: { auth },
    })
    expect(json.settings).toEqual({ auth: { type: 'basic', user: 'ann', password: '***' } })
  })

  it('changes the given fields; masks sent back change no secret', async () => {
    const { ask, subscription, emulator } = await subscribed(200)
    const path = `/_standin/subscriptions/${subscription.id}`
    const { settings, secret } = (await ask('GET', path)).json
    const { json } = await ask('PATCH', path, { active: false, secret: secret ?? null, settings: settings ?? {} })
    expect(json).toMatchObject({ active: false, url: subscription.url })
    expect(emulator.ledger.subscription(String(subscription.id))).toMatchObject({
      secret: subscription.secret,
      settings: { apiKey: 'key-of-the-receiver' },
    })
  })

  it('keeps a masked secret when other fields of the object that holds it are changed', async () => {
    const { ask, emulator } = await testServer({ providers: builtInProviders })
    const oauth2 = {
      type: 'oauth2',
      url: 'http://127.0.0.1:9/token',
      clientId: 'standin',
      clientSecret: 'kept-secret-of-the-client',
    }
    const made = await ask('POST', '/_standin/subscriptions', {
      provider: 'unico',
      url: 'http://127.0.0.1:9/',
      settings: { auth: oauth2 },
    })
    const path = `/_standin/subscriptions/${made.json.id}`
    const stored = () => emulator.ledger.subscription(String(made.json.id))?.settings
    const { json: read, text } = await ask('GET', path)
    expect(text).not.toContain(oauth2.clientSecret)
    const { auth } = read.settings as { auth: JsonObject }
    await ask('PATCH', path, { settings: { auth: { ...auth, scope: 'hooks', clientId: 'other' } } })
    expect(stored()).toEqual({ auth: { ...oauth2, scope: 'hooks', clientId: 'other' } })
    await ask('PATCH', path, { settings: { auth: { ...auth, clientSecret: 'typed' } } })
    expect(stored()).toEqual({ auth: { ...oauth2, clientSecret: 'typed' } })
    // A mask where another kind of credentials has nothing masks nothing.
    await ask('PATCH', path, { settings: { auth: { type: 'basic', credentials: '***' } } })
    expect(stored()).toEqual({ auth: { type: 'basic' } })
  })

  it('keeps a masked secret inside a provider-wide setting too', async () => {
    const { ask, emulator } = await testServer({ providers: builtInProviders })
    const path = '/_standin/providers/unico/settings'
    const auth = { type: 'basic', credentials: 'ann:pass of ann' }
    const { json } = await ask('PATCH', path, { auth })
    expect(json.auth).toEqual({ type: 'basic', credentials: '***' })
    await ask('PATCH', path, { ...json, maxAttempts: 2 })
    expect(await emulator.settings('unico')).toMatchObject({ auth, maxAttempts: 2 })
  })

  it('are tried by the test call of their provider, with their secret, and nothing is stored', async () => {
    const { ask, emulator } = await testServer({ providers: builtInProviders })
    const to = await testReceiver([thanks(500)])
    const made = await ask('POST', '/_standin/subscriptions', { provider: 'kycgenie', url: to.url })
    const { status, json } = await ask('POST', `/_standin/subscriptions/${made.json.id}/test`)
    expect({ status, ...json }).toMatchObject({
      status: 200,
      accepted: false,
      outcome: { kind: 'answered', status: 500 },
      request: { method: 'POST', url: to.url },
      response: { status: 500, body: 'thanks' },
    })
    expect(JSON.stringify(json.response)).not.toContain('session=of-the-receiver')
    const [request] = to.requests
    expect(request?.json()).toMatchObject({ event_type: 'test' })
    const headers: Record<string, unknown> = { ...request?.headers }
    const key = Buffer.from(String(made.json.secret).replace('whsec_', ''), 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${request?.body}`
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    expect(emulator.ledger.events({}, { limit: 10 })).toEqual([])
  })

  it('say with which others they share their secret', async () => {
    const { ask } = await testServer({ providers: builtInProviders })
    const made = async (settings: JsonObject) => {
      const body = { provider: 'rillis', url: 'http://127.0.0.1:9/', settings }
      return (await ask('POST', '/_standin/subscriptions', body)).json
    }
    expect(await made({ flow: 'onboarding' })).toMatchObject({ secretGroup: 'onboarding' })
    expect(await made({})).toMatchObject({ secretGroup: null })
    await ask('PATCH', '/_standin/providers/rillis/settings', { flow: 'shared' })
    expect(await made({})).toMatchObject({ secretGroup: 'shared' })
  })

  it('are not tried where their provider has no test call', async () => {
    const { ask, subscription } = await subscribed(200)
    const { status, json } = await ask('POST', `/_standin/subscriptions/${subscription.id}/test`)
    expect({ status, ...json }).toMatchObject({ status: 409, hint: expect.stringContaining('"only"') })
  })

  it('shortens an account that is an API key', async () => {
    const { ask } = await testServer()
    const body = { provider: 'acme', url: 'http://127.0.0.1:9/', account: 'live_key_0123456789' }
    expect((await ask('POST', '/_standin/subscriptions', body)).json.account).toBe('live_key***')
  })

  it('refuses unknown keys with the nearest one, invalid URLs and unknown event types, and creates nothing', async () => {
    const { ask } = await testServer()
    const base = { provider: 'acme', url: 'http://127.0.0.1:9/' }
    const wrong: [JsonObject, string, string][] = [
      [{ ...base, evenTypes: ['*'] }, 'invalid_input', 'Did you mean "eventTypes"?'],
      [{ ...base, eventTypes: ['thing.mad'] }, 'unknown_name', 'Did you mean "thing.made"?'],
      [{ ...base, provider: 'acm' }, 'unknown_name', 'Did you mean "acme"?'],
    ]
    for (const [body, code, hint] of wrong) {
      const { status, json } = await ask('POST', '/_standin/subscriptions', body)
      expect({ status, ...json }).toMatchObject({ status: 400, code, hint })
    }
    const badUrl = await ask('POST', '/_standin/subscriptions', { ...base, url: 'nowhere' })
    expect(badUrl.json).toMatchObject({ status: 400, code: 'invalid_url' })
    expect((await ask('GET', '/_standin/subscriptions')).json.items).toEqual([])
  })

  it('names missing fields and fields of another type', async () => {
    const { ask } = await testServer()
    const detail = async (method: 'GET' | 'POST', path: string, body?: JsonObject) =>
      (await ask(method, `/_standin${path}`, body)).json.detail
    expect(await detail('POST', '/subscriptions', { provider: 'acme' })).toBe('Invalid body: url: This is missing.')
    expect(await detail('POST', '/events', { provider: 'acme', type: 5 })).toBe(
      'Invalid body: type: This must be a string.',
    )
    expect(await detail('GET', '/deliveries?limit=many')).toBe('Invalid query: limit: This must be a whole number.')
  })

  it('names every invalid field with its path', async () => {
    const { ask } = await testServer()
    const { json } = await ask('POST', '/_standin/subscriptions', { provider: 'acme', url: 5, eventTypes: ['*', 3] })
    expect(list(json.errors).map(({ path }) => path)).toEqual(['url', 'eventTypes.1'])
  })

  it('rotates a secret, shows until when the old one is valid, and refuses where there is none', async () => {
    const { ask, subscription } = await subscribed(200)
    const { json } = await ask('POST', `/_standin/subscriptions/${subscription.id}/rotate-secret`)
    expect(json.secret).toMatch(/^sk_/)
    expect(json.secret).not.toBe(subscription.secret)
    expect(json.oldValidUntil).toBe((json.subscription as JsonObject).previousSecretUntil)
    const bare = await ask('POST', '/_standin/subscriptions', {
      provider: 'acme',
      channel: 'bare',
      url: 'http://127.0.0.1:9/',
    })
    expect(bare.json.secret).toBeNull()
    expect((await ask('POST', `/_standin/subscriptions/${bare.json.id}/rotate-secret`, {})).status).toBe(409)
  })

  it('deletes a subscription and cancels its deliveries', async () => {
    const { ask, subscription, emulator } = await subscribed(500)
    await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    expect((await ask('DELETE', `/_standin/subscriptions/${subscription.id}`)).status).toBe(204)
    expect((await ask('GET', `/_standin/subscriptions/${subscription.id}`)).json.code).toBe('not_found')
    expect((await ask('GET', '/_standin/deliveries?status=cancelled')).json.items).toHaveLength(1)
  })
})

describe('events', () => {
  it('answers 202 once stored, with the event, its deliveries and the subscriptions that do not get it', async () => {
    const { ask, subscription } = await subscribed(200)
    const paused = await ask('POST', '/_standin/subscriptions', {
      provider: 'acme',
      url: 'http://127.0.0.1:9/',
      active: false,
    })
    const { status, json } = await ask('POST', '/_standin/events', { ...trigger, set: { colour: 'green' } })
    expect(status).toBe(202)
    expect(json.event).toMatchObject({
      provider: 'acme',
      channel: 'main',
      type: 'thing.made',
      subject: 't_1',
      payload: { colour: 'green' },
    })
    expect(json.deliveries).toEqual([{ id: expect.any(String), subscriptionId: subscription.id }])
    expect(json.notDelivered).toEqual([{ subscriptionId: paused.json.id, why: expect.any(String) }])
  })

  it('repeats the first response for the same id and body, and refuses another body', async () => {
    const { ask } = await subscribed(200)
    const first = await ask('POST', '/_standin/events', { ...trigger, id: 'mine/1' })
    const again = await ask('POST', '/_standin/events', { ...trigger, id: 'mine/1' })
    expect([first.status, again.status]).toEqual([202, 200])
    expect(again.json).toEqual(first.json)
    expect((await ask('POST', '/_standin/events', { ...trigger, id: 'mine/1', set: { size: 2 } })).status).toBe(409)
    expect((await ask('GET', '/_standin/events/mine%2F1')).json.id).toBe('mine/1')
  })

  it('refuses a path that is not in the schema, and stores nothing', async () => {
    const { ask } = await subscribed(200)
    const { status, json } = await ask('POST', '/_standin/events', { ...trigger, set: { color: 'red' } })
    expect(status).toBe(400)
    expect(JSON.stringify(json)).toContain('colour')
    expect((await ask('GET', '/_standin/events')).json.items).toEqual([])
  })

  it('explains for each subscription why it did or did not get an event', async () => {
    const { ask, subscription, emulator } = await subscribed(500)
    const narrow = await ask('POST', '/_standin/subscriptions', {
      provider: 'acme',
      url: 'http://127.0.0.1:9/',
      eventTypes: ['thing.lost'],
    })
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const event = (await ask('GET', `/_standin/events/${(json.event as JsonObject).id}`)).json
    expect(event.deliveries).toEqual([expect.objectContaining({ status: 'waiting', attemptCount: 1 })])
    const told = Object.fromEntries(list(event.why).map(({ subscriptionId, why }) => [subscriptionId, why]))
    expect(Object.keys(told).sort()).toEqual([String(subscription.id), String(narrow.json.id)].sort())
  })

  it('pages through a list from the newest to the oldest without gaps or repeats', async () => {
    const { ask } = await testServer()
    for (let i = 1; i <= 5; i++) await ask('POST', '/_standin/events', { ...trigger, id: `e${i}` })
    const seen: string[] = []
    let path = '/_standin/events?limit=2'
    for (let next: unknown = ''; next !== null; ) {
      const { json } = await ask('GET', path)
      seen.push(...list(json.items).map(({ id }) => String(id)))
      next = json.next
      path = `/_standin/events?limit=2&before=${next}`
    }
    expect(seen).toEqual(['e5', 'e4', 'e3', 'e2', 'e1'])
  })
})

describe('deliveries', () => {
  it('shows exact requests and responses, credentials masked but not signatures', async () => {
    const { ask, to, emulator } = await subscribed(200)
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const { json: delivery, text } = await ask('GET', `/_standin/deliveries/${list(json.deliveries)[0]?.id}`)
    expect(delivery).toMatchObject({ status: 'delivered', attemptCount: 1, settledAt: expect.any(String) })
    const [attempt] = list(delivery.attempts)
    const request = attempt?.request as JsonObject
    const sent = to.requests[0]
    expect(request).toMatchObject({ method: 'POST', url: to.url, body: sent?.body })
    const headers = Object.fromEntries(
      list(request.headers).map(({ name, value }) => [String(name).toLowerCase(), value]),
    )
    expect(headers).toMatchObject({
      'x-signature': sent?.headers['x-signature'],
      authorization: 'Bearer ***',
      'x-acme-key': 'key=***',
    })
    expect(attempt?.response).toMatchObject({ status: 200, body: 'thanks', bodyBytes: 6 })
    for (const secret of ['very-secret-bearer', 'key-of-the-receiver', 'of-the-receiver'])
      expect(text).not.toContain(secret)
  })

  it('filters by status, type, subscription, event and part of the URL', async () => {
    const { ask, subscription, to, emulator } = await subscribed(200)
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const id = list(json.deliveries)[0]?.id
    const event = (json.event as JsonObject).id
    const port = new URL(to.url).port
    const fitting = [
      'status=delivered',
      'type=thing.made',
      'provider=acme',
      `subscription=${subscription.id}`,
      `event=${event}`,
      `url=${port}`,
    ]
    for (const filter of fitting)
      expect(
        list((await ask('GET', `/_standin/deliveries?${filter}`)).json.items).map(row => row.id),
        filter,
      ).toEqual([id])
    for (const filter of ['status=waiting', 'type=thing.lost', 'event=none', 'url=nowhere'])
      expect((await ask('GET', `/_standin/deliveries?${filter}`)).json.items, filter).toEqual([])
  })

  it('refuses an unknown parameter and an unknown status with the nearest name', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/_standin/deliveries?statu=waiting')).json).toMatchObject({
      status: 400,
      hint: 'Did you mean "status"?',
    })
    expect((await ask('GET', '/_standin/deliveries?status=delivred')).json.hint).toBe('Did you mean "delivered"?')
    expect((await ask('GET', '/_standin/deliveries?limit=0')).status).toBe(400)
  })

  it('resends at once, with a new signature or the original bytes', async () => {
    const { ask, to, emulator } = await subscribed(200)
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const path = `/_standin/deliveries/${list(json.deliveries)[0]?.id}/resend`
    expect((await ask('POST', path)).json).toMatchObject({ number: 2, cause: 'resend', accepted: true })
    expect((await ask('POST', path, { original: true })).json).toMatchObject({ number: 3, cause: 'replay' })
    expect(to.requests).toHaveLength(3)
  })

  it('cancels a waiting delivery, and refuses a settled one', async () => {
    const { ask, emulator } = await subscribed(500)
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const path = `/_standin/deliveries/${list(json.deliveries)[0]?.id}/cancel`
    expect((await ask('POST', path)).json).toMatchObject({ status: 'cancelled', dueAt: null })
    expect((await ask('POST', path)).status).toBe(409)
  })

  it('waits until a delivery is delivered', async () => {
    const { ask, emulator } = await subscribed(500, 200)
    const { json } = await ask('POST', '/_standin/events', trigger)
    const waiting = ask('GET', `/_standin/deliveries/${list(json.deliveries)[0]?.id}/wait?timeout=2m`)
    await emulator.drain()
    expect(await waiting).toMatchObject({
      status: 200,
      json: { met: true, delivery: { status: 'delivered', attemptCount: 2 } },
    })
  })

  it('answers 408 with the present state when the wait times out', async () => {
    const { ask, emulator } = await subscribed(500)
    const { json } = await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const answer = await ask(
      'GET',
      `/_standin/deliveries/${list(json.deliveries)[0]?.id}/wait?until=settled&timeout=20`,
    )
    expect(answer).toMatchObject({
      status: 408,
      json: { code: 'timed_out', met: false, delivery: { status: 'waiting' } },
    })
  })

  it('answers 404 for unknown deliveries', async () => {
    const { ask } = await testServer()
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resend'],
      ['POST', '/cancel'],
      ['GET', '/wait'],
    ] as const)
      expect((await ask(method, `/_standin/deliveries/none${path}`)).status, path).toBe(404)
  })
})

describe('expect', () => {
  it('answers 200 with evidence once met', async () => {
    const { ask, emulator } = await subscribed(500, 200)
    const asked = ask('POST', '/_standin/expect', {
      type: 'thing.made',
      where: { colour: 'red' },
      outcome: 'delivered',
      attempts: 2,
      timeout: '2m',
    })
    await ask('POST', '/_standin/events', { ...trigger, set: { colour: 'red' } })
    await emulator.drain()
    const { status, json } = await asked
    expect({ status, met: json.met }).toEqual({ status: 200, met: true })
    expect(list(json.evidence)[0]).toMatchObject({ status: 'delivered', attempts: [{ number: 1 }, { number: 2 }] })
  })

  it('answers 408 with the nearest miss', async () => {
    const { ask, emulator } = await subscribed(500)
    await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const { status, json } = await ask('POST', '/_standin/expect', {
      type: 'thing.made',
      outcome: 'delivered',
      timeout: 30,
    })
    expect(status).toBe(408)
    expect(json).toMatchObject({ met: false, code: 'timed_out', evidence: [{ status: 'waiting' }] })
  })

  it('is met when something does not happen within a time on the clock', async () => {
    const { ask, emulator } = await testServer()
    const asked = ask('POST', '/_standin/expect', {
      type: 'thing.made',
      outcome: 'delivered',
      neverWithin: '5m',
      timeout: '2m',
    })
    await new Promise(resolve => setImmediate(resolve))
    await emulator.advance(5 * 60_000)
    await emulator.advance(1)
    expect((await asked).json.met).toBe(true)
  })

  it('refuses a type and a provider that nothing has, with the nearest name', async () => {
    const { ask } = await testServer()
    for (const [wrong, hint] of [
      [{ type: 'thing.mad' }, 'Did you mean "thing.made"?'],
      [{ provider: 'acme', type: 'thing.mad' }, 'Did you mean "thing.made"?'],
      [{ provider: 'acm' }, 'Did you mean "acme"?'],
    ] as const) {
      const { status, json } = await ask('POST', '/_standin/expect', { outcome: 'delivered', ...wrong })
      expect({ status, hint: json.hint }).toEqual({ status: 400, hint })
    }
  })

  it('refuses an unknown outcome and an invalid duration', async () => {
    const { ask } = await testServer()
    expect((await ask('POST', '/_standin/expect', { outcome: 'deliverd' })).json.hint).toBe('Did you mean "delivered"?')
    const { json } = await ask('POST', '/_standin/expect', { outcome: 'delivered', within: 'soon' })
    expect(list(json.errors)[0]).toMatchObject({
      path: 'within',
      message: expect.stringContaining('"soon" is not a duration'),
    })
  })
})

describe('subjects', () => {
  it('shows a subject and its moves, and moves it', async () => {
    const { ask, emulator } = await subscribed(200)
    await ask('POST', '/_standin/events', trigger)
    expect(list((await ask('GET', '/_standin/subjects?kind=thing&state=made')).json.items).map(({ id }) => id)).toEqual(
      ['t_1'],
    )
    expect((await ask('GET', '/_standin/subjects/t_1')).json).toMatchObject({ state: 'made', moves: ['lost'] })
    await ask('POST', '/_standin/subjects/t_1/moves', { to: 'lost' })
    await emulator.rest()
    expect(list((await ask('GET', '/_standin/events')).json.items).map(({ type }) => type)).toEqual([
      'thing.lost',
      'thing.made',
    ])
  })

  it('refuses an unknown move with the known ones', async () => {
    const { ask } = await subscribed(200)
    await ask('POST', '/_standin/events', trigger)
    const { status, json } = await ask('POST', '/_standin/subjects/t_1/moves', { to: 'lsot' })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(json)).toContain('lost')
    expect((await ask('GET', '/_standin/subjects/t_2')).status).toBe(404)
  })
})

describe('clock, reset, metrics', () => {
  it('moves a manual clock and answers with counts when nothing is in flight', async () => {
    const { ask } = await subscribed(500, 500, 200)
    await ask('POST', '/_standin/events', trigger)
    const before = (await ask('GET', '/_standin/clock')).json
    expect(before.kind).toBe('manual')
    const { json } = await ask('POST', '/_standin/clock/advance', { by: '90s' })
    expect(json).toMatchObject({ waiting: 1, attempts: 2, delivered: 0 })
    expect(Date.parse(String(json.now)) - Date.parse(String(before.now))).toBe(90_000)
    expect((await ask('POST', '/_standin/clock/drain', { upTo: '1d' })).json).toMatchObject({
      delivered: 1,
      waiting: 0,
      attempts: 3,
    })
    expect((await ask('GET', '/_standin/clock')).json.nextDue).toBeNull()
  })

  it('refuses to move a clock that runs by itself', async () => {
    const { ask } = await testServer({ clock: 'system' })
    for (const [path, body] of [
      ['advance', { by: 1 }],
      ['drain', {}],
    ] as const)
      expect((await ask('POST', `/_standin/clock/${path}`, body)).json).toMatchObject({ status: 409, code: 'conflict' })
  })

  it('deletes everything but the seed', async () => {
    const { ask, emulator } = await subscribed(500)
    await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    expect((await ask('POST', '/_standin/reset')).status).toBe(204)
    for (const path of ['events', 'deliveries', 'subscriptions', 'subjects'])
      expect((await ask('GET', `/_standin/${path}`)).json.items, path).toEqual([])
    expect((await ask('GET', '/_standin/health')).json).toMatchObject({ seed: 7, owed: 0 })
  })

  it('counts for Prometheus', async () => {
    const { ask, emulator } = await subscribed(200)
    await ask('POST', '/_standin/events', trigger)
    await emulator.rest()
    const { text, headers } = await ask('GET', '/_standin/metrics')
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(text).toContain('\nstandin_deliveries{status="delivered"} 1\n')
    expect(text).toContain('\nstandin_subscriptions{provider="acme"} 1\n')
    expect(text).toContain('\nstandin_attempts 1\n')
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? -?[\d.e+]+)$/)
  })
})

describe('unknown paths and bodies', () => {
  it('names the nearest path, and the allowed methods of a path', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/_standin/event')).json).toMatchObject({
      status: 404,
      hint: 'Did you mean /_standin/events?',
    })
    expect((await ask('GET', '/_standin/nope')).json.hint).toBe('GET /_standin/openapi.json lists every path.')
    const { status, headers } = await ask('PUT', '/_standin/events')
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST, GET' })
    expect((await ask('GET', '/acne/x')).json.hint).toBe('Did you mean "acme"?')
    expect((await ask('GET', '/')).status).toBe(404)
  })

  it('answers HEAD like GET without the body', async () => {
    const { app } = await testServer()
    const head = async (path: string) => {
      const answer = await app.request(path, { method: 'HEAD' })
      return [answer.status, await answer.text()]
    }
    expect(await head('/_standin/health')).toEqual([200, ''])
    expect(await head('/_standin/reset')).toEqual([405, ''])
    expect(await head('/_standin/deliveries/none')).toEqual([404, ''])
  })

  it('takes a slash at the end for another path, and a parameter that cannot be decoded for none', async () => {
    const { ask } = await testServer()
    expect((await ask('GET', '/_standin/health/')).status).toBe(404)
    expect((await ask('GET', '/_standin/events/%E0%A4')).json.detail).toBe(
      'There is nothing at /_standin/events/%E0%A4.',
    )
  })

  it('refuses a body that is not JSON', async () => {
    const { ask } = await testServer()
    expect((await ask('POST', '/_standin/events', '{"provider":')).json).toMatchObject({
      status: 400,
      code: 'invalid_input',
    })
    expect((await ask('POST', '/_standin/events', '[]')).status).toBe(400)
  })
})
