// `--ca` and `--insecure`: https receivers with a self-signed certificate.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  CERTIFICATE,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  CLIENT_KEY_ENCRYPTED,
  CLIENT_PASSPHRASE,
  KEY,
} from '../support/certificate.js'
import { type CliRun, standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { runProcess } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'

function written(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

const secureReceiver = () => testReceiver({ tls: { key: KEY, cert: CERTIFICATE } })

/** Answers 200 to whoever shows the client certificate. */
async function mutualReceiver(): Promise<string> {
  const options = { key: KEY, cert: CERTIFICATE, requestCert: true, rejectUnauthorized: true, ca: CLIENT_CERTIFICATE }
  const server = createServer(options, (request, response) => request.resume().on('end', () => response.end()))
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/webhooks`
}

const STORY = `version: 1
name: A process
steps:
  - trigger: process.finished.ok
  - expect: { type: process.finished.ok, within: 1m }
`

/** On a server: a subscription, one event, and what became of it. */
async function triggerOnServer(url: string, how: readonly string[]): Promise<CliRun> {
  const serving = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--speed', '1000', '--json', ...how])
  const { url: server } = await serving.record(({ kind }) => kind === 'listening')
  const body = JSON.stringify({ provider: 'unico', url, eventTypes: ['*'], settings: { maxAttempts: 2 } })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${server}/_standin/subscriptions`, { method: 'POST', headers, body })).status).toBe(201)
  return standin(['trigger', 'unico', 'process.finished.ok', '--server', String(server)])
}

const commands: [name: string, run: (url: string, how: readonly string[]) => Promise<CliRun>][] = [
  [
    'trigger',
    (url, how) => standin(['trigger', 'unico', 'process.finished.ok', '--to', url, '--speed', 'max', ...how]),
  ],
  ['run', (url, how) => standin(['run', written('story.yaml', STORY), '--to', url, ...how])],
  ['serve', triggerOnServer],
]

describe.each(commands)('%s', (_name, run) => {
  it('rejects a receiver whose certificate is not trusted', async () => {
    const { url, requests } = await secureReceiver()
    const { code, stdout } = await run(url, [])
    expect({ code, got: requests.length }).toEqual({ code: 2, got: 0 })
    expect(stdout).toContain('tls')
  })

  it('accepts it with its certificate in --ca', async () => {
    const { url, requests } = await secureReceiver()
    const { code } = await run(url, ['--ca', written('ca.pem', CERTIFICATE)])
    expect({ code, got: requests.length }).toEqual({ code: 0, got: 1 })
  })

  it('accepts it with --insecure', async () => {
    const { url, requests } = await secureReceiver()
    const { code } = await run(url, ['--insecure'])
    expect({ code, got: requests.length }).toEqual({ code: 0, got: 1 })
  })

  it('shows a client certificate to a receiver that wants one, and says so where there is none', async () => {
    const url = await mutualReceiver()
    const trust = ['--ca', written('ca.pem', CERTIFICATE)]
    const client = ['--cert', written('client.pem', CLIENT_CERTIFICATE), '--key', written('client.key', CLIENT_KEY)]
    const without = await run(url, trust)
    expect(without.code).toBe(2)
    expect(without.stdout).toContain('tls')
    expect((await run(url, [...trust, ...client])).code).toBe(0)
  })
})

it('verify shows a client certificate too, and without one names the reason', async () => {
  const url = await mutualReceiver()
  const client = ['--cert', written('client.pem', CLIENT_CERTIFICATE), '--key', written('client.key', CLIENT_KEY)]
  const args = ['verify', 'unico', '--to', url, '--only', 'delivery/accepts', '--insecure']
  const without = await standin(args)
  expect(without.code).not.toBe(0)
  expect(without.stdout).toContain('client certificate')
  const { code, stdout } = await standin([...args, ...client])
  expect(code).toBe(0)
  expect(stdout).toContain('1 passed, 0 failed')
})

it('the passphrase of an encrypted key comes from the environment', async () => {
  const url = await mutualReceiver()
  const how = [
    '--cert',
    written('client.pem', CLIENT_CERTIFICATE),
    '--key',
    written('client.key', CLIENT_KEY_ENCRYPTED),
  ]
  const args = ['trigger', 'unico', 'process.finished.ok', '--to', url, '--insecure', '--speed', 'max', ...how]
  expect((await standin(args, { env: { STANDIN_PASSPHRASE: CLIENT_PASSPHRASE } })).code).toBe(0)
  const { code, stderr } = await standin(args)
  expect(code).toBe(2)
  expect(stderr).toContain('STANDIN_PASSPHRASE')
})

it('a --ca file without a certificate is rejected before anything is sent', async () => {
  const { url, requests } = await secureReceiver()
  const file = written('ca.pem', 'not a certificate')
  const { code, stderr } = await standin(['trigger', 'unico', 'process.finished.ok', '--to', url, '--ca', file])
  expect({ code, got: requests.length }).toEqual({ code: 2, got: 0 })
  expect(stderr).toContain('contains no certificate')
})

it('verify names a self-signed certificate in one sentence, whatever the number of checks, and stops', async () => {
  const { url, requests } = await secureReceiver()
  const { code, stdout } = await standin(['verify', 'unico', '--to', url])
  expect({ code, got: requests.length }).toEqual({ code: 2, got: 0 })
  expect(stdout.match(/trust it with --ca, or accept any with --insecure/g)).toHaveLength(1)
  expect(stdout).toMatch(/^not judged {2}\d\d checks: The receiver cannot be reached/m)
})

it('what verify prints carries the certificate options, and its curl command works with them', async () => {
  const { url } = await secureReceiver()
  const ca = written('ca.pem', CERTIFICATE)
  const args = ['verify', 'unico', '--to', url, '--only', 'http/method', '--ca', ca]
  const [verdict] = (await standin([...args, '--json'])).records()
  const again = verdict?.again as { standin: string; curl: string }
  expect(again.standin).toContain(` --ca '${ca}' `)
  const { stdout } = await runProcess('sh', ['-c', again.curl])
  expect(stdout).toMatch(/^HTTP\/1.1 200/)
})
