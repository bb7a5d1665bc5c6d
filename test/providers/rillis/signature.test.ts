// Rillis's signature: the vectors, a verifier in another language, and each of its settings.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { transactionChannel } from '../../../src/providers/rillis/channels.js'
import { sign, story } from './payloads.js'

interface Vector {
  name: string
  webhookKey: string
  xTimestamp: string
  body: JsonObject
  signedString: string
  xSignature: string
}

const ROOT = join(import.meta.dirname, '../../..')
const { vectors } = JSON.parse(readFileSync(join(ROOT, 'fixtures/rillis/vectors.json'), 'utf8')) as {
  vectors: Vector[]
}
const [completed, , unusual] = vectors as [Vector, Vector, Vector]

/** Exit status of the independent verifier. */
function verify(key: string, timestamp: string, signature: string, body: string): number | null {
  const script = join(ROOT, 'test/support/verify-rillis.py')
  const input = JSON.stringify({ key, timestamp, signature, body })
  const run = spawnSync('python3', [script], { input, encoding: 'utf8' })
  if (run.error) throw run.error
  return run.status
}

const signVector = (vector: Vector, settings: JsonObject = {}) =>
  sign(vector.body, { secret: vector.webhookKey, at: Number(vector.xTimestamp) * 1000 + 999, settings })

describe('vectors', () => {
  it.each(vectors.map(vector => [vector.name, vector] as const))(
    '%s is reproduced byte for byte',
    async (_, vector) => {
      const { headers, signedString } = await signVector(vector)
      expect(signedString).toBe(vector.signedString)
      expect(headers).toEqual({ 'x-signature': vector.xSignature, 'x-timestamp': vector.xTimestamp })
    },
  )

  it('has three', () => {
    expect(vectors).toHaveLength(3)
  })
})

describe('a verifier written in Python', () => {
  it.each(vectors.map(vector => [vector.name, vector] as const))('agrees with the vector: %s', (_, vector) => {
    const body = JSON.stringify(vector.body, null, 2)
    const wrong = (vector.xSignature.startsWith('0') ? '1' : '0') + vector.xSignature.slice(1)
    expect(verify(vector.webhookKey, vector.xTimestamp, vector.xSignature, body)).toBe(0)
    expect(verify(vector.webhookKey, vector.xTimestamp, wrong, body)).toBe(1)
  })

  it('accepts the signature of a company form, and no body changed after signing', async () => {
    const { payload } = (await story({ seed: 5 })).make('ONBOARDING_FORM_COMPANY_COMPLETED')
    const { headers } = await sign(payload, { secret: 'clave ñ 🔑' })
    const [signature = '', timestamp = ''] = [headers['x-signature'], headers['x-timestamp']]
    const body = JSON.stringify(payload)
    expect(verify('clave ñ 🔑', timestamp, signature, body)).toBe(0)
    expect(verify('clave n', timestamp, signature, body)).toBe(1)
    expect(verify('clave ñ 🔑', String(Number(timestamp) + 1), signature, body)).toBe(1)
    expect(verify('clave ñ 🔑', timestamp, signature, body.replace('PENDING_REVIEW', 'REJECTED'))).toBe(1)
  })

  it('accepts numbers and keys as JavaScript writes them', async () => {
    const payload = {
      b: [1e21, 1e-7, 0.1, -0, 123456789012, 1.5e300],
      10: 'ten',
      9: 'nine',
      Z: '\u2028\u0007/',
      é: null,
    }
    const { headers } = await sign(payload)
    expect(verify('k', headers['x-timestamp'] ?? '', headers['x-signature'] ?? '', JSON.stringify(payload))).toBe(0)
  })
})

describe('without a key', () => {
  it('both headers are absent', async () => {
    const signed = await sign(completed.body, { secret: null })
    expect(signed.headers).toEqual({})
    expect(signed.signedString).toBeUndefined()
  })
})

describe('settings of the signature', () => {
  it('signatureEncoding base64 encodes the signature in base64', async () => {
    const { headers } = await signVector(completed, { signatureEncoding: 'base64' })
    expect(headers['x-signature']).toBe('tpkBONhXP3ibVV8+j1Da61TkQ4xQHfjZV1gLIg5rjZ0=')
  })

  it('signaturePrefix is prepended to the signature', async () => {
    const { headers } = await signVector(completed, { signaturePrefix: 'sha256=' })
    expect(headers['x-signature']).toBe(`sha256=${completed.xSignature}`)
  })

  it('sortInsideArrays off leaves objects inside arrays as they are', async () => {
    const { headers } = await signVector(unusual, { sortInsideArrays: false })
    expect(headers['x-signature']).toBe('f2904c326dd59ca2c3f3ef2baedd618f76ca4b2d5eb7f81091bda1b87ac77a97')
  })

  it('canonicalSpacing indent2 signs indented JSON', async () => {
    const { signedString, headers } = await signVector(completed, { canonicalSpacing: 'indent2' })
    expect(signedString).toMatch(/^1738784271\.\{\n {2}"data": \{\n {4}"completed_at"/)
    expect(headers['x-signature']).not.toBe(completed.xSignature)
  })

  it('signedPart data signs data only', async () => {
    const { signedString } = await signVector(completed, { signedPart: 'data' })
    expect(signedString).toMatch(/^1738784271\.\{"completed_at":/)
  })

  it('transactionSigning flow signs a transaction webhook, which is unsigned otherwise', async () => {
    const { payload } = (await story()).make('TRANSACTION_STATE_CHANGED')
    expect((await sign(payload, { channel: transactionChannel })).headers).toEqual({})
    const { headers } = await sign(payload, { channel: transactionChannel, settings: { transactionSigning: 'flow' } })
    expect(verify('k', headers['x-timestamp'] ?? '', headers['x-signature'] ?? '', JSON.stringify(payload))).toBe(0)
  })
})
