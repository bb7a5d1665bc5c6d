// connectStandin: the verbs of startStandin on a server that runs already.
import { assertDelivered, connectStandin, startReceiver, startStandin } from 'standin/testing'
import 'standin/testing/matchers'
import { describe, expect, it, onTestFinished } from 'vitest'

async function server() {
  const standin = await startStandin({ clock: 'manual', seed: 7 })
  const receiver = await startReceiver({ answers: [500, 500, 200] })
  onTestFinished(() => Promise.all([standin.stop(), receiver.stop()]).then(() => undefined))
  return { standin, receiver }
}

const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it resolved',
    (error: Error) => error.message,
  )

describe('a connection to a running server', () => {
  it('plays the first example of startStandin, in a space of its own that stop deletes', async () => {
    const { standin, receiver } = await server()
    const connected = await connectStandin(standin.url, { space: 'mine', clock: 'manual', seed: 7 })
    const subscription = await connected.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: 'k' })
    expect(subscription.secret).toBe('k')
    const { event, deliveries } = await connected.trigger('rillis', 'FLOW_COMPLETED', {
      set: { 'data.status': 'COMPLETED' },
    })
    const status: string = event.payload.data.status
    expect(status).toBe('COMPLETED')
    expect(deliveries[0]).not.toBeDelivered()
    await connected.drain({ upTo: '1d' })
    expect(deliveries[0]).toBeDelivered({ attempts: 3 })
    assertDelivered(await connected.view(deliveries[0]?.id ?? ''), { attempts: 3 })
    expect((await connected.deliveries({ type: 'FLOW_COMPLETED' })).map(({ id }) => id)).toEqual([deliveries[0]?.id])
    expect(standin.deliveries()).toEqual([])
    await connected.stop()
    const again = await connectStandin(standin.url, { space: 'mine', clock: 'manual' })
    expect(await again.deliveries()).toEqual([])
  })

  it('shows the same attempts as the server itself, and the same message when an expectation is not met', async () => {
    const { standin, receiver } = await server()
    const connected = await connectStandin(standin.url)
    const { id } = await connected.subscribe('rillis', { url: receiver.url, secret: 'k' })
    const { deliveries } = await connected.trigger('rillis', 'FLOW_COMPLETED')
    const [delivery] = deliveries
    if (delivery === undefined) throw new Error('no delivery')
    await connected.advance('5s')
    expect(await connected.view(delivery.id)).toEqual({
      delivery: { ...standin.view(delivery.id).delivery, counted: 2 },
      attempts: standin.view(delivery.id).attempts,
    })
    const unmet = { outcome: 'delivered', timeout: 1 } as const
    expect(await messageOf(connected.expect(unmet))).toBe(await messageOf(standin.expect(unmet)))
    expect(await delivery.wait({ timeout: 1 })).toBe(false)
    await delivery.cancel()
    expect(delivery.status).toBe('cancelled')
    expect(await delivery.resend()).toMatchObject({ number: 3, cause: 'resend', outcome: { status: 200 } })
    expect(delivery.history).toHaveLength(3)
    await connected.faults.add({ kind: 'duplicate' })
    expect(await connected.faults.list()).toMatchObject([{ fault: { kind: 'duplicate' } }])
    await connected.faults.clear()
    await connected.unsubscribe(id)
    expect((await connected.clock()).kind).toBe('manual')
    await connected.reset()
    expect(await connected.deliveries()).toEqual([])
  })

  it('rejects with the hint where nothing listens, and for a name that does not exist', async () => {
    const { standin } = await server()
    const connected = await connectStandin(standin.url)
    expect(await messageOf(connected.trigger('rillis' as string, 'FLOW_COMPLETE'))).toContain(
      'Did you mean "FLOW_COMPLETED"?',
    )
    await expect(connectStandin('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'unreachable' })
  })
})
