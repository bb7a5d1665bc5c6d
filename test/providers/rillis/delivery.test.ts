// Rillis's webhooks on a real socket, verified in another language.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { byteReceiver, type SeenRequest } from '../../support/byte-receiver.js'
import { testEmulator } from '../../support/emulator.js'

const emulator = () => testEmulator({ stamp: 'clock' })

function verify(key: string, { headers, body }: SeenRequest): number | null {
  const script = join(import.meta.dirname, '../../support/verify-rillis.py')
  const input = JSON.stringify({
    key,
    timestamp: headers['x-timestamp'],
    signature: headers['x-signature'],
    body: String(body),
  })
  return spawnSync('python3', [script], { input, encoding: 'utf8' }).status
}

describe('a flow webhook as sent', () => {
  it('is a POST of compact JSON with two lower-case headers, verified in Python', async () => {
    const { url, seen } = await byteReceiver(200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: 'clé-🔑' })
    await standin.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED')
    await standin.rest()
    const [one] = seen as [SeenRequest]
    expect(one.line).toBe('POST /webhooks HTTP/1.1')
    expect(one.headers['content-type']).toBe('application/json')
    expect(one.headers['user-agent']).toMatch(/^Standin\/\d+\.\d+\.\d+ \(rillis\)$/)
    expect(Object.keys(JSON.parse(String(one.body)) as JsonObject)).toEqual(['id', 'type', 'timestamp', 'data'])
    expect(String(one.body)).toBe(JSON.stringify(JSON.parse(String(one.body))))
    expect(JSON.parse(String(one.body))).toMatchObject({ data: { url } })
    expect(verify('clé-🔑', one)).toBe(0)
    expect(verify('another', one)).toBe(1)
  })

  it('is retried after 201 as after 500, with the same body, a new timestamp and a valid signature', async () => {
    const { url, seen } = await byteReceiver(500, 201, 200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: 'k' })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    const counts = await standin.drain()
    expect(counts).toMatchObject({ delivered: 1, attempts: 3 })
    expect(new Set(seen.map(one => String(one.body))).size).toBe(1)
    const stamps = seen.map(one => Number(one.headers['x-timestamp']))
    expect(stamps.map(stamp => stamp - (stamps[0] ?? 0))).toEqual([0, 5, 35])
    for (const one of seen) expect(verify('k', one)).toBe(0)
  })

  it('has neither header if the flow has no key', async () => {
    const { url, seen } = await byteReceiver(200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: null })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(Object.keys(seen[0]?.headers ?? {}).filter(name => name.toLowerCase().startsWith('x-'))).toEqual([])
  })
})

describe('a flow with a general and a step URL', () => {
  it('has one key, and each URL gets its class of events with its own data.url', async () => {
    const general = await byteReceiver(200)
    const step = await byteReceiver(200)
    const standin = await emulator()
    const first = await standin.subscribe('rillis', {
      url: general.url,
      settings: { flow: 'retail', class: 'general' },
    })
    const second = await standin.subscribe('rillis', { url: step.url, settings: { flow: 'retail', class: 'step' } })
    expect(second.secret).toBe(first.secret)
    await standin.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', { subject: 'one' })
    await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'one' })
    await standin.rest()
    const bodies = (seen: SeenRequest[]) => seen.map(one => JSON.parse(String(one.body)) as JsonObject)
    expect(bodies(general.seen)).toMatchObject([{ type: 'FLOW_COMPLETED', data: { url: general.url } }])
    expect(bodies(step.seen)).toMatchObject([{ type: 'VERIFICATION_IDENTITY_COMPLETED', data: { url: step.url } }])
    expect(verify(first.secret ?? '', step.seen[0] as SeenRequest)).toBe(0)
  })
})
