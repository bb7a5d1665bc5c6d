// Which attempts a fault concerns, how it ends, what is refused, and that chance is the seed's.
import { expect, it } from 'vitest'
import type { FaultInput, FaultKind } from '../../src/core/fault.js'
import { FAULT_KINDS } from '../../src/core/fault.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { type ByteReceiver, byteReceiver } from '../support/byte-receiver.js'
import { temporaryFolder } from '../support/emulator.js'
import { faulty, found, send, setUp, TYPES } from './setup.js'

/** Faults of every attempt so far, oldest delivery first. */
const firedOn = (emulator: Emulator) =>
  emulator.ledger
    .deliveries({}, { limit: 500 })
    .reverse()
    .flatMap(({ id }) => emulator.ledger.attempts(id).map(({ faults }) => faults.join('+')))

it('provider, channel, type, subscription and event each limit a fault', async () => {
  const { emulator, subscribe } = await setUp()
  const rillis = await subscribe('rillis')
  const genie = await subscribe('kycgenie')
  await subscribe('unico')
  const all = async (scope: Partial<FaultInput>) => {
    await emulator.faults.clear()
    await emulator.faults.add({ kind: 'chunked', ...scope } as FaultInput)
    const seen: string[] = []
    for (const provider of Object.keys(TYPES)) {
      const input = provider === 'kycgenie' && scope.event !== undefined ? { id: scope.event } : {}
      for (const { faults } of await send(emulator, provider, input)) if (faults.length > 0) seen.push(provider)
    }
    return seen
  }
  expect(await all({})).toEqual(['rillis', 'kycgenie', 'unico'])
  expect(await all({ provider: 'unico' })).toEqual(['unico'])
  expect(await all({ provider: 'rillis', channel: 'transaction' })).toEqual([])
  expect(await all({ type: 'FLOW_COMPLETED' })).toEqual(['rillis'])
  expect(await all({ provider: 'kycgenie', type: 'screening.failed' })).toEqual([])
  expect(await all({ subscription: genie.id })).toEqual(['kycgenie'])
  expect(await all({ subscription: rillis.id, type: 'FLOW_COMPLETED' })).toEqual(['rillis'])
  expect(await all({ event: 'my-own-id' })).toEqual(['kycgenie'])
})

it('attempts limits it to attempts with these numbers', async () => {
  const { emulator, to } = await faulty('kycgenie', { kind: 'chunked', attempts: [2, 4] })
  to.statuses.splice(0, 1, 500, 500, 500, 500, 200)
  await send(emulator, 'kycgenie')
  await emulator.drain()
  expect(firedOn(emulator)).toEqual(['', 'chunked', '', 'chunked', ''])
})

it('next limits how often it fires', async () => {
  const { emulator, now } = await faulty('kycgenie', { kind: 'chunked', next: 2 })
  for (let i = 0; i < 4; i++) await send(emulator, 'kycgenie')
  expect(firedOn(emulator)).toEqual(['chunked', 'chunked', '', ''])
  expect(now()).toMatchObject({ fired: 2, remaining: 0, active: false })
})

it('concurrent attempts do not use the same firing', async () => {
  const { emulator, now } = await faulty('kycgenie', { kind: 'stale', next: 3 }, { settings: { concurrency: 50 } })
  await Promise.all(Array.from({ length: 20 }, () => emulator.trigger('kycgenie', 'screening.completed')))
  await emulator.rest()
  expect(firedOn(emulator).filter(name => name === 'stale')).toHaveLength(3)
  expect(now().fired).toBe(3)
})

it("for limits it on the emulator's clock: a receiver that is down for an hour", async () => {
  const { emulator, to, now } = await faulty('kycgenie', { kind: 'drop', as: 'refused', for: '1h' })
  const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed')
  await emulator.drain()
  const attempts = emulator.ledger.attempts(deliveries[0]?.id ?? '')
  expect(attempts.map(({ outcome }) => outcome?.kind)).toEqual([
    ...['refused', 'refused', 'refused', 'refused'],
    'answered',
  ])
  expect(to.seen).toHaveLength(1)
  expect(now()).toMatchObject({ active: false, fired: 4 })
})

it('a fault with a ttl is removed by real time, even while the clock stands still', async () => {
  const { emulator } = await faulty('kycgenie', { kind: 'chunked', ttl: '40ms' })
  const { expiresAt } = emulator.faults.list()[0] ?? {}
  expect(expiresAt).toBeGreaterThan(emulator.clock.wall() - 1000)
  await new Promise<void>(resolve => void emulator.clock.alarm(60, resolve))
  expect(emulator.faults.list()).toEqual([])
  expect((await send(emulator, 'kycgenie'))[0]?.faults).toEqual([])
})

it('probability is decided last, by seed, fault and delivery', async () => {
  const fired = async (seed: number, probability: number) => {
    const { emulator, subscribe } = await setUp({ seed })
    await subscribe('kycgenie', { settings: { concurrency: 10 } })
    await emulator.faults.add({ kind: 'chunked', probability, provider: 'kycgenie', next: 20 })
    for (let i = 0; i < 40; i++) await emulator.trigger('kycgenie', 'screening.completed')
    await emulator.rest()
    return firedOn(emulator)
  }
  const first = await fired(7, 0.3)
  const count = first.filter(name => name !== '').length
  expect(count).toBeGreaterThan(4)
  expect(count).toBeLessThan(21)
  expect(await fired(7, 0.3)).toEqual(first)
  expect(await fired(8, 0.3)).not.toEqual(first)
  expect((await fired(7, 1)).filter(name => name !== '')).toHaveLength(20)
})

