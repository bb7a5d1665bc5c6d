// Client certificates: receivers that want mutual TLS, and what is said where it fails.
import type { SecureVersion, TlsOptions } from 'node:tls'
import { createServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { createTransport, type TransportOptions } from '../../src/delivery/transport.js'
import { checkClientCertificate } from '../../src/delivery/transport-connect.js'
import { startStandin } from '../../src/testing/standin.js'
import {
  CERTIFICATE,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  CLIENT_KEY_ENCRYPTED,
  CLIENT_PASSPHRASE,
  CLIENT_PFX,
  KEY,
} from '../support/certificate.js'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** A receiver on TLS that answers 200 to whoever it lets in. */
async function receiver(options: TlsOptions): Promise<string> {
  const server = createServer({ key: KEY, cert: CERTIFICATE, ...options }, socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(OK))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
}

const mutual = (version: SecureVersion) =>
  receiver({
    requestCert: true,
    rejectUnauthorized: true,
    ca: CLIENT_CERTIFICATE,
    minVersion: version,
    maxVersion: version,
  })

async function outcomeAt(url: string, options: Partial<TransportOptions>) {
  const transport = createTransport({ clock: systemClock(), ca: CERTIFICATE, ...options })
  onTestFinished(() => transport.close())
  const message = { method: 'POST', url, headers: [], body: '{}' } as const
  return (await transport.send({ ...message, headers: [] }, { timeoutMs: 120_000 })).outcome
}

const FORMS: [string, Partial<TransportOptions>][] = [
  ['certificate and key', { cert: CLIENT_CERTIFICATE, key: CLIENT_KEY }],
  ['both in one file', { cert: `${CLIENT_CERTIFICATE}\n${CLIENT_KEY}` }],
  ['an encrypted key', { cert: CLIENT_CERTIFICATE, key: CLIENT_KEY_ENCRYPTED, passphrase: CLIENT_PASSPHRASE }],
  ['PKCS #12', { pfx: CLIENT_PFX, passphrase: CLIENT_PASSPHRASE }],
]

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('with %s', version => {
  describe.each(['kept', 'single'] as const)('and %s connections', connections => {
    it.each(FORMS)('a receiver that wants a client certificate takes %s', async (_form, options) => {
      await checkClientCertificate(options)
      expect(await outcomeAt(await mutual(version), { connections, ...options })).toEqual({
        kind: 'answered',
        status: 200,
      })
    })

    it('without one the outcome is tls, and the reason names the options', async () => {
      const url = await mutual(version)
      for (let i = 0; i < 5; i++) {
        const outcome = await outcomeAt(url, { connections })
        expect(outcome).toMatchObject({ kind: 'tls', code: expect.stringContaining('ALERT') })
        expect(outcome.detail).toMatch(/client certificate.*--cert and --key, or --pfx/)
      }
    })
  })
})

describe('other failures of TLS', () => {
  it.each([
    [
      'an old version only',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
      'TLS 1.2 and 1.3',
    ],
    ['HTTP/2 only', { ALPNProtocols: ['h2'] }, 'only HTTP/2'],
    ['no common cipher', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, 'no common cipher'],
  ] as [string, TlsOptions, string][])('a receiver with %s is named', async (_what, options, words) => {
    const url = await receiver(options)
    for (const connections of ['kept', 'single'] as const) {
      const outcome = await outcomeAt(url, { connections })
      expect(outcome.kind).toBe('tls')
      expect(outcome.detail).toContain(words)
    }
  })

  it('a receiver with TLS 1.3 only is answered', async () => {
    const url = await receiver({ minVersion: 'TLSv1.3' })
    expect(await outcomeAt(url, {})).toEqual({ kind: 'answered', status: 200 })
  })
})

describe('a client certificate that cannot be used is refused at the start', () => {
  it.each([
    ['a wrong passphrase', { pfx: CLIENT_PFX, passphrase: 'wrong' }, /passphrase right/],
    ['no passphrase', { cert: CLIENT_CERTIFICATE, key: CLIENT_KEY_ENCRYPTED }, /passphrase right/],
    ['the key of another', { cert: CLIENT_CERTIFICATE, key: KEY }, /own private key/],
    ['a key alone', { key: CLIENT_KEY }, /Give cert too/],
    ['two forms', { cert: CLIENT_CERTIFICATE, key: CLIENT_KEY, pfx: CLIENT_PFX }, /Give pfx, or cert and key/],
  ])('%s', async (_what, options, hint) => {
    await expect(startStandin(options)).rejects.toMatchObject({
      code: 'invalid_file',
      hint: expect.stringMatching(hint),
    })
  })
})
