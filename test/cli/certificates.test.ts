// `--ca` and `--insecure`: https receivers with a self-signed certificate.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CERTIFICATE, KEY } from '../support/certificate.js'
import { type CliRun, standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

function written(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

const secureReceiver = () => testReceiver({ tls: { key: KEY, cert: CERTIFICATE } })

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
})

it('a --ca file without a certificate is rejected before anything is sent', async () => {
  const { url, requests } = await secureReceiver()
  const file = written('ca.pem', 'not a certificate')
  const { code, stderr } = await standin(['trigger', 'unico', 'process.finished.ok', '--to', url, '--ca', file])
  expect({ code, got: requests.length }).toEqual({ code: 2, got: 0 })
  expect(stderr).toContain('contains no certificate')
})
