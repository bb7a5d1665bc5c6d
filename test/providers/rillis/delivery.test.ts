// Rillis's webhooks on a real socket: the bytes as they arrive, judged by a verifier in another language.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import type { Emulator } from '../../../src/emulator/contract.js'
import { createEmulator } from '../../../src/emulator/index.js'
import { rawReceiver } from '../../support/receiver.js'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

interface Heard {
  line: string
  headers: Record<string, string>
  body: string
}

/** The request as its bytes say, once they are all there. */
function parsed(bytes: Buffer): Heard | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...rest] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(rest.map(header => header.split(': ') as [string, string]))
  const length = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  const body = bytes.subarray(end + 4)
  return body.length < Number(length) ? undefined : { line, headers, body: body.toString('utf8') }
}

/** A receiver of raw bytes that answers these statuses, the last one over and over. */
async function byteReceiver(...statuses: number[]): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const { url } = await rawReceiver(socket => {
    let bytes = Buffer.alloc(0)
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk])
      const request = parsed(bytes)
      if (!request) return
      bytes = Buffer.alloc(0)
      const status = statuses[Math.min(heard.length, statuses.length - 1)]
      heard.push(request)
      socket.end(`HTTP/1.1 ${status} Answer\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    })
  })
  return { url, heard }
}

async function emulator(): Promise<Emulator> {
  const made = await createEmulator({ clock: 'manual', seed: 11, stamp: 'clock', start: Date.UTC(2026, 0, 15, 9) })
  cleanUps.push(() => made.stop())
  return made
}

function verify(key: string, { headers, body }: Heard): number | null {
  const script = join(import.meta.dirname, '../../support/verify-rillis.py')
  const input = JSON.stringify({ key, timestamp: headers['x-timestamp'], signature: headers['x-signature'], body })
  return spawnSync('python3', [script], { input, encoding: 'utf8' }).status
}

describe('a flow webhook on the wire', () => {
  it('is a POST of compact JSON with its two lower-case headers, which Python verifies', async () => {
    const { url, heard } = await byteReceiver(200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: 'clé-🔑' })
    await standin.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED')
    await standin.rest()
    const [one] = heard as [Heard]
    expect(one.line).toBe('POST /webhooks HTTP/1.1')
    expect(one.headers['Content-Type']).toBe('application/json')
    expect(one.headers['User-Agent']).toMatch(/^Standin\/\d+\.\d+\.\d+ \(rillis\)$/)
    expect(Object.keys(JSON.parse(one.body) as JsonObject)).toEqual(['id', 'type', 'timestamp', 'data'])
    expect(one.body).toBe(JSON.stringify(JSON.parse(one.body)))
    expect(JSON.parse(one.body)).toMatchObject({ data: { url } })
    expect(verify('clé-🔑', one)).toBe(0)
    expect(verify('another', one)).toBe(1)
  })

  it('is retried after 201 as after 500, with the same body, a new stamp and a signature that verifies', async () => {
    const { url, heard } = await byteReceiver(500, 201, 200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: 'k' })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    const counts = await standin.drain()
    expect(counts).toMatchObject({ delivered: 1, attempts: 3 })
    expect(new Set(heard.map(one => one.body)).size).toBe(1)
    const stamps = heard.map(one => Number(one.headers['x-timestamp']))
    expect(stamps.map(stamp => stamp - (stamps[0] ?? 0))).toEqual([0, 5, 35])
    for (const one of heard) expect(verify('k', one)).toBe(0)
  })

  it('has neither header where the flow has no key', async () => {
    const { url, heard } = await byteReceiver(200)
    const standin = await emulator()
    await standin.subscribe('rillis', { url, secret: null })
    await standin.trigger('rillis', 'FLOW_COMPLETED')
    await standin.rest()
    expect(Object.keys(heard[0]?.headers ?? {}).filter(name => name.toLowerCase().startsWith('x-'))).toEqual([])
  })
})

describe('a flow with a general and a step URL', () => {
  it('has one key, and each URL gets its own kind of events with its own data.url', async () => {
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
    const bodies = (heard: Heard[]) => heard.map(one => JSON.parse(one.body) as JsonObject)
    expect(bodies(general.heard)).toMatchObject([{ type: 'FLOW_COMPLETED', data: { url: general.url } }])
    expect(bodies(step.heard)).toMatchObject([{ type: 'VERIFICATION_IDENTITY_COMPLETED', data: { url: step.url } }])
    expect(verify(first.secret ?? '', step.heard[0] as Heard)).toBe(0)
  })
})
