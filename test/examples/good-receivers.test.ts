// The example receivers: none crashes, leaks or loses anything, whatever is sent.
import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { connect } from 'node:net'
import { createEmulator, type Emulator, type SubscriptionInput } from 'standin'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createReceiver as rillisReceiver } from '../../examples/express-rillis/receiver.js'
import { createReceiver as kycgenieReceiver } from '../../examples/fastify-kycgenie/receiver.js'
import { createReceiver as unicoReceiver } from '../../examples/hono-unico/receiver.js'

const whsec = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'
const now = () => String(Math.floor(Date.now() / 1000))

interface Case {
  provider: string
  type: string
  to: Pick<SubscriptionInput, 'secret' | 'settings'>
  receiver(): { listen(): Promise<{ url: string; observe: string; close(): Promise<void> }> }
  /** Headers that are right for these bytes, as far as the scheme can say so. */
  headers(body: Buffer): Record<string, string>
  secrets: string[]
}

const cases: Case[] = [
  {
    provider: 'rillis',
    type: 'FLOW_COMPLETED',
    to: { secret: 'the key' },
    receiver: () => rillisReceiver({ webhookKey: 'the key' }),
    headers: body => {
      const timestamp = now()
      return {
        'x-timestamp': timestamp,
        'x-signature': createHmac('sha256', 'the key').update(`${timestamp}.`).update(body).digest('hex'),
      }
    },
    secrets: ['the key'],
  },
  {
    provider: 'kycgenie',
    type: 'screening.completed',
    to: { secret: whsec },
    receiver: () => kycgenieReceiver({ secrets: [whsec] }),
    headers: body => {
      const timestamp = now()
      const key = Buffer.from(whsec.slice(6), 'base64')
      const signature = createHmac('sha256', key).update(`evt_1.${timestamp}.`).update(body).digest('base64')
      return { 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
    },
    secrets: [whsec, whsec.slice(6)],
  },
  {
    provider: 'unico',
    type: 'process.finished.ok',
    to: { secret: 'user:pass', settings: { auth: { type: 'basic' } } },
    receiver: () => unicoReceiver({ auth: { basic: 'user:pass' } }),
    headers: () => ({ authorization: `Basic ${Buffer.from('user:pass').toString('base64')}` }),
    secrets: ['user:pass', Buffer.from('user:pass').toString('base64')],
  },
]

describe.each(cases)('the receiver for $provider', ({ provider, type, to, receiver, headers, secrets }) => {
  let emulator: Emulator
  let running: Awaited<ReturnType<ReturnType<Case['receiver']>['listen']>>

  beforeEach(async () => {
    emulator = await createEmulator({ seed: 7 })
    running = await receiver().listen()
  })
  afterEach(async () => {
    await running.close()
    await emulator.stop(0)
  })

  const good = async (variant?: string) => {
    const { message } = await emulator.preview(provider, type, { ...to, url: running.url }, { variant })
    return { headers: Object.fromEntries(message.headers), body: String(message.body) }
  }
  const send = async (
    body: string | Uint8Array<ArrayBuffer> | null,
    given: Record<string, string>,
    method = 'POST',
  ) => {
    const answer = await fetch(running.url, { method, headers: given, body })
    return { status: answer.status, text: await answer.text(), allow: answer.headers.get('allow') }
  }
  const effects = async () => {
    const seen = (await (await fetch(running.observe)).json()) as { effects: Record<string, number> }
    return Object.values(seen.effects)
  }
  const stillGood = async () => {
    const message = await good()
    expect((await send(message.body, message.headers)).status).toBe(200)
    expect(await effects()).toEqual([1])
  }

  it.each([
    ['broken JSON', '{"id":"1",'],
    ['a list', '[{"id":"1"}]'],
    ['a bare text', '"id"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{"id":"1"}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('rejects %s with 400 and continues', async (_, text) => {
    const body = Buffer.from(text)
    const { status, text: said } = await send(new Uint8Array(body), headers(body))
    expect(status).toBe(400)
    expect(JSON.parse(said)).toEqual({ error: 'not a JSON object' })
    await stillGood()
  })

  it('survives 100 000 nested lists', async () => {
    const body = Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    expect((await send(new Uint8Array(body), headers(body))).status).toBeLessThan(500)
    const message = await good()
    expect((await send(message.body, message.headers)).status).toBe(200)
  })

  it.each(['absent', 'empty', 'truncated', 'doubled', 'not ASCII hex'])(
    'refuses credentials that are %s',
    async how => {
      const message = await good()
      const bent = Object.fromEntries(
        Object.entries(message.headers).flatMap(([name, value]) => {
          if (!/signature|authorization/.test(name.toLowerCase())) return [[name, value]]
          if (how === 'absent') return []
          if (how === 'empty') return [[name, '']]
          if (how === 'truncated') return [[name, value.slice(0, -4)]]
          return [[name, how === 'doubled' ? `${value}${value}` : 'é'.repeat(64)]]
        }),
      )
      const { status, text } = await send(message.body, bent)
      expect(status).toBe(401)
      for (const secret of secrets) expect(text).not.toContain(secret)
      expect(text).not.toMatch(/ at |node_modules|[0-9a-f]{32}/)
      await stillGood()
    },
  )

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers %s with 405', async method => {
    const { status, allow } = await send(null, {}, method)
    expect([status, allow]).toEqual([405, 'POST'])
  })

  it('accepts 1 MB and answers 413 to 5 MB', async () => {
    const { message } = await emulator.preview(provider, type, { ...to, url: running.url })
    const padded = JSON.stringify({ ...JSON.parse(String(message.body)), padding: 'x'.repeat(1_000_000) })
    expect(
      (await send(padded, provider === 'rillis' ? signedRillis(padded) : headers(Buffer.from(padded)))).status,
    ).toBe(200)
    const tooLarge = await send('x'.repeat(5_000_000), headers(Buffer.alloc(0))).catch(() => undefined)
    // A sender that is still writing may see the connection end before it reads the answer.
    if (tooLarge) expect(tooLarge.status).toBe(413)
    await fetch(running.observe)
  })

  it.each([undefined, 'text/plain', 'application/json; charset=utf-8'])(
    'accepts content-type %s',
    async contentType => {
      const message = await good()
      const given = Object.entries(message.headers).filter(([name]) => name.toLowerCase() !== 'content-type')
      const answer = await new Promise<number>((resolve, reject) => {
        const sending = request(running.url, {
          method: 'POST',
          headers: { ...Object.fromEntries(given), ...(contentType && { 'content-type': contentType }) },
        })
        sending.on('response', response => resolve(response.resume().statusCode ?? 0))
        sending.on('error', reject)
        sending.end(message.body)
      })
      expect(answer).toBe(200)
    },
  )

  it('accepts a chunked body in single bytes', async () => {
    const message = await good()
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(running.url, { method: 'POST', headers: message.headers })
      sending.on('response', response => resolve(response.resume().statusCode ?? 0))
      sending.on('error', reject)
      for (const byte of Buffer.from(message.body)) sending.write(Buffer.from([byte]))
      sending.end()
    })
    expect(status).toBe(200)
    expect(await effects()).toEqual([1])
  })

  it('ignores a truncated body', async () => {
    const message = await good()
    const { hostname, port, pathname } = new URL(running.url)
    const lines = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = Buffer.byteLength(message.body) + 10
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const head = `POST ${pathname} HTTP/1.1\r\nhost: x\r\n${lines.join('')}content-length: ${length}\r\n\r\n`
        socket.write(head + message.body, () => socket.destroy())
      })
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    expect(await effects()).toEqual([])
    await stillGood()
  })

  it('has one effect when ten copies arrive concurrently', async () => {
    const message = await good()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(message.body, message.headers)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await effects()).toEqual([1])
  })

  it('accepts unknown types, unknown values and extra keys', async () => {
    const { message } = await emulator.preview(provider, type, { ...to, url: running.url })
    const value = JSON.parse(String(message.body)) as Record<string, unknown>
    const inner = typeof value.data === 'object' ? { data: { ...value.data, status: 'NEW_STATUS', further: null } } : {}
    const bent = JSON.stringify({ ...value, ...inner, type: 'NEW', event_type: 'new.type', state: 'NEW', more: [1] })
    const given = provider === 'rillis' ? signedRillis(bent) : headers(Buffer.from(bent))
    expect((await send(bent, given)).status).toBe(200)
  })
})