/** Parameters without which a kind shows nothing on these few bytes. */
const TOLD: Partial<Record<FaultKind, Partial<FaultInput>>> = {
  pad: { toBytes: 2000 } as Partial<FaultInput>,
  slowBody: { over: 20 } as Partial<FaultInput>,
  method: { method: 'PUT' } as Partial<FaultInput>,
}

it.each(FAULT_KINDS)('%s: the same seed gives the same bytes', async kind => {
  const bytes = async () => {
    const to: ByteReceiver = await byteReceiver()
    const { emulator, subscribe } = await setUp({ seed: 11 })
    await subscribe('kycgenie', { url: to.url })
    await emulator.faults.add({ kind, next: 2, ...TOLD[kind] } as FaultInput)
    const type = kind.endsWith('Optional') ? 'verification.session_completed' : 'screening.completed'
    for (let i = 0; i < 2; i++) await emulator.trigger('kycgenie', type)
    await emulator.drain()
    expect(emulator.faults.list()).toMatchObject([{ fired: 2, lastSkipReason: null }])
    return to.seen
      .map(({ method, headers, body }) => JSON.stringify([method, { ...headers, host: '' }, body.toString('latin1')]))
      .sort()
  }
  const first = await bytes()
  expect(first.length).toBeGreaterThan(0)
  expect(await bytes()).toEqual(first)
})

it('ended faults are listed until others replace them; active ones always are', async () => {
  const { emulator, subscribe } = await setUp()
  await subscribe('kycgenie')
  const lasting = await emulator.faults.add({ kind: 'splitPackets', bytes: 400, attempts: [9] })
  for (let i = 0; i < 103; i++) {
    await emulator.faults.add({ kind: 'contentType', next: 1 })
    await send(emulator, 'kycgenie')
  }
  const shown = emulator.faults.list()
  expect(shown.length).toBeLessThan(103)
  expect(shown[0]?.id).toBe(lasting.id)
})

it('reset, remove and clear remove faults', async () => {
  const { emulator, fault } = await faulty('kycgenie', { kind: 'chunked' })
  await expect(emulator.faults.remove('fl_9')).rejects.toMatchObject({ code: 'not_found' })
  expect(await emulator.faults.remove(fault.id)).toMatchObject({ id: fault.id, active: true })
  expect((await send(emulator, 'kycgenie'))[0]?.faults).toEqual([])
  await emulator.faults.add({ kind: 'chunked' })
  expect(await emulator.faults.clear()).toBe(1)
  await emulator.faults.add({ kind: 'chunked' })
  await emulator.reset()
  expect(emulator.faults.list()).toEqual([])
})

it('the counts of a fault survive a restart', async () => {
  const ledger = `${temporaryFolder()}/standin.db`
  const first = await setUp({ ledger })
  await first.subscribe('kycgenie')
  const { id } = await first.emulator.faults.add({ kind: 'chunked', next: 2, for: '1d', ttl: '1h' })
  await send(first.emulator, 'kycgenie')
  const before = found(first.emulator, id)
  await first.emulator.stop()
  const second = await setUp({ ledger })
  expect(found(second.emulator, id)).toEqual(before)
  for (let i = 0; i < 2; i++) await send(second.emulator, 'kycgenie')
  expect(found(second.emulator, id)).toMatchObject({ fired: 2, remaining: 0 })
})

it.each<[unknown, string]>([
  [{}, '"kind" is missing'],
  [{ kind: 'stael' }, 'Did you mean "stale"?'],
  [{ kind: 'stale', bye: '5m' }, 'Did you mean "by"?'],
  [{ kind: 'stale', by: 'soon' }, '"soon" is not a duration'],
  [{ kind: 'stale', copies: 2 }, 'copies: Unknown key'],
  [{ kind: 'drop', as: 'gone' }, 'as: Unknown value'],
  [{ kind: 'chunked', attempts: [0] }, 'attempts.0'],
  [{ kind: 'chunked', probability: 2 }, 'probability'],
  [{ kind: 'chunked', provider: 'rilis' }, 'Unknown provider "rilis"'],
  [{ kind: 'chunked', provider: 'rillis', channel: 'flows' }, 'Unknown channel "flows" (rillis)'],
  [{ kind: 'chunked', channel: 'flow' }, 'Which provider has the channel flow?'],
  [{ kind: 'chunked', type: 'FLOW_COMPLETD' }, 'Unknown event type "FLOW_COMPLETD"'],
  [{ kind: 'chunked', subscription: 'sub_9' }, 'There is no subscription sub_9'],
  [{ kind: 'unknownType', provider: 'unico', channel: 'process' }, 'unknownType does not apply to'],
  [{ kind: 'tamper', type: 'FLOW_COMPLETED', provider: 'rillis', path: 'data.statuss' }, 'no "statuss" in data'],
])('%j is refused, and nothing is kept of it', async (fault, message) => {
  const { emulator } = await setUp()
  await expect(emulator.faults.add(fault as FaultInput)).rejects.toMatchObject({
    name: 'EmulatorError',
    message: expect.stringContaining(message.startsWith('Did you') ? '' : message),
  })
  const error = (await emulator.faults.add(fault as FaultInput).catch((one: unknown) => one)) as Error & {
    hint?: string
  }
  expect(`${error.message} ${error.hint ?? ''}`).toContain(message)
  expect(emulator.faults.list()).toEqual([])
})
