// HMAC-SHA256 as signers use it.
import { createHmac, randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { type SignatureScheme, signatureOf } from '../../src/provider/signature-scheme.js'
import { hmacSha256 } from '../../src/provider/signing.js'

it('is that of OpenSSL for keys and texts of every length around a block', () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 89) % 256))
  for (const keyBytes of [0, 1, 31, 32, 63, 64, 65, 200])
    for (const textBytes of [0, 1, 63, 64, 65, 300])
      for (const encoding of ['hex', 'base64'] as const) {
        const [key, text] = [bytes.subarray(0, keyBytes), bytes.subarray(0, textBytes)]
        expect(hmacSha256(key, text, encoding)).toBe(createHmac('sha256', key).update(text).digest(encoding))
      }
})

it('takes a key and a text as UTF-8', () => {
  const [key, text] = ['clé-ключ', 'Ação 📦 %00']
  expect(hmacSha256(key, text, 'hex')).toBe(createHmac('sha256', key).update(text).digest('hex'))
})

it('keeps no long secrets in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const scheme: SignatureScheme = {
    key: { prefix: '', decoding: 'utf8' },
    payload: { form: 'raw' },
    signed: [{ slot: 'payload' }],
    encoding: 'hex',
    headers: [{ name: 'x-signature', value: [{ slot: 'signature' }] }],
  }
  const heldBytes = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = heldBytes()
  for (let i = 0; i < 100; i++) {
    const secret = randomBytes(100_000).toString('hex')
    expect(signatureOf(scheme, secret, 'text')).toBe(createHmac('sha256', secret).update('text').digest('hex'))
  }
  expect(heldBytes() - before).toBeLessThan(5_000_000)
})
