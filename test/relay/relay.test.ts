// The relay over a real Redis: deliveries through senders, and what becomes of them when a sender, Redis or the owner is gone.
import { it as always, describe, expect, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Message } from '../../src/core/message.js'
import { createTransport, type TransportOptions } from '../../src/delivery/transport.js'
import { connectRelay, type RelayOptions } from '../../src/relay/owner.js'
import { relayAddress } from '../../src/relay/redis.js'
import { startRelaySender } from '../../src/relay/sender.js'
import { signal } from '../delivery/handlers.js'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { closedPort, testReceiver } from '../support/receiver.js'
import { isMissing, testRedis } from '../support/redis.js'
import { testProvider } from '../support/test-provider.js'

const it = always.skipIf(isMissing('redis-server'))

const clock = systemClock()

/** An owner until it is closed; `said` has what it reported. */
async function owner(url: string, options: Partial<RelayOptions> = {}) {
  const said: string[] = []
  const relay = await connectRelay({ url, clock, report: sentence => said.push(sentence), ...options })
  onTestFinished(() => relay.close())
  return { ...relay, said }
}

/** A sender in this process until it is stopped. */
async function sender(url: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ clock, ...options })
  const started = await startRelaySender({ url, clock, transport, inFlight: 100, report: () => {} })
  onTestFinished(() => started.stop(0))
  return started
}

/** A sender in a process of its own. */
async function senderProcess(url: string, ...args: string[]) {
  const running = startCli(['sender', '--relay', url, '--json', ...args])
  await running.record(({ kind }) => kind === 'sending')
  return running
}

const post = (url: string, body: Message['body'] = '{"a":1}'): Message => ({
  method: 'POST',
  url,
  headers: [['X-Zeta', 'é']],
  body,
})

/** Longer than any answer takes, however busy the machine is. */
const SOON = { timeoutMs: 120_000 }

describe('deliveries', () => {
  it('are sent by several senders as they would be from here, and nothing is left in Redis', async () => {
    const redis = await testRedis()
    const receiver = await testReceiver()
    const relay = await owner(redis.url)
    const emulator = await testEmulator({ clock: 'system', start: undefined, providers: [testProvider], relay })
    const senders = [await sender(redis.url), await sender(redis.url)]
    await emulator.subscribe('acme', { url: receiver.url, secret: 's' })
    const events = await Promise.all(Array.from({ length: 100 }, () => emulator.trigger('acme', 'thing.made')))
    await emulator.rest()
    expect(emulator.counts()).toMatchObject({ delivered: 100, attempts: 100 })
    expect(new Set(receiver.bodies).size).toBe(events.length)
    const sent = senders.map(one => one.sent())
    expect(sent.reduce((a, b) => a + b)).toBe(100)
    expect(Math.min(...sent)).toBeGreaterThan(0)
    await Promise.all(senders.map(one => one.stop(1000)))
    await emulator.stop()
    await relay.close()
    expect(await redis.keys()).toEqual([])
    expect(relay.said).toEqual([])
  })

  it('keep bytes, headers, faults of the wire, timeouts and answers; targets are checked by both sides', async () => {
    const redis = await testRedis()
    const receiver = await testReceiver(request =>
      request.path === '/slow' ? new Promise(() => {}) : { status: 503, headers: { 'x-a': 'é' }, body: 'no' },
    )
    const relay = await owner(redis.url)
    await sender(redis.url, { allowTargets: ['127.0.0.1', 'localhost'] })
    const { send } = relay.transport({})
    const bytes = new Uint8Array([0, 255, 10, 13])
    const results = await Promise.all([
      send(post(receiver.url, bytes), SOON),
      send(post(`${receiver.origin}/slow`), { timeoutMs: 50 }),
      send(post(receiver.url), { ...SOON, wire: { cut: 'after' } }),
      send(post(receiver.url), { ...SOON, keepBytes: 1 }),
      send(post(`http://[::1]:${await closedPort()}/`), SOON),
      send(post('http://169.254.169.254/'), SOON),
      relay.transport({ allowTargets: ['localhost'] }).send(post(receiver.url), SOON),
      send(post(`http://localhost:${await closedPort()}/`), SOON),
    ])
    expect(results.map(({ outcome }) => outcome.status ?? outcome.kind)).toEqual([
      503,
      'timed_out',
      'reset',
      503,
      'blocked',
      'blocked',
      'blocked',
      'refused',
    ])
    expect(results[0]?.answer).toMatchObject({ status: 503, body: 'no', bodyBytes: 2 })
    expect(results[3]?.answer).toMatchObject({ body: 'n', bodyBytes: 2 })
    const [first] = receiver.requests.filter(({ bytes }) => bytes.length === 4)
    expect([...(first?.bytes ?? [])]).toEqual([...bytes])
    expect(first?.rawHeaders).toContain('X-Zeta')
  })
})

