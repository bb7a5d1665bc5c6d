// The page from the command line: serve prints and opens its address, run and demo serve it on request.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const isPage = async (url: string) => {
  const response = await fetch(url)
  return response.status === 200 && (await response.text()).includes('<title>Standin</title>')
}

it('is the first line that serve prints', async () => {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:'])
  const said = await running.said('try: curl')
  const [, address = ''] = /^page (http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(said) ?? []
  expect(await isPage(address)).toBe(true)
  await running.end('SIGTERM')
})

it('is opened by --open, with the program that BROWSER names and without the token', async () => {
  const folder = temporaryFolder()
  const browser = join(folder, 'browser')
  writeFileSync(
    browser,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/opened.part'\nmv '${folder}/opened.part' '${folder}/opened'\n`,
  )
  chmodSync(browser, 0o755)
  const running = startCli(
    ['serve', '--port', '0', '--ledger', ':memory:', '--open', '--token', 'secret-token', '--json'],
    {
      env: { BROWSER: browser },
    },
  )
  const { page } = await running.record(({ kind }) => kind === 'listening')
  await vi.waitFor(() => expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe(`${page}\n`), { timeout: 60_000 })
  await running.end('SIGTERM')
})

it('says so when no browser can be opened, and serves on', async () => {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--open'], {
    env: { BROWSER: join(temporaryFolder(), 'none') },
  })
  const said = await running.said('No browser could be opened')
  const [, address = ''] = /^page (\S+)/.exec(said) ?? []
  expect(said).toContain(`open ${address} yourself`)
  expect(await isPage(address)).toBe(true)
  expect((await running.end('SIGTERM')).code).toBe(0)
})

it('is kept by demo --page on a terminal until Ctrl-C, which leaves the exit code', async () => {
  const running = startCli(['demo', '--page', '--seed', '7'], { terminal: true, env: { NO_COLOR: '1' } })
  const said = await running.said('until Ctrl-C')
  const [, address = ''] = /page (http:\S+)/.exec(said) ?? []
  expect(await isPage(address)).toBe(true)
  const listed = await fetch(`${address}_standin/deliveries`)
  expect(((await listed.json()) as { items: unknown[] }).items.length).toBeGreaterThan(0)
  expect((await running.interrupt()).code).toBe(0)
})

const story = `version: 1
name: One invoice
subscriptions: [{ name: main, provider: standard, secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw }]
steps:
  - name: paid
    trigger: { provider: standard, type: invoice.paid }
  - expect: { step: paid, outcome: delivered, within: 10s }
`

it('is kept by run --page on a terminal until Ctrl-C with what the scenario did, and ends at once elsewhere', async () => {
  const file = join(temporaryFolder(), 'one.yaml')
  writeFileSync(file, story)
  const receiver = await testReceiver()
  const running = startCli(['run', file, '--to', receiver.url, '--page'], { terminal: true, env: { NO_COLOR: '1' } })
  const said = await running.said('until Ctrl-C')
  const [, address = ''] = /page (http:\S+)/.exec(said) ?? []
  expect(await isPage(address)).toBe(true)
  const listed = (await (await fetch(`${address}_standin/deliveries`)).json()) as { items: { status: string }[] }
  expect(listed.items.map(({ status }) => status)).toEqual(['delivered'])
  expect((await running.interrupt()).code).toBe(0)

  const elsewhere = await standin(['run', file, '--to', receiver.url, '--page', '--json'])
  expect(elsewhere.code).toBe(0)
  expect(elsewhere.records()[0]).toMatchObject({ kind: 'listening', page: expect.stringMatching(/^http:.*\/$/) })
})

it('shows one scenario: run --page with several is refused before anything is sent', async () => {
  const folder = temporaryFolder()
  for (const name of ['a', 'b']) writeFileSync(join(folder, `${name}.yaml`), story)
  const { code, stderr } = await standin(['run', folder, '--to', 'http://127.0.0.1:9', '--page'])
  expect(code).toBe(2)
  expect(stderr).toContain('--page shows one scenario, and these are 2.')
  expect(stderr).toMatch(/hint: Name one file, such as .*a\.yaml/)
})
