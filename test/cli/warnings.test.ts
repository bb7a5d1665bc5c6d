// Warnings of events that cannot follow the state of their subject: from the command line, a server and a scenario.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const BOTH = /process [0-9a-f-]{36} is PROCESS_STATE_FINISHED.*ok.*cannot become .*expired/i

it('trigger prints both states to stderr, has them in --json, and sends the event', async () => {
  const { url, bodies } = await testReceiver()
  const server = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json'])
  const { url: base } = await server.record(({ kind }) => kind === 'listening')
  const at = ['--server', String(base)]
  const body = JSON.stringify({ provider: 'unico', url })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${String(base)}/_standin/subscriptions`, { method: 'POST', headers, body })
  const trigger = (type: string, ...rest: string[]) =>
    standin(['trigger', 'unico', type, '--subject', 'ana', ...at, ...rest])
  const first = await trigger('process.finished.ok')
  expect(first.stderr).not.toContain('cannot')
  const second = await trigger('process.finished.expired')
  expect(second.code).toBe(0)
  expect(second.stderr).toMatch(BOTH)
  await trigger('process.finished.ok')
  const [event] = (await trigger('process.finished.expired', '--json')).records()
  expect(event).toMatchObject({ kind: 'event', warnings: [expect.stringMatching(BOTH)] })
  expect(bodies).toHaveLength(4)
})

it('run notes it at the step and in its result, unless the step takes any state', async () => {
  const { url } = await testReceiver()
  const scenario = (more: string) =>
    `version: 1\nname: late\nsteps:\n  - trigger: { type: process.finished.ok, subject: ana }\n  - trigger: { type: process.finished.expired, subject: ana${more} }\n`
  const folder = temporaryFolder()
  const run = async (more: string, ...rest: string[]) => {
    const file = join(folder, `late${more.length}.yaml`)
    writeFileSync(file, scenario(more))
    return standin(['run', file, '--to', url, ...rest])
  }
  const noted = await run('')
  expect(noted.code).toBe(0)
  expect(noted.stdout).toMatch(BOTH)
  const steps = (await run('', '--json')).records().filter(({ kind }) => kind === 'step')
  expect(steps.map(({ warnings }) => warnings)).toEqual([undefined, [expect.stringMatching(BOTH)], undefined])
  expect((await run(', anyState: true')).stdout).not.toContain('cannot')
})
