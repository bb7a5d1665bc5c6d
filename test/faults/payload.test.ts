// Faults of the payload: what stands in the bytes, and that the signature is right for them, by verifiers that are not ours.
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import type { FaultInput } from '../../src/core/fault.js'
import type { SeenRequest } from '../support/byte-receiver.js'
import { faulty, KEY, send, setUp, WHSEC } from './setup.js'

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value

/** Rillis's rule, written down anew: the sorted JSON of whatever was sent. */
function rillisIsRight({ headers, body }: SeenRequest): boolean {
  const text = `${headers['x-timestamp']}.${JSON.stringify(sorted(JSON.parse(body.toString())))}`
  return createHmac('sha256', KEY).update(text).digest('hex') === headers['x-signature']
}

/** Standard Webhooks' own arithmetic over the bytes as they came. */
function bytesAreSigned({ headers, body }: SeenRequest): boolean {
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body])
  const key = Buffer.from(WHSEC.slice('whsec_'.length), 'base64')
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

const verify = ({ headers, body }: SeenRequest) =>
  new Webhook(WHSEC).verify(body.toString(), headers) as Record<string, unknown>

async function sent(provider: string, fault: FaultInput): Promise<SeenRequest> {
  const { emulator, to } = await faulty(provider, fault)
  const [attempt] = await send(emulator, provider)
  expect(attempt?.faults).toEqual([fault.kind])
  const [seen] = to.seen
  if (seen === undefined) throw new Error('nothing came')
  // What is remembered is what was sent.
  expect(Buffer.from(attempt?.bodyBase64 ?? '', 'base64').equals(seen.body)).toBe(true)
  return seen
}

async function plain(provider: string): Promise<Record<string, unknown>> {
  const { emulator, to, subscribe } = await setUp()
  await subscribe(provider)
  await send(emulator, provider)
  return JSON.parse(String(to.seen[0]?.body))
}

it('the arithmetic of these tests agrees with the library for Standard Webhooks', async () => {
  const { emulator, to, subscribe } = await setUp({ stamp: 'wall' })
  await subscribe('kycgenie')
  await send(emulator, 'kycgenie')
  const [seen] = to.seen as [SeenRequest]
  expect(verify(seen)).toEqual(JSON.parse(seen.body.toString()))
  expect(bytesAreSigned(seen)).toBe(true)
})

it.each(['rillis', 'kycgenie'])('an unknown type replaces the type of %s, and is signed', async provider => {
  const seen = await sent(provider, { kind: 'unknownType' })
  const value = JSON.parse(seen.body.toString())
  const known = await plain(provider)
  const key = provider === 'rillis' ? 'type' : 'event_type'
  expect(value[key]).toBe(provider === 'rillis' ? 'SOMETHING_NEW' : 'something.new')
  expect({ ...value, [key]: known[key] }).toMatchObject({ [key]: known[key], id: known.id })
  expect(provider === 'rillis' ? rillisIsRight(seen) : bytesAreSigned(seen)).toBe(true)
})

it('an unknown type can be given, and replaces the type under the key that the subscription sets', async () => {
  const { emulator, to } = await faulty(
    'kycgenie',
    { kind: 'unknownType', as: 'screening.cloned' },
    { settings: { typeKey: 'type' } },
  )
  await send(emulator, 'kycgenie')
  expect(JSON.parse(String(to.seen[0]?.body)).type).toBe('screening.cloned')
})

it('an unknown value replaces one in a field with known values, or at the given path', async () => {
  const expired = JSON.parse((await sent('unico', { kind: 'unknownValue' })).body.toString())
  expect(expired.lastEvent).toBe('SOMETHING_NEW')
  const flow = await sent('rillis', { kind: 'unknownValue', path: 'data.status', value: 'PAUSED' })
  expect(JSON.parse(flow.body.toString()).data.status).toBe('PAUSED')
  expect(rillisIsRight(flow)).toBe(true)
})

it('extra fields are in every object, and known fields are unchanged', async () => {
  const seen = await sent('kycgenie', { kind: 'extraFields' })
  const value = JSON.parse(seen.body.toString())
  const known = await plain('kycgenie')
  expect(value).toMatchObject({ somethingNew: 'added later', data: { somethingNew: 'added later' } })
  expect(Object.keys(value).length).toBe(Object.keys(known).length + 2)
  expect(bytesAreSigned(seen)).toBe(true)
})

