// What the emulator sends is valid to the debugger, whatever the provider, event type and settings; and secrets stay secret.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { explainSignature } from '../../src/signature-debugger/explain-signature.js'
import { testEmulator } from '../support/emulator.js'
import { explained, named } from './crypto.js'

const schemes: [provider: string, channel: string, settings: JsonObject][] = [
  ['rillis', 'flow', {}],
  ['rillis', 'flow', { bodyFormat: 'pretty', signatureEncoding: 'base64', signaturePrefix: 'sha256=' }],
  ['rillis', 'flow', { signedPart: 'data', canonicalSpacing: 'indent2', sortInsideArrays: false }],
  ['rillis', 'transaction', { transactionSigning: 'flow' }],
  ['kycgenie', 'webhooks', {}],
  ['kycgenie', 'webhooks', { bodyFormat: 'python', typeKey: 'type' }],
  ['kycgenie', 'webhooks', { signatureScheme: 'hex-body' }],
  ['kycgenie', 'webhooks', { signatureScheme: 'stripe', bodyFormat: 'python' }],
  ['standard', 'events', {}],
]
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('what the emulator sends', () => {
  it.each(schemes)(
    'by %s/%s with %j is right, for every event type and found without naming the channel',
    async (name, channelName, settings) => {
      const provider = builtInProviders.find(one => one.name === name)
      const channel = provider?.channels.find(one => one.name === channelName)
      if (provider === undefined || channel === undefined) throw new Error(`no ${name}/${channelName}`)
      const emulator = await testEmulator()
      const to = { channel: channelName, url: 'http://127.0.0.1:9/', secret: SECRET, settings }
      const types = channel.eventTypes.map(type => type.name)
      const all = await Promise.all(
        types.map(async type => {
          const { message } = await emulator.preview(name, type, to, { channel: channelName })
          const body = Buffer.from(message.body)
          const asked = { provider, secret: SECRET, headers: message.headers, body, now: Date.now() }
          return explainSignature({ ...asked, settings })
        }),
      )
      expect(all.map(one => `${one.channel} ${named(one)}`)).toEqual(types.map(() => `${channelName} valid`))
      expect(all.flatMap(one => one.received)).toEqual(all.flatMap(one => one.expected))
    },
  )

  it('a signature with another secret is explained with every step, without the secret or its key', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const key = Buffer.from(secret.slice(6), 'base64')
    const headers: [string, string][] = [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', '1769069730'],
      ['webhook-signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    ]
    const all = await Promise.all(
      ['standard', 'kycgenie'].map(provider =>
        explained(provider, { secret, headers, body: '{"a":1}', now: 1769069730000 }),
      ),
    )
    const settings = { signatureScheme: 'hex-body' }
    all.push(await explained('kycgenie', { secret, settings, headers, body: '{"a":1}', now: 0 }))
    for (const explanation of all) {
      const text = JSON.stringify(explanation)
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secret.slice(6, 18))
      expect(text).not.toContain(key.toString('hex').slice(0, 16))
      expect(explanation.verdict).toBe('invalid')
    }
    expect(all[0]?.steps.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['timestamp', 10],
      ['id', 5],
      ['body', 7],
      ['payload', 7],
      ['signed string', 24],
      ['key', 24],
      ['hmac', 32],
      ['signature', 44],
      ['header', 17],
      ['header', 29],
      ['header', 66],
    ])
  })

  it('a provider that signs nothing, an unknown channel and a body that cannot be signed are refused', async () => {
    const asked = { secret: 's', headers: [], body: '{', now: 0 }
    await expect(explained('unico', asked)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(explained('rillis', { ...asked, channel: 'flwo' })).rejects.toMatchObject({
      code: 'unknown_name',
      hint: 'Did you mean "flow"?',
    })
    await expect(explained('rillis', asked)).rejects.toMatchObject({ code: 'invalid_input', where: 'body' })
    await expect(explained('rillis', { ...asked, secret: '' })).rejects.toMatchObject({ code: 'invalid_secret' })
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    await expect(explained('standard', { ...asked, body: deep })).rejects.toMatchObject({ where: 'body' })
  })
})
