// startStandin() and startReceiver(): what they add to an emulator.
import { defineChannel, defineProvider, scheduled } from 'standin'
import { type ReceiverOptions, type StandinOptions, startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { CERTIFICATE } from '../support/certificate.js'

async function standinFor(options: StandinOptions = {}) {
  const standin = await startStandin({ clock: 'manual', seed: 7, ...options })
  onTestFinished(() => standin.stop())
  return standin
}

async function receiverFor(options: ReceiverOptions = {}) {
  const receiver = await startReceiver(options)
  onTestFinished(() => receiver.stop())
  return receiver
}

describe('startStandin', () => {
  it('serves the control API and the providers’ APIs on a free port', async () => {
    const standin = await standinFor()
    const health = await fetch(`${standin.url}/_standin/health`)
    expect(await health.json()).toMatchObject({ status: 'ok', seed: 7, clock: 'manual' })
    const inside = await standin.fetch(new Request(`${standin.url}/unico/client/v1/process/none`))
    const outside = await fetch(`${standin.url}/unico/client/v1/process/none`)
    expect([inside.status, await inside.text()]).toEqual([401, await outside.text()])
  })

  it('frees its port on stop, and a second stop changes nothing', async () => {
    const standin = await startStandin()
    await Promise.all([standin.stop(), standin.stop()])
    await standin[Symbol.asyncDispose]()
    await expect(fetch(`${standin.url}/_standin/health`)).rejects.toThrow()
  })

  it('leaves nothing running when its port is taken', async () => {
    const first = await standinFor()
    const port = Number(new URL(first.url).port)
    await expect(startStandin({ port })).rejects.toMatchObject({ code: 'port_in_use' })
  })

  it.each([
    ['a Hono-like app', { fetch: () => new Response(null, { status: 200 }) }],
    ['a fetch handler', () => new Response(null, { status: 200 })],
  ])('delivers to %s without a socket', async (_, app) => {
    const standin = await standinFor({ app })
    await standin.subscribe('rillis')
    await standin.subscribe('rillis', { url: '/webhooks?x=1' })
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    for (const delivery of deliveries) expect(delivery).toBeDelivered({ attempts: 1 })
    expect(deliveries.map(({ history }) => history[0]?.url)).toEqual([
      'http://app.localhost/',
      'http://app.localhost/webhooks?x=1',
    ])
  })

  it('an app that throws counts as a cut connection, and the event is retried', async () => {
    let calls = 0
    const app = () => {
      if (++calls === 1) throw new Error('not yet')
      return new Response('ok')
    }
    const standin = await standinFor({ app })
    await standin.subscribe('rillis')
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.drain()
    expect(deliveries[0]).toBeDelivered({ attempts: 2 })
    expect(deliveries[0]?.history[0]?.outcome).toMatchObject({ kind: 'reset' })
  })

  it('a subscription without a URL is an error where there is no app', async () => {
    const standin = await standinFor()
    await expect(standin.subscribe('rillis')).rejects.toMatchObject({ code: 'invalid_url', where: 'url' })
  })

  it('accepts instants and durations as text', async () => {
    const standin = await standinFor({ start: '2026-01-15T12:00:00Z' })
    await standin.advance('1d2h')
    expect(standin.clock.now()).toBe(Date.UTC(2026, 0, 16, 14))
    await expect(standin.advance('soon')).rejects.toMatchObject({ code: 'invalid_input', where: 'by' })
    await expect(standin.drain({ upTo: 'soon' })).rejects.toMatchObject({ where: 'upTo' })
    await expect(startStandin({ start: 'noon' })).rejects.toMatchObject({ code: 'invalid_input', where: 'start' })
  })

  it('plays a provider of your own', async () => {
    const receiver = await receiverFor()
    const standin = await standinFor({ providers: [acme] })
    await standin.subscribe('acme', { url: receiver.url })
    const { event, deliveries } = await standin.trigger('acme', 'invoice.paid', { set: { total: 3 } })
    await standin.rest()
    expect(event.payload).toEqual({ total: 3 })
    expect(deliveries[0]).toBeDelivered()
    const space = await fetch(`${standin.url}/spaces/one/_standin/providers`)
    expect(JSON.stringify(await space.json())).toContain('acme')
  })
})

it('names the certificate options it was started with in what repeats a failed check', async () => {
  const receiver = await receiverFor({ answers: [500] })
  const standin = await standinFor({ insecure: true, ca: CERTIFICATE })
  const body = JSON.stringify({ provider: 'rillis', to: receiver.url, secret: 'a key', only: ['delivery/accepts'] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${standin.url}/_standin/verifications`, { method: 'POST', headers, body })
  const { verdicts } = (await answer.json()) as { verdicts: { again: { standin: string } }[] }
  expect(verdicts[0]?.again.standin).toContain('--insecure --ca "$STANDIN_CA"')
})

describe('expect', () => {
  it('returns the evidence, and rejects with the nearest miss and its attempts', async () => {
    const receiver = await receiverFor({ answers: [500, 200] })
    const standin = await standinFor()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.drain()
    expect(
      await standin.expect({ type: 'FLOW_COMPLETED', outcome: 'delivered', within: '1m', attempts: 2 }),
    ).toHaveLength(1)
    const late = standin.expect({ type: 'FLOW_COMPLETED', outcome: 'delivered', within: '1s', timeout: '5s' })
    await expect(late).rejects.toThrow(/^Expected delivered, but .*instead of within 1 s\n\n.*\n +1 {2}\+0 ms +500/)
  })

  it('waits for an outcome that must not come, on the emulator’s clock', async () => {
    const standin = await standinFor()
    const never = standin.expect({ type: 'FLOW_COMPLETED', outcome: 'delivered', neverWithin: '1h' })
    await standin.advance('1h')
    expect(await never).toEqual([])
  })
})

describe('a delivery handle', () => {
  it('shows the current state, and after stop how it ended', async () => {
    const receiver = await receiverFor({ answers: [500, 200] })
    const standin = await standinFor()
    await standin.subscribe('rillis', { url: receiver.url })
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    const [delivery] = deliveries
    await standin.rest()
    expect(delivery).toMatchObject({
      status: 'waiting',
      attempts: 1,
      dueReason: expect.stringContaining('attempt 2 of 8'),
    })
    await standin.drain()
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 2, dueAt: null })
    await standin.stop()
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 2 })
    expect(delivery?.history.map(({ outcome }) => outcome?.status)).toEqual([500, 200])
  })

  it('shows an attempt that stop interrupted', async () => {
    const receiver = await receiverFor({ answers: 'timeout' })
    const standin = await standinFor()
    await standin.subscribe('rillis', { url: receiver.url })
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await receiver.next()
    await standin.stop()
    expect(deliveries[0]?.history.map(({ outcome }) => outcome?.kind)).toEqual(['interrupted'])
  })

  it('waits, resends, replays and cancels', async () => {
    const receiver = await receiverFor({ answers: [200, 200, 200, 500] })
    const standin = await standinFor({ clock: 'system' })
    await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
    const first = await standin.trigger('rillis', 'FLOW_COMPLETED')
    expect(await first.deliveries[0]?.wait({ until: 'delivered', timeout: '2m' })).toBe(true)
    expect((await first.deliveries[0]?.resend())?.cause).toBe('resend')
    expect((await first.deliveries[0]?.resend({ original: true }))?.cause).toBe('replay')
    expect(receiver.requests[2]?.rawHeaders).toEqual(receiver.requests[0]?.rawHeaders)
    const second = await standin.trigger('rillis', 'FLOW_REJECTED')
    expect(await second.deliveries[0]?.wait({ timeout: '50ms' })).toBe(false)
    await second.deliveries[0]?.cancel()
    expect(second.deliveries[0]?.status).toBe('cancelled')
  })

  it('is found by a filter', async () => {
    const receiver = await receiverFor()
    const standin = await standinFor()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.trigger('rillis', 'FLOW_REJECTED')
    await standin.rest()
    expect(standin.deliveries().map(({ type }) => type)).toEqual(['FLOW_COMPLETED', 'FLOW_REJECTED'])
    expect(standin.deliveries({ type: 'FLOW_REJECTED' })[0]).toBeDelivered()
  })

  it('keeps its last state after a reset', async () => {
    const receiver = await receiverFor()
    const standin = await standinFor()
    await standin.subscribe('rillis', { url: receiver.url })
    const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(deliveries[0]).toBeDelivered()
    await standin.reset()
    expect(deliveries[0]?.status).toBe('delivered')
  })
})

describe('a mistake in a test', () => {
  // Test runners print the message and the stack of an error, and no other field of it.
  const thrown = async (work: () => Promise<unknown>) => {
    const error: unknown = await work().then(
      () => undefined,
      error => error,
    )
    return error instanceof Error ? error : new Error('nothing was thrown')
  }

  it('has the hint in its message and the line of the test in its stack', async () => {
    const standin = await standinFor()
    // @ts-expect-error no such type
    const error = await thrown(async () => await standin.trigger('rillis', 'FLOW_COMPLETD'))
    expect(error.message).toBe('Unknown event type "FLOW_COMPLETD" (rillis). Did you mean "FLOW_COMPLETED"?')
    expect(error.stack).toContain('standin.test.ts')
    expect(error).toMatchObject({ code: 'unknown_name', hint: 'Did you mean "FLOW_COMPLETED"?' })
  })

  it('is thrown so by every function', async () => {
    const standin = await standinFor()
    const mistakes = [
      [() => startStandin({ settings: { rilis: {} } }), 'Unknown provider "rilis". Did you mean "rillis"?'],
      [() => startReceiver({ provider: 'rilis' }), 'Unknown provider "rilis". Did you mean "rillis"?'],
      [() => standin.subscribe('rillis'), 'Give url, or start Standin with an in-process app.'],
      [() => standin.drain({ upTo: 'soon' }), 'Write it as 90s, 5m, 2h, 1d'],
      [
        () => standin.expect({ outcome: 'delivered', provider: 'rillis', type: 'x', within: 'soon' }),
        'Write it as 90s',
      ],
    ] as const
    for (const [work, words] of mistakes) expect((await thrown(work)).message).toContain(words)
  })
})

describe('startReceiver with a provider', () => {
  it.each([
    ['rillis', 'FLOW_COMPLETED', 'k', {}],
    ['kycgenie', 'case.opened', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {}],
    ['kycgenie', 'case.opened', 'any text', { signatureScheme: 'stripe' }],
    ['kycgenie', 'case.opened', 'any text', { signatureScheme: 'hex-body', bodyFormat: 'python' }],
    ['unico', 'process.finished.ok', 'user:pass', { auth: { type: 'basic' } }],
    ['unico', 'process.finished.ok', 'x-api-key:v', { auth: { type: 'apiKey' } }],
  ] as const)(
    'accepts requests of %s (%s, secret %s, %j) and rejects another secret',
    async (provider, type, secret, settings) => {
      const receiver = await receiverFor({ provider, secret, settings })
      const stranger = await receiverFor({ provider, secret: `${secret.slice(0, -1)}0`, settings })
      const standin = await standinFor()
      await standin.subscribe(provider, { url: receiver.url, secret, settings })
      await standin.subscribe(provider, { url: stranger.url, secret, settings })
      const { deliveries } = await standin.trigger(provider as string, type)
      await standin.rest()
      expect(deliveries[0]).toBeDelivered({ attempts: 1 })
      expect(receiver.requests[0]?.verdict).toEqual({ verdict: 'valid', reason: 'as the provider signs' })
      expect(deliveries[1]?.history[0]?.answer?.status).toBe(401)
      expect(stranger.requests[0]?.verdict?.verdict).toBe('invalid')
    },
  )

  it('has the verdict unchecked when nothing can be compared', async () => {
    const receiver = await receiverFor({ provider: 'unico' })
    const standin = await standinFor()
    await standin.subscribe('unico', { url: receiver.url })
    await standin.trigger('unico', 'process.finished.ok')
    expect((await receiver.next()).verdict).toMatchObject({ verdict: 'unchecked' })
  })

  it('rejects unknown names and settings, with the nearest ones', async () => {
    await expect(startReceiver({ provider: 'unica' })).rejects.toMatchObject({ hint: 'Did you mean "unico"?' })
    await expect(startReceiver({ provider: 'rillis', settings: { signatureEncodin: 'hex' } })).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringContaining('Did you mean "signatureEncoding"?'),
    })
    await expect(startReceiver({ provider: 'rillis', channel: 'flows' })).rejects.toMatchObject({
      hint: 'Did you mean "flow"?',
    })
  })

  it('waits for a duration', async () => {
    const receiver = await receiverFor()
    await expect(receiver.next(undefined, '10ms')).rejects.toMatchObject({
      message: 'No request came within 10 ms (0 came in all).',
    })
  })
})

const acme = defineProvider({
  name: 'acme',
  title: 'Acme',
  about: 'A provider of a user.',
  assumptions: [],
  subjects: { invoice: { title: 'Invoice', states: ['paid'] } },
  channels: [
    defineChannel({
      name: 'events',
      title: 'Events',
      eventTypes: [{ name: 'invoice.paid', title: 'Paid', subject: 'invoice', variants: [], documented: true }],
      load: async () => ({
        settings: z.strictObject({ maxAttempts: z.int().default(3) }),
        definition: type =>
          type === 'invoice.paid'
            ? {
                schema: z.looseObject({ total: z.int() }),
                make: () => ({ total: 1 }),
                subjects: () => [{ id: 'inv_1', kind: 'invoice', state: 'paid' }],
              }
            : undefined,
        secret: { use: 'none', make: () => '', overlapMs: () => 0 },
        sign: () => ({ headers: [] }),
        retry: () => ({
          policy: scheduled([1000], 3),
          accepts: status => status === 200,
          timeoutMs: 1000,
          concurrency: 1,
          onExhausted: 'keep',
        }),
        traits: { signs: false, signatureHeaders: [], idempotencyKey: 'id' },
      }),
    }),
  ],
  load: async () => ({
    settings: z.strictObject({}),
    locale: 'en',
    root: 'invoice',
    rootId: 'id',
    isRootId: text => text.startsWith('inv_'),
    facts: () => ({ id: 'inv_1' }),
  }),
})
