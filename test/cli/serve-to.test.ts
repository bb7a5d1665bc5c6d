// `standin serve --to`: subscribes a receiver and serves, in one line.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type CliOptions, standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

async function serving(args: readonly string[], options?: CliOptions) {
  const running = startCli(['serve', '--port', '0', '--json', ...args], options)
  const { url } = await running.record(({ kind }) => kind === 'listening')
  return { ...running, server: String(url), subscribed: running.records().filter(({ kind }) => kind === 'subscribed') }
}

it('one line subscribes and serves; on a kept ledger the subscription is found again, and what changed is told', async () => {
  const ledger = join(temporaryFolder(), 'standin.db')
  const receivers = [await testReceiver(), await testReceiver()]
  const [first = '', second = ''] = receivers.map(({ url }) => url)
  const start = (to: string, ...more: string[]) =>
    serving(['--ledger', ledger, '--to', to, '--provider', 'rillis', ...more])

  const made = await start(first, '--secret', 'test_key')
  expect(made.subscribed).toEqual([
    { kind: 'subscribed', id: 'sub_1', provider: 'rillis', channel: 'flow', url: first, change: 'made', changes: [] },
  ])
  expect((await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', made.server])).code).toBe(0)
  expect(receivers[0]?.requests[0]?.headers['x-signature']).toBeDefined()
  await made.end()

  const kept = await start(first, '--secret', 'test_key')
  expect(kept.subscribed).toMatchObject([{ id: 'sub_1', change: 'kept', changes: [] }])
  await kept.end()

  const moved = await start(second, '--secret', 'other_key')
  expect(moved.subscribed).toMatchObject([
    { id: 'sub_1', url: second, change: 'changed', changes: [`URL (was ${first})`, 'secret'] },
  ])
  expect((await moved.end()).stderr).toContain(`sub_1: rillis/flow to ${second}, changed: URL (was ${first}), secret`)

  const other = await serving(['--ledger', ledger, '--to', `rillis/transaction=${first}`])
  expect((await other.end()).stderr).toContain(`sub_1 of an earlier start still sends to ${second}`)
})

it('a secret that was made up is printed, at every start until one is given', async () => {
  const ledger = join(temporaryFolder(), 'standin.db')
  const { url } = await testReceiver()
  const args = ['--ledger', ledger, '--to', url, '--provider', 'standard']
  const made = await serving(args)
  const [{ secret } = {}] = made.subscribed
  expect(secret).toMatch(/^whsec_/)
  expect((await made.end()).stderr).toContain(`secret ${secret} (generated`)
  const kept = await serving(args)
  expect(kept.subscribed).toMatchObject([{ change: 'kept', secret }])
  await kept.end()
})

it('several receivers have their providers, channels and secrets in front; a setting goes to the one provider', async () => {
  const { url } = await testReceiver()
  const { subscribed, server, end } = await serving([
    '--ledger',
    ':memory:',
    ...['--to', `rillis=${url}?a=b`, '--to', `rillis/transaction=${url}`, '--secret', 'rillis=k=1'],
    ...['--setting', 'maxAttempts=2'],
  ])
  expect(subscribed).toMatchObject([
    { provider: 'rillis', channel: 'flow', url: `${url}?a=b` },
    { provider: 'rillis', channel: 'transaction', url },
  ])
  const settings = await (await fetch(`${server}/_standin/providers/rillis/settings`)).json()
  expect(settings).toMatchObject({ maxAttempts: 2 })
  await end()
})

it('combinations that mean nothing are refused with a sentence', async () => {
  const to = 'http://127.0.0.1:3000/webhooks'
  const refused: [line: string[], words: string][] = [
    [['--to', to], 'does not say for which provider it is'],
    [['--to', 'localhost:3000', '--provider', 'rillis'], 'not an http or https URL'],
    [['--to', `rilis=${to}`], 'Did you mean "rillis"?'],
    [['--to', `rillis/flw=${to}`], 'Did you mean "flow"?'],
    [['--to', `rillis=${to}`, '--to', `rillis/flow=${to}/2`], '--to gives rillis/flow twice'],
    [['--to', `rillis=${to}`, '--to', `unico=${to}`, '--secret', 'k'], 'does not say for which of the 2 receivers'],
    [['--to', `rillis=${to}`, '--to', `unico=${to}`, '--secret', 'unco=k'], 'Did you mean "unico"?'],
    [['--to', `rillis=${to}`, '--channel', 'flow'], `--to rillis/flow=${to}`],
    [['--to', to, '--provider', 'rillis', '--secret', 'unico=k'], '--secret is for unico'],
    [['--secret', 'k'], '--secret is for a subscription'],
    [['--to', 'https://example.com/x', '--provider', 'standard', '--secret', 'no'], '--to secret'],
  ]
  for (const [line, words] of refused)
    expect([line, await standin(['serve', '--port', '0', '--ledger', ':memory:', ...line])]).toEqual([
      line,
      expect.objectContaining({ code: 2, stderr: expect.stringContaining(words) }),
    ])
})

it('what only the environment gives for other commands starts a server without a subscription', async () => {
  const { subscribed, end } = await serving(['--ledger', ':memory:'], {
    env: { STANDIN_TO: 'http://127.0.0.1:3000/webhooks', STANDIN_SECRET: 'k' },
  })
  expect(subscribed).toEqual([])
  await end()
})
