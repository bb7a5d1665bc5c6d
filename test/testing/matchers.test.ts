// The matchers and assertions: what passes, what fails, and what a failure shows.
import {
  assertAttempts,
  assertDelivered,
  assertSignedFor,
  matchers,
  startReceiver,
  startStandin,
} from 'standin/testing'
import 'standin/testing/matchers'
import { describe, expect, it, onTestFinished } from 'vitest'

async function triggered(answers: (number | string)[]) {
  const standin = await startStandin({ clock: 'manual', seed: 7, start: '2026-01-15T12:00:00Z' })
  const receiver = await startReceiver({ answers })
  onTestFinished(async () => {
    await standin.stop()
    await receiver.stop()
  })
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
  const { deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
  await standin.rest()
  return { standin, receiver, delivery: deliveries[0] }
}

const messageOf = (claim: () => void) => {
  try {
    claim()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the claim held')
}

describe('toBeDelivered', () => {
  it('passes once a delivery is delivered, after exactly that many attempts', async () => {
    const { standin, delivery } = await triggered([500, 200])
    expect(delivery).not.toBeDelivered()
    await standin.drain()
    expect(delivery).toBeDelivered()
    expect(delivery).toBeDelivered({ attempts: 2 })
    expect(delivery).not.toBeDelivered({ attempts: 1 })
  })

  it('shows the attempts and the next one when it fails', async () => {
    const { standin, delivery, receiver } = await triggered([500, 'reset'])
    await standin.advance('5s')
    const message = messageOf(() => expect(delivery).toBeDelivered({ attempts: 1 }))
    const lines = message.split('\n').map(line => line.trim())
    expect(lines[0]).toBe('Expected the delivery to be delivered after 1 attempt.')
    expect(lines[2]).toBe(`${delivery?.id}: rillis FLOW_COMPLETED to ${receiver.url} is waiting, 2 attempts made`)
    expect(lines[3]).toBe('1  +0 ms         500  not accepted  {"answer":"500"}')
    expect(lines[4]).toMatch(/^2 {2}\+5 s +reset {2}not accepted/)
    expect(lines[5]).toMatch(/^next {2}\+35 s {2}\(.*attempt 3 of 8/)
    expect(message).toContain('move a manual clock with drain()')
  })

  it('says with not that it is delivered', async () => {
    const { delivery } = await triggered([200])
    expect(messageOf(() => expect(delivery).not.toBeDelivered())).toContain(
      'Expected the delivery not to be delivered.',
    )
  })

  it.each([undefined, null, 'del_1', {}])('fails for %j, which is not a delivery', thing => {
    expect(messageOf(() => expect(thing).toBeDelivered())).toMatch(/^Expected a delivery, .* but got /)
  })

  it('accepts the results of view and expect too', async () => {
    const { standin, delivery } = await triggered([200])
    expect(standin.view(delivery?.id ?? '')).toBeDelivered({ attempts: 1 })
    expect((await standin.expect({ outcome: 'delivered' }))[0]).toBeDelivered()
  })
})

describe('toHaveAttempts', () => {
  it('counts attempts, delivered or not', async () => {
    const { standin, delivery } = await triggered([500])
    expect(delivery).toHaveAttempts(1)
    await standin.drain()
    expect(delivery).toHaveAttempts(8)
    expect(messageOf(() => expect(delivery).toHaveAttempts(3))).toMatch(
      /to have 3 attempts\.\n\n.*exhausted, 8 attempts/,
    )
  })
})

describe('toBeSignedFor', () => {
  it('passes for requests that the provider signed with that secret only', async () => {
    const { receiver } = await triggered([200])
    const [request] = receiver.requests
    await expect(request).toBeSignedFor('rillis', { secret: 'k' })
    await expect(request).not.toBeSignedFor('rillis', { secret: 'other' })
    await expect(expect(request).toBeSignedFor('rillis', { secret: 'other' })).rejects.toThrow(
      /^Expected the request to be signed for rillis, but x-signature is "[0-9a-f]{64}", but this secret makes/,
    )
  })

  it('fails for a changed body, a missing header and an unknown provider', async () => {
    const { receiver } = await triggered([200])
    const [request] = receiver.requests
    const { headers, body } = request ?? { headers: {}, body: '' }
    await expect({ headers, body: body.replace('COMPLETED', 'REJECTED') }).not.toBeSignedFor('rillis', { secret: 'k' })
    await expect({ headers: {}, body }).not.toBeSignedFor('rillis', { secret: 'k' })
    await expect(expect('text').toBeSignedFor('rillis', { secret: 'k' })).rejects.toThrow('but got text')
    await expect(expect(request).toBeSignedFor('rilis', { secret: 'k' })).rejects.toMatchObject({
      code: 'unknown_name',
      hint: 'Did you mean "rillis"?',
    })
  })

  it('accepts headers in any case and a body of bytes, as other servers keep them', async () => {
    const { receiver } = await triggered([200])
    const request = receiver.requests[0]
    const headers = Object.fromEntries(request?.rawHeaders.map(([name, value]) => [name.toUpperCase(), [value]]) ?? [])
    await expect({ headers, body: request?.bytes }).toBeSignedFor('rillis', { secret: 'k' })
  })

  it('requires a timestamp near the time of arrival, unless freshness is false', async () => {
    const standin = await startStandin({ clock: 'manual', start: '2020-01-01T00:00:00Z', stamp: 'clock' })
    const receiver = await startReceiver()
    onTestFinished(() => Promise.all([standin.stop(), receiver.stop()]).then(() => undefined))
    await standin.subscribe('rillis', { url: receiver.url, secret: 'k' })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    const request = await receiver.next()
    await expect(request).not.toBeSignedFor('rillis', { secret: 'k' })
    await expect(request).toBeSignedFor('rillis', { secret: 'k', freshness: false })
  })
})

describe('plain assertions', () => {
  it('throw AssertionErrors with the same messages', async () => {
    const { standin, delivery, receiver } = await triggered([500, 200])
    if (delivery === undefined) throw new Error('no delivery')
    expect(() => assertDelivered(delivery)).toThrow(
      expect.objectContaining({ name: 'AssertionError', message: matchers.toBeDelivered(delivery).message() }),
    )
    await standin.drain()
    assertDelivered(delivery, { attempts: 2 })
    assertAttempts(delivery, 2)
    expect(() => assertAttempts(delivery, 1)).toThrow('to have 1 attempt.')
    const request = await receiver.next()
    await assertSignedFor(request, 'rillis', { secret: 'k' })
    await expect(assertSignedFor(request, 'rillis', { secret: 'x' })).rejects.toMatchObject({ name: 'AssertionError' })
  })
})