it('optional fields are omitted or null, required ones stay', async () => {
  const body = async (fault?: FaultInput) => {
    const { emulator, to, subscribe } = await setUp()
    await subscribe('kycgenie')
    if (fault) await emulator.faults.add(fault)
    await emulator.trigger('kycgenie', 'verification.session_completed')
    await emulator.rest()
    return JSON.parse(String(to.seen[0]?.body)) as { data: Record<string, unknown> }
  }
  const known = await body()
  const without = await body({ kind: 'omitOptional' })
  const nulled = await body({ kind: 'nullOptional' })
  expect(Object.keys(known.data).filter(key => !(key in without.data))).toEqual(['failure_details', 'delivery_method'])
  expect(Object.keys(nulled.data)).toEqual(Object.keys(known.data))
  expect(nulled.data).toMatchObject({ delivery_method: null, completed_at: null })
  expect(nulled.data.session_id).toBe(known.data.session_id)
})

it('given paths are omitted or null whether they are optional or not', async () => {
  const left = await sent('kycgenie', { kind: 'omitOptional', paths: ['data.entity_name'] })
  expect(JSON.parse(left.body.toString()).data).not.toHaveProperty('entity_name')
  const nulled = await sent('kycgenie', { kind: 'nullOptional', paths: ['data.entity_name', 'data.status'] })
  expect(JSON.parse(nulled.body.toString()).data).toMatchObject({ entity_name: null, status: null })
  expect(bytesAreSigned(nulled)).toBe(true)
})

it.each(['spaces', 'field'] as const)('a body padded with %s has exactly the given size', async how => {
  const seen = await sent('kycgenie', { kind: 'pad', toBytes: 200_000, with: how })
  expect(seen.headers['content-length']).toBe('200000')
  expect(seen.body).toHaveLength(200_000)
  const { padding, ...value } = JSON.parse(seen.body.toString())
  expect(how === 'field' ? padding.length > 190_000 : padding === undefined).toBe(true)
  expect(value).toHaveProperty('data.screening_id')
  expect(bytesAreSigned(seen)).toBe(true)
})

it('a body is malformed in the given way, and signed byte for byte as it is sent', async () => {
  const of = async (as: NonNullable<Extract<FaultInput, { kind: 'malform' }>['as']>) => {
    const seen = await sent('kycgenie', { kind: 'malform', as })
    expect(bytesAreSigned(seen)).toBe(true)
    expect(seen.headers['content-length']).toBe(String(seen.body.length))
    return seen.body
  }
  const truncated = await of('truncated')
  expect(truncated.toString()).toMatch(/^\{/)
  expect(() => JSON.parse(truncated.toString())).toThrow()
  expect(JSON.parse((await of('array')).toString())).toEqual([expect.objectContaining({ id: expect.any(String) })])
  expect(await of('empty')).toHaveLength(0)
  expect((await of('text')).toString()).toBe('This is not JSON.')
  expect([...(await of('bom')).subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x7b])
  const invalid = await of('invalidUtf8')
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(invalid)).toThrow()
  expect(invalid.toString('latin1')).toMatch(/^\{"id":"\xc3\x28\xff/)
  const doubled = (await of('duplicateKeys')).toString()
  expect(doubled.match(/"id":/g)).toHaveLength(2)
  expect(JSON.parse(doubled).id).not.toBe(/"id":"([^"]*)"/.exec(doubled)?.[1])
})

it('faults of one attempt add up, whatever the order they were added in', async () => {
  const { emulator, to, subscribe } = await setUp()
  await subscribe('kycgenie')
  await emulator.faults.add({ kind: 'malform', as: 'array' })
  await emulator.faults.add({ kind: 'chunked' })
  await emulator.faults.add({ kind: 'unknownType' })
  const [attempt] = await send(emulator, 'kycgenie')
  expect(attempt?.faults).toEqual(['unknownType', 'malform', 'chunked'])
  const [seen] = to.seen as [SeenRequest]
  expect(seen.headers['transfer-encoding']).toBe('chunked')
  expect(seen.body.toString()).toContain('[{"id"')
  expect(Buffer.from(attempt?.bodyBase64 ?? '', 'base64').toString()).toContain('"event_type":"something.new"')
})
