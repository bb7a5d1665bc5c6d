// What attempts show of receivers that repeat the credentials they were sent, also wrong ones that resemble the right ones.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { testReceiver } from '../support/receiver.js'
import { testServer } from '../support/server.js'

const BASIC = 'ann:correct horse 7 battery'
const KEY = 'X-Own-Key: k3y-of-the-receiver'

const PARTS = {
  basic: ['correct horse', 'battery', Buffer.from(BASIC).toString('base64')],
  'an API key': ['k3y-of-the', Buffer.from('k3y-of-the-receiver').toString('base64').slice(0, 12)],
}

const SETTINGS: Record<keyof typeof PARTS, JsonObject> = {
  basic: { auth: { type: 'basic', credentials: BASIC } },
  'an API key': { auth: { type: 'apiKey', value: KEY } },
}

/** Repeats the credentials in every form. */
const repeating = () =>
  testReceiver(({ headers, rawHeaders }) => {
    const given = headers.authorization ?? headers['x-own-key'] ?? 'none'
    const decoded = Buffer.from(given.replace(/^Basic /, ''), 'base64').toString('latin1')
    return {
      status: 401,
      headers: { 'x-got': given, 'x-encoded': Buffer.from(`>${given}`).toString('base64') },
      body: JSON.stringify({
        rawHeaders,
        given,
        decoded,
        encoded: Buffer.from(given).toString('base64url'),
        uri: encodeURIComponent(decoded),
      }),
    }
  })

describe.each(['basic', 'an API key'] as const)('credentials as %s', form => {
  it.each([undefined, 'wrongSecret'])('are not shown (fault: %s)', async kind => {
    const { ask, emulator } = await testServer({ providers: builtInProviders })
    const receiver = await repeating()
    await ask('POST', '/_standin/subscriptions', {
      provider: 'unico',
      url: receiver.url,
      eventTypes: ['*'],
      settings: SETTINGS[form],
    })
    if (kind !== undefined) expect((await ask('POST', '/_standin/faults', { kind })).status).toBe(201)
    const { deliveries } = await emulator.trigger('unico', 'process.finished.ok')
    await emulator.rest()
    expect(receiver.requests.length).toBeGreaterThan(0)
    const { text } = await ask('GET', `/_standin/deliveries/${deliveries[0]?.id}`)
    expect(text).toContain('***')
    for (const part of PARTS[form]) expect(text).not.toContain(part)
  })
})