/** Rillis signs the JSON with sorted keys; written here a second time, apart from the sources. */
function signedRillis(body: string): Record<string, string> {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    const object = value as Record<string, unknown>
    return Object.fromEntries(
      Object.keys(object)
        .sort()
        .map(key => [key, sorted(object[key])]),
    )
  }
  const timestamp = now()
  const text = `${timestamp}.${JSON.stringify(sorted(JSON.parse(body)))}`
  return { 'x-timestamp': timestamp, 'x-signature': createHmac('sha256', 'the key').update(text).digest('hex') }
}

describe('freshness', () => {
  const stamped = (timestamp: string) => {
    const body = '{"id":"1"}'
    const signature = createHmac('sha256', 'the key').update(`${timestamp}.${body}`).digest('hex')
    return { method: 'POST', body, headers: { 'x-timestamp': timestamp, 'x-signature': signature } }
  }

  it.each([
    [-310, 401],
    [-86_400, 401],
    [-270, 200],
    [270, 200],
    [600, 401],
  ])('a timestamp %i s off is answered %i', async (away, status) => {
    const { url, close } = await rillisReceiver({ webhookKey: 'the key' }).listen()
    expect((await fetch(url, stamped(String(Number(now()) + away)))).status).toBe(status)
    await close()
  })

  it.each([`${now()}abc`, ` -${now()}`, `${Date.now()}`, '', 'soon', '1e9', '0x7fffffff'])(
    'a stamp %j is refused',
    async stamp => {
      const { url, close } = await rillisReceiver({ webhookKey: 'the key' }).listen()
      expect((await fetch(url, stamped(stamp.trim()))).status).toBe(401)
      await close()
    },
  )
})
