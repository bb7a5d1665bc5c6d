// HMAC-SHA256 as signers use it.
import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
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
