// Faults of signatures and credentials, judged by arithmetic of these tests and by a library that is not ours.
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import type { FaultInput } from '../../src/core/fault.js'
import type { SeenRequest } from '../support/byte-receiver.js'
import { START } from '../support/emulator.js'
import { faulty, KEY, send, setUp, WHSEC } from './setup.js'

const standardSignature = ({ headers, body }: SeenRequest, secret: string) =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64')}`

/** For flat payloads of one level below `data`, which is all that FLOW_COMPLETED is. */
function rillisSignature({ headers, body }: SeenRequest, key: string): string {
  const value = JSON.parse(body.toString())
  const ordered = (object: Record<string, unknown>) =>
    Object.fromEntries(
      Object.keys(object)
        .sort()
        .map(name => [name, object[name]]),
    )
  const text = JSON.stringify(ordered({ ...value, data: ordered(value.data) }))
  return createHmac('sha256', key).update(`${headers['x-timestamp']}.${text}`).digest('hex')
}

async function sent(provider: string, fault: FaultInput, settings = {}) {
  const w = await faulty(provider, fault, settings)
  const [attempt] = await send(w.emulator, provider)
  const [seen] = w.to.seen
  if (seen === undefined) throw new Error('nothing came')
  return { ...w, seen, attempt }
}

it.each([
  ['stale', -600],
  ['stale', -86_400],
  ['future', 600],
] as const)('%s by %i s: the stamp is off, the signature over it is right', async (kind, seconds) => {
  const by = `${Math.abs(seconds)}s`
  const rillis = await sent('rillis', { kind, by })
  expect(Number(rillis.seen.headers['x-timestamp'])).toBe(START / 1000 + seconds)
  expect(rillis.seen.headers['x-signature']).toBe(rillisSignature(rillis.seen, KEY))
  expect(rillis.attempt).toMatchObject({ faults: [kind], stampedAt: START + seconds * 1000 })
  const { seen } = await sent('kycgenie', { kind, by })
  expect(Number(seen.headers['webhook-timestamp'])).toBe(START / 1000 + seconds)
  expect(seen.headers['webhook-signature']).toBe(standardSignature(seen, WHSEC))
})

it('the library refuses a stale timestamp and accepts a fresh one', async () => {
  const { emulator, to, subscribe } = await setUp({ stamp: 'wall' })
  await subscribe('kycgenie')
  await emulator.faults.add({ kind: 'stale', next: 1 })
  await send(emulator, 'kycgenie')
  await send(emulator, 'kycgenie')
  const verify = (seen: SeenRequest | undefined) => () =>
    new Webhook(WHSEC).verify(String(seen?.body), seen?.headers ?? {})
  expect(verify(to.seen[0])).toThrow(/too old/)
  expect(verify(to.seen[1])).not.toThrow()
})

it('a wrong secret makes a well-formed invalid signature', async () => {
  const { seen } = await sent('kycgenie', { kind: 'wrongSecret' })
  expect(seen.headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
  expect(seen.headers['webhook-signature']).not.toBe(standardSignature(seen, WHSEC))
  const rillis = await sent('rillis', { kind: 'wrongSecret' })
  expect(rillis.seen.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/)
  expect(rillis.seen.headers['x-signature']).not.toBe(rillisSignature(rillis.seen, KEY))
})

it('credentials instead of a signature are wrong but as well-formed', async () => {
  const auth = { type: 'basic', credentials: 'alice:opensesame1' }
  const { seen } = await sent('unico', { kind: 'wrongSecret' }, { settings: { auth } })
  const shown = Buffer.from(seen.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()
  expect(shown).toBe('alice:opensesame2')
  const key = { type: 'apiKey', value: 'x-api-key:0123456789abcdef' }
  const other = await sent('unico', { kind: 'wrongSecret' }, { settings: { auth: key } })
  expect(other.seen.headers['x-api-key']).toBe('0123456780abcdef')
})

it('an omitted signature removes its header only; credentials are removed whole', async () => {
  const { seen } = await sent('kycgenie', { kind: 'omitSignature' })
  expect(seen.headers).not.toHaveProperty('webhook-signature')
  expect(seen.headers).toHaveProperty('webhook-id')
  const unico = await sent(
    'unico',
    { kind: 'omitSignature' },
    { settings: { auth: { type: 'basic', credentials: 'alice:opensesame' } } },
  )
  expect(unico.seen.headers).not.toHaveProperty('authorization')
})

it('after a rotation one header has two signatures, the valid one second', async () => {
  const { seen } = await sent('kycgenie', { kind: 'rotate' })
  const [first, second, ...more] = (seen.headers['webhook-signature'] ?? '').split(' ')
  expect(more).toEqual([])
  expect(first).toMatch(/^v1,/)
  expect(first).not.toBe(second)
  expect(second).toBe(standardSignature(seen, WHSEC))
})

it('a rotation is refused where messages carry one signature, or skipped where only a setting says so', async () => {
  const { emulator, subscribe, to } = await setUp()
  await expect(emulator.faults.add({ kind: 'rotate', provider: 'rillis' })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('rotate does not apply to rillis'),
  })
  await subscribe('kycgenie', { settings: { signatureScheme: 'hex-body' } })
  await emulator.faults.add({ kind: 'rotate' })
  const [attempt] = await send(emulator, 'kycgenie')
  expect(attempt?.faults).toEqual([])
  expect(emulator.faults.list()).toMatchObject([{ fired: 0, lastSkipReason: 'its messages carry one signature' }])
  expect(to.seen[0]?.headers['x-webhook-signature']).toMatch(/^sha256=/)
})

it('a tampered payload differs in one value and carries the signature of the original', async () => {
  const { seen, emulator, attempt } = await sent('rillis', { kind: 'tamper' })
  const was = emulator.view(attempt?.deliveryId ?? '').body
  const now = seen.body.toString()
  expect(now).toHaveLength(was.length)
  expect([...now].filter((letter, i) => letter !== was[i])).toHaveLength(1)
  expect(seen.headers['x-signature']).toBe(rillisSignature({ ...seen, body: Buffer.from(was) }, KEY))
  expect(seen.headers['x-signature']).not.toBe(rillisSignature(seen, KEY))
})

it('the path and the value of a change can be given', async () => {
  const { seen } = await sent('kycgenie', { kind: 'tamper', path: 'data.risk_profiles_count', value: 99 })
  expect(JSON.parse(seen.body.toString()).data.risk_profiles_count).toBe(99)
  expect(seen.headers['webhook-signature']).not.toBe(standardSignature(seen, WHSEC))
})

it('a fault that cannot take effect is skipped: nothing is signed, so nothing is stale', async () => {
  const { attempt, now } = await sent('unico', { kind: 'stale', next: 1 })
  expect(attempt?.faults).toEqual([])
  expect(now()).toMatchObject({ fired: 0, remaining: 1, active: true, lastSkipReason: 'nothing is signed' })
})
