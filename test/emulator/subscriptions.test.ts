// Subscriptions: checked whole, secrets shared and rotated as the provider's rules say.
import { describe, expect, it } from 'vitest'
import { signal } from '../delivery/handlers.js'
import { START, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const url = 'http://127.0.0.1:9/webhooks'

describe('subscriptions', () => {
  it.each([
    ['a URL that is none', { url: 'nowhere' }, 'invalid_url'],
    ['another protocol', { url: 'ftp://127.0.0.1/' }, 'invalid_url'],
    ['credentials in the URL', { url: 'http://u:p@127.0.0.1/' }, 'invalid_url'],
    ['plain http to a public host', { url: 'http://example.com/' }, 'invalid_url'],
    ['an empty list of event types', { url, eventTypes: [] }, 'invalid_input'],
    ['an unknown event type', { url, eventTypes: ['FLOW_DONE'] }, 'unknown_name'],
    ['types of two channels', { url, eventTypes: ['FLOW_COMPLETED', 'TRANSACTION_STATE_CHANGED'] }, 'invalid_input'],
    ['an empty secret', { url, secret: '' }, 'invalid_secret'],
    ['an unknown setting', { url, settings: { maxAttemts: 3 } }, 'invalid_setting'],
    ['a wrong setting', { url, settings: { maxAttempts: 'many' } }, 'invalid_setting'],
  ])('refuses %s and stores nothing', async (_, input, code) => {
    const standin = await testEmulator()
    await expect(standin.subscribe('rillis', input)).rejects.toMatchObject({ name: 'EmulatorError', code })
    expect(standin.ledger.subscriptions()).toEqual([])
  })

  it('names the nearest setting when one is unknown', async () => {
    const standin = await testEmulator()
    await expect(standin.subscribe('rillis', { url, settings: { maxAttemts: 3 } })).rejects.toMatchObject({
      issues: [{ path: 'settings.maxAttemts', message: expect.stringContaining('Did you mean "maxAttempts"?') }],
    })
  })

  it('share one secret where they belong together, through creation, change and rotation', async () => {
    const standin = await testEmulator()
    const general = await standin.subscribe('rillis', {
      url,
      secret: 'first',
      settings: { flow: 'onboarding', class: 'general' },
    })
    const step = await standin.subscribe('rillis', { url, settings: { flow: 'onboarding', class: 'step' } })
    expect(step.secret).toBe('first')
    await expect(
      standin.subscribe('rillis', { url, secret: 'other', settings: { flow: 'onboarding' } }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await standin.updateSubscription(step.id, { secret: 'second' })
    expect(standin.ledger.subscription(general.id)?.secret).toBe('second')
    const { subscription, validUntil } = await standin.rotateSecret(general.id)
    expect(validUntil).toBeNull()
    expect(subscription.secret).not.toBe('second')
    expect(standin.ledger.subscription(step.id)?.secret).toBe(subscription.secret)
  })

  it('sign with both secrets for as long as an overlap lasts', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator()
    const { id } = await standin.subscribe('kycgenie', { url: receiver.url })
    const { validUntil } = await standin.rotateSecret(id)
    expect(validUntil).toBe(START + 86_400_000)
    await standin.trigger('kycgenie', 'case.opened')
    await standin.advance(86_400_000)
    await standin.trigger('kycgenie', 'case.opened')
    await standin.rest()
    const signatures = receiver.requests.map(request => String(request.headers['webhook-signature']).split(' ').length)
    expect(signatures).toEqual([2, 1])
  })

  it('cancel what waits for them when they are switched off or removed', async () => {
    const receiver = await testReceiver([500])
    const standin = await testEmulator()
    const off = await standin.subscribe('rillis', { url: receiver.url })
    const gone = await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    await standin.updateSubscription(off.id, { active: false })
    await standin.unsubscribe(gone.id)
    expect(await standin.drain()).toMatchObject({ cancelled: 2, waiting: 0, attempts: 2 })
  })

  it('are sent to their present URL, under provider-wide settings changed after they were made', async () => {
    const first = await testReceiver([500])
    const second = await testReceiver([204])
    const standin = await testEmulator()
    const { id } = await standin.subscribe('rillis', { url: first.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    await standin.updateSubscription(id, { url: second.url })
    await standin.changeSettings('rillis', { successStatus: '2xx' })
    expect(await standin.drain()).toMatchObject({ delivered: 1, attempts: 2 })
    expect(second.requests).toHaveLength(1)
  })

  it('follow changes of provider-wide settings back to the default', async () => {
    const standin = await testEmulator()
    expect(await standin.settings('unico')).toMatchObject({ maxAttempts: 5 })
    expect(await standin.changeSettings('unico', { maxAttempts: 2 })).toMatchObject({ maxAttempts: 2 })
    expect(await standin.changeSettings('unico', { maxAttempts: null })).toMatchObject({ maxAttempts: 5 })
    await expect(standin.changeSettings('unico', { maxAttempts: 2, nonsense: 1 })).rejects.toMatchObject({
      code: 'invalid_setting',
    })
    expect(await standin.settings('unico')).toMatchObject({ maxAttempts: 5 })
  })
})

describe('resend, replay and cancel', () => {
  it('resend on request: with a fresh signature, or the first bytes and signature again', async () => {
    const receiver = await testReceiver()
    const standin = await testEmulator({ stamp: 'clock' })
    await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.advance(3_600_000)
    await standin.resend('dl_1')
    await standin.resend('dl_1', { original: true })
    const stamps = receiver.requests.map(request => Number(request.headers['x-timestamp']) - START / 1000)
    expect(stamps).toEqual([0, 3600, 0])
    expect(receiver.requests[2]?.rawHeaders).toEqual(receiver.requests[0]?.rawHeaders)
    expect(standin.view('dl_1').attempts.map(attempt => attempt.cause)).toEqual(['scheduled', 'resend', 'replay'])
  })

  it('leave a settled delivery as it was when they fail, and deliver an exhausted one when they succeed', async () => {
    const receiver = await testReceiver((_, number) => [200, 500, 200][number - 1] ?? 500)
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url, settings: { maxAttempts: 1 } })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect((await standin.resend('dl_1')).accepted).toBe(false)
    expect(standin.view('dl_1').delivery.status).toBe('delivered')
    const failing = await testEmulator()
    const other = await testReceiver([500, 200])
    await failing.subscribe('rillis', { url: other.url, settings: { maxAttempts: 1 } })
    await failing.trigger('rillis', 'FLOW_COMPLETED')
    await failing.rest()
    expect(failing.view('dl_1').delivery.status).toBe('exhausted')
    await failing.resend('dl_1')
    expect(failing.view('dl_1').delivery.status).toBe('delivered')
  })

  it('cancel a waiting delivery, and refuse to cancel a settled one', async () => {
    const receiver = await testReceiver([500])
    const standin = await testEmulator()
    await standin.subscribe('rillis', { url: receiver.url })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(await standin.cancel('dl_1')).toMatchObject({ status: 'cancelled', dueAt: null })
    await expect(standin.cancel('dl_1')).rejects.toMatchObject({ code: 'conflict' })
    await expect(standin.cancel('dl_9')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a subscription that is removed while a delivery is in flight', () => {
  /** One delivery, whose request the receiver holds until it is told what to answer. */
  async function held() {
    const arrived = signal()
    const answer = signal<number>()
    const { url, requests } = await testReceiver(async () => {
      arrived.give()
      return answer.promise
    })
    const standin = await testEmulator()
    const { id } = await standin.subscribe('standard', { url, settings: { retryDelays: ['0s', '1m'] } })
    const { deliveries } = await standin.trigger('standard', 'invoice.paid')
    await arrived.promise
    await standin.unsubscribe(id)
    return { standin, requests, answer: answer.give, view: () => standin.view(deliveries[0]?.id ?? '') }
  }

  it('shows it cancelled at once, and records the outcome of the attempt when it comes', async () => {
    const { standin, requests, answer, view } = await held()
    expect(view()).toMatchObject({ delivery: { status: 'cancelled', dueAt: null }, attempts: [{ outcome: null }] })
    answer(503)
    await standin.drain()
    expect(view()).toMatchObject({
      delivery: { status: 'cancelled', attempts: 1, counted: 1 },
      attempts: [{ outcome: { kind: 'answered', status: 503 }, accepted: false }],
    })
    expect(requests).toHaveLength(1)
    expect(standin.counts()).toMatchObject({ waiting: 0, cancelled: 1 })
  })

  it('is delivered after all where the receiver accepts it', async () => {
    const { standin, answer, view } = await held()
    answer(200)
    await standin.drain()
    expect(view()).toMatchObject({ delivery: { status: 'delivered' }, attempts: [{ accepted: true }] })
  })
})