describe('what is gone', () => {
  it('a sender that is killed loses nothing: another sends what it had in hand', async () => {
    const redis = await testRedis()
    const released = signal()
    const inHand = signal()
    const receiver = await testReceiver(async (_, number) => {
      if (number === 10) inHand.give()
      if (number <= 10) await released.promise
      return 200
    })
    const relay = await owner(redis.url)
    const killed = await senderProcess(redis.url)
    const { send } = relay.transport({})
    const sending = Promise.all(
      Array.from({ length: 10 }, (_, i) => send(post(receiver.url, `${i}`), { timeoutMs: 400 })),
    )
    await inHand.promise
    await killed.end('SIGKILL')
    const other = await sender(redis.url)
    const results = await sending
    released.give()
    expect(results.map(({ outcome }) => outcome.status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(other.sent()).toBe(10)
    for (const body of new Set(receiver.bodies)) expect(receiver.bodies.filter(one => one === body)).toHaveLength(2)
  })

  it('without Redis deliveries stay owed, and go on when it is back', async () => {
    const redis = await testRedis()
    const released = signal()
    const inHand = signal()
    const receiver = await testReceiver(async (_, number) => {
      if (number > 1) return 200
      inHand.give()
      await released.promise
      return 200
    })
    const relay = await owner(redis.url)
    const emulator = await testEmulator({ clock: 'system', start: undefined, providers: [testProvider], relay })
    await sender(redis.url)
    await emulator.subscribe('acme', { url: receiver.url, secret: 's' })
    await emulator.trigger('acme', 'thing.made')
    await inHand.promise
    await redis.kill()
    released.give()
    await Promise.all(Array.from({ length: 20 }, () => emulator.trigger('acme', 'thing.made')))
    expect(emulator.counts()).toMatchObject({ delivered: 0, waiting: 21 })
    await redis.again()
    await emulator.rest()
    expect(emulator.counts()).toMatchObject({ delivered: 21, attempts: 21 })
    expect(relay.said).toEqual([
      expect.stringMatching(/^Redis at redis:\/\/127\.0\.0\.1:\d+ is gone \(.+\)\.$/),
      `Redis at ${redis.url} is back.`,
    ])
  })

  it('a request that no sender takes in time is taken back, and an error of this side', async () => {
    const redis = await testRedis()
    const relay = await owner(redis.url, { waitMs: 50 })
    const { outcome } = await relay.transport({}).send(post('http://127.0.0.1:9/'), SOON)
    expect(outcome).toEqual({
      kind: 'local_error',
      detail: 'No sender took it within 50 ms; is `standin sender` running?',
    })
    const [requests] = (await redis.keys()).filter(key => key.endsWith(':requests'))
    expect(await redis.command('XLEN', requests ?? '')).toBe(0)
    expect(Number(await redis.command('PTTL', requests ?? ''))).toBeGreaterThan(0)
  })

  it('what an owner handed over before it was killed is not sent after it has started again', async () => {
    const redis = await testRedis()
    const receiver = await testReceiver()
    const args = ['serve', '--port', '0', '--json', '--ledger', `${temporaryFolder()}/standin.db`, '--relay', redis.url]
    const killed = startCli([...args, '--to', receiver.url, '--provider', 'standard'])
    const { url } = await killed.record(({ kind }) => kind === 'listening')
    const event = JSON.stringify({ provider: 'standard', type: 'invoice.paid' })
    const made = await fetch(`${url}/_standin/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: event,
    })
    expect(made.status).toBe(202)
    const [requests = ''] = (await redis.keys()).filter(key => key.endsWith(':requests'))
    expect(await redis.command('XREAD', 'BLOCK', '0', 'STREAMS', requests, '0')).not.toBeNull()
    await killed.end('SIGKILL')
    const started = startCli(args)
    const { url: again } = await started.record(({ kind }) => kind === 'listening')
    const sending = await senderProcess(redis.url)
    const seen = await standin([
      'expect',
      '--server',
      String(again),
      '--status',
      'delivered',
      '--within',
      '60s',
      '--json',
    ])
    expect(seen.stdout).not.toBe('')
    expect(receiver.requests).toHaveLength(1)
    const delivery = await (await fetch(`${again}/_standin/deliveries/dl_1`)).json()
    expect(JSON.stringify(delivery)).toMatch(/interrupted.*answered/)
    expect((await sending.end()).records().at(-1)).toEqual({ kind: 'summary', sent: 1, exitCode: 0 })
    await started.end()
    expect(await redis.keys()).toEqual([])
  })
})

it('a server whose group is gone keeps no other server waiting, and makes it again', async () => {
  const redis = await testRedis()
  const receiver = await testReceiver()
  const broken = await owner(redis.url)
  const [requests] = (await redis.keys()).filter(key => key.endsWith(':requests'))
  const other = await owner(redis.url)
  await redis.command('XGROUP', 'DESTROY', requests ?? '', 'senders')
  await sender(redis.url)
  const first = broken.transport({}).send(post(receiver.url), SOON)
  expect((await other.transport({}).send(post(receiver.url), SOON)).outcome).toMatchObject({ status: 200 })
  expect((await first).outcome).toMatchObject({ status: 200 })
})

always.each(['redis://u:p%@127.0.0.1', 'redis://%ff@127.0.0.1'])('%s is no address of a relay', url => {
  expect(() => relayAddress(url)).toThrow(expect.objectContaining({ code: 'invalid_url' }))
})

it('a command that the user of Redis may not run is named at the start', async () => {
  const redis = await testRedis()
  await redis.command('ACL', 'SETUSER', 'plain', 'on', '>pass-1', '~*', '+@all', '-@scripting')
  const without = redis.url.replace('//', '//plain:pass-1@')
  for (const side of [owner, sender])
    await expect(side(without)).rejects.toMatchObject({
      code: 'unauthorized',
      message: `Redis at ${redis.url} does not let this user run 'eval'.`,
    })
  await redis.command('ACL', 'SETUSER', 'app', 'on', '>pass-1', '~*', '+@all', '-@dangerous')
  await expect(owner(redis.url.replace('//', '//app:pass-1@'))).rejects.toMatchObject({
    code: 'unauthorized',
    message: `Redis at ${redis.url} does not let this user run 'info'.`,
  })
})

it('credentials of the relay are in no message, and the password may come from the environment', async () => {
  const redis = await testRedis({ password: 'pass-1' })
  const wrong = await standin(['sender', '--relay', redis.url.replace('//', '//default:pass-2@')])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain(`Redis at ${redis.url} refused the credentials.`)
  expect(wrong.stdout + wrong.stderr).not.toContain('pass-2')
  for (const command of [['sender'], ['serve', '--port', '0', '--ledger', ':memory:']]) {
    const without = await standin([...command, '--relay', redis.url])
    expect(without).toMatchObject({ code: 2, stderr: wrong.stderr })
  }
  const right = startCli(['sender', '--relay', redis.url], { env: { STANDIN_RELAY_PASSWORD: 'pass-1' } })
  expect(await right.said('sending for')).toContain(redis.url)
  await right.end()
  const away = `redis://u:pass-3@127.0.0.1:${await closedPort()}`
  const unreachable = await standin(['serve', '--port', '0', '--ledger', ':memory:', '--relay', away])
  expect(unreachable.stderr).toContain('cannot be reached (ECONNREFUSED)')
  expect(unreachable.stdout + unreachable.stderr).not.toContain('pass-3')
})
