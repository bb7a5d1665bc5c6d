// The compose file: what it names is there, and its two services work together when their commands are run without an engine.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { startStandin } from '../../src/testing/index.js'
import { standin, startCli } from '../support/cli.js'
import { ROOT } from '../support/markdown.js'
import { startProcess } from '../support/process.js'

interface Service {
  build?: string
  image?: string
  command: string[]
  environment: Record<string, string>
  ports?: string[]
  volumes: string[]
  depends_on?: string[]
}

const { services, volumes }: { services: Record<string, Service>; volumes: Record<string, null> } = parse(
  readFileSync(join(ROOT, 'compose.yaml'), 'utf8'),
)

it('names folders, services and volumes that are there, and publishes ports on loopback alone', () => {
  for (const { build, volumes: mounts, depends_on = [], ports = [] } of Object.values(services)) {
    if (build !== undefined) expect(existsSync(join(ROOT, build, 'Dockerfile'))).toBe(true)
    for (const mount of mounts) {
      const [from = ''] = mount.split(':')
      expect(from.startsWith('.') ? existsSync(join(ROOT, from)) : from in volumes).toBe(true)
    }
    for (const other of depends_on) expect(Object.keys(services)).toContain(other)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  }
})

it('the receiver checks the signature with the secret that the server signs with', async ({ onTestFinished }) => {
  const { receiver, standin } = services
  const secret = 'key of the test'
  expect(standin?.environment.STANDIN_SECRET).toBe(receiver?.environment.WEBHOOK_SECRET)
  const script = receiver?.command[1]?.replace('/app/', join(ROOT, 'examples/compose/')) ?? ''
  const running = startProcess(process.execPath, [script], {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' },
  })
  const port = await running.until(() => /listening at (\d+)/.exec(running.output().stdout)?.[1], 'it listened')
  const emulator = await startStandin({ seed: 7 })
  onTestFinished(() => emulator.stop())
  const to = { url: `http://127.0.0.1:${port}/webhooks` }
  const signed = await emulator.subscribe('rillis', { ...to, secret })
  const { deliveries } = await emulator.trigger('rillis', 'FLOW_COMPLETED', { only: [signed.id] })
  expect(await deliveries[0]?.wait()).toBe(true)
  const stranger = await emulator.subscribe('rillis', { ...to, secret: 'another' })
  const refused = await emulator.trigger('rillis', 'FLOW_COMPLETED', { only: [stranger.id] })
  await emulator.rest()
  expect(refused.deliveries[0]?.history[0]?.answer?.status).toBe(401)
  expect(await running.end()).toMatchObject({ code: 0 })
})

it("the standin service's own command delivers a triggered event to the receiver", async () => {
  const { receiver, standin: service } = services
  const script = receiver?.command[1]?.replace('/app/', join(ROOT, 'examples/compose/')) ?? ''
  const secret = 'key of the test'
  const running = startProcess(process.execPath, [script], {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' },
  })
  const port = await running.until(() => /listening at (\d+)/.exec(running.output().stdout)?.[1], 'it listened')
  // Names of containers are known only inside the engine's network.
  const command = (service?.command ?? []).map(word =>
    word.replace('http://receiver:3000', `http://127.0.0.1:${port}`).replace(/^receiver$/, '127.0.0.1'),
  )
  const serve = startCli([...command, '--port', '0', '--json'], {
    env: { STANDIN_LEDGER: ':memory:', STANDIN_HOST: '0.0.0.0', STANDIN_TOKEN: 'local-only', STANDIN_SECRET: secret },
  })
  const { url } = await serve.record(({ kind }) => kind === 'listening')
  const local = String(url).replace('0.0.0.0', '127.0.0.1')
  const trigger = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', local, '--token', 'local-only'])
  expect(trigger).toMatchObject({ code: 0, stdout: expect.stringContaining('delivered after 1 attempt') })
  expect(running.output().stdout).toContain('accepted FLOW_COMPLETED')
  expect((await running.end()).code).toBe(0)
})
