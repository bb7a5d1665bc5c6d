// standin.yaml: written by `standin init`, found in the working directory, checked like a scenario, and less than the command line.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { CONFIG_KEYS } from '../../src/cli/config-keys.js'
import { configJsonSchemaText, configSchema } from '../../src/cli/config-schema.js'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { pages, ROOT } from '../support/markdown.js'
import { testReceiver } from '../support/receiver.js'

/** A folder with a standin.yaml. */
function folderWith(text: string): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'standin.yaml'), text)
  return folder
}

const SECRET = `\${env.RILLIS_KEY}`

it('init writes a file that serve, run and verify start from, and never writes over one', async () => {
  const folder = temporaryFolder()
  const { url, requests } = await testReceiver()
  const init = ['init', '--provider', 'rillis', '--to', url]
  expect(await standin(init, { cwd: folder })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('standin.yaml'),
  })
  const text = readFileSync(join(folder, 'standin.yaml'), 'utf8')
  expect(configSchema.parse(parse(text))).toMatchObject({ to: url, subscriptions: [{ provider: 'rillis' }] })
  expect(await standin(init, { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringContaining('already') })
  expect(readFileSync(join(folder, 'standin.yaml'), 'utf8')).toBe(text)
  // The command line comes first: another port than the file's.
  const running = startCli(['serve', '--port', '0', '--json'], { cwd: folder, env: { RILLIS_SECRET: 'k' } })
  const { url: server } = await running.record(({ kind }) => kind === 'listening')
  expect(await running.said('config standin.yaml')).toContain(`rillis/flow to ${url}`)
  expect((await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', String(server)])).code).toBe(0)
  expect(requests).toHaveLength(1)
  await running.end()
})

it('holds what serve and run take: settings, scenarios, seed, variables, reports; paths are from its folder', async () => {
  const { url, bodies } = await testReceiver()
  const folder = folderWith(`to: ${url}
providers: { rillis: { maxAttempts: 2 } }
scenarios: stories
vars: { key: k }
reports: { junit: report.xml }
seed: 7
provider: rillis
`)
  mkdirSync(join(folder, 'stories'))
  const story = `version: 1
name: one
vars: { key: { env: NOT_SET, secret: true } }
subscriptions: [{ provider: rillis, secret: "\${vars.key}" }]
steps: [{ trigger: FLOW_COMPLETED }]
`
  writeFileSync(join(folder, 'stories', 'one.yaml'), story)
  const args = ['--config', join(folder, 'standin.yaml'), '--json']
  const run = await standin(['run', ...args])
  expect(run.code).toBe(0)
  expect(run.records().at(-1)).toMatchObject({ passed: 1, runs: [{ seed: 7 }] })
  expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toContain('<testsuite')
  expect(bodies).toHaveLength(1)
  const seeded = await standin(['run', ...args, '--seed', '8'])
  expect(seeded.records().at(-1)).toMatchObject({ runs: [{ seed: 8 }] })
  expect((await standin(['validate'], { cwd: folder })).stdout).toContain('1 valid, 0 invalid')
  // A folder of scenarios may be that of the file.
  expect((await standin(['validate', '.'], { cwd: folder })).code).toBe(0)

  const running = startCli([
    'serve',
    '--port',
    '0',
    '--ledger',
    ':memory:',
    ...args,
    '--to',
    url,
    '--setting',
    'rillis.dataUrl=reference',
  ])
  const { url: server } = await running.record(({ kind }) => kind === 'listening')
  const settings = await (await fetch(`${server}/_standin/providers/rillis/settings`)).json()
  expect(settings).toMatchObject({ maxAttempts: 2, dataUrl: 'reference' })
  expect(running.records()[0]).toMatchObject({ kind: 'subscribed', provider: 'rillis', url })
  expect(await (await fetch(`${server}/_standin/scenarios`)).text()).toContain('one.yaml')
  await running.end()
})

it('verify takes receiver and secret of the subscription, and clients the address of the server', async () => {
  const folder = folderWith(`port: 1
subscriptions:
  - { provider: rillis, url: "http://127.0.0.1:1/hooks", secret: "${SECRET}" }
`)
  const env = { RILLIS_KEY: 'k' }
  const only = ['verify', 'rillis', '--only', 'signature/missing', '--json']
  const verified = await standin(only, { cwd: folder, env })
  expect(verified.records().at(-1)).toMatchObject({ to: 'http://127.0.0.1:1/hooks' })
  expect(verified.stderr).not.toContain('without --secret')
  // A variable that a command does not need may be missing.
  const listed = await standin(['deliveries'], { cwd: folder })
  expect(listed).toMatchObject({ code: 2, stderr: expect.stringContaining('http://127.0.0.1:1 (ECONNREFUSED)') })
})

it.each([
  ['an unknown key', 'prot: 4010\n', 'standin.yaml:1:1 prot: Unknown key "prot". Did you mean "port"?'],
  ['a wrong value', 'host: h\nport: high\n', 'standin.yaml:2:7 port: '],
  ['an unknown choice', 'clock: manul\n', 'standin.yaml:1:8 clock: '],
  [
    'an unknown provider',
    'subscriptions:\n  - { provider: rilis, url: "http://a.test" }\n',
    'standin.yaml:2:17 subscriptions[0].provider: Unknown provider "rilis". Did you mean "rillis"?',
  ],
  [
    'an unknown setting',
    'providers:\n  rillis: { maxAttemps: 1 }\n',
    'standin.yaml:2:25 providers.rillis.maxAttemps: ',
  ],
  [
    'a variable that is not set',
    `subscriptions:\n  - provider: rillis\n    url: http://a.test\n    secret: ${SECRET}\n`,
    'standin.yaml:4:13 subscriptions[0].secret: The environment variable RILLIS_KEY is not set.',
  ],
  ['another reference', `to: "\${vars.x}"\n`, `standin.yaml:1:5 to: \${vars.x} is not a reference to the environment.`],
  ['a subscription without a URL', 'subscriptions:\n  - provider: rillis\n', 'standin.yaml:2:5 subscriptions[0]: '],
  [
    'two subscriptions of one name',
    'to: http://a.test\nsubscriptions:\n  - provider: rillis\n  - provider: rillis\n',
    'standin.yaml:4:5 subscriptions[1]: Two subscriptions are "rillis". Give each a name of its own.',
  ],
  ['text that is no YAML', 'port: [\n', 'standin.yaml:2:1: '],
])('%s is refused with its line and column', async (_what, text, words) => {
  const cwd = folderWith(text)
  const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ':memory:'], { cwd })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) })
})

it('a file that is not there is refused', async () => {
  const { code, stderr } = await standin(['serve', '--config', 'nowhere.yaml'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('nowhere.yaml') })
})

it('its JSON Schema is current; `standin schema config > docs/standin.schema.json` renews it', async () => {
  await expect(configJsonSchemaText()).toMatchFileSnapshot(join(ROOT, 'docs/standin.schema.json'))
})

it('docs/config.md has every key with its commands, and its files pass the schema', () => {
  const page = pages().find(({ name }) => name === 'docs/config.md')
  const rows = new Map(
    [...(page?.text ?? '').matchAll(/^\| `(\w+)` \| [^|]* \| ([^|]*) \|$/gm)].map(([, key, commands]) => [
      key,
      commands,
    ]),
  )
  for (const [key, { commands }] of Object.entries(CONFIG_KEYS)) {
    const all = commands.join(', ')
    expect([key, rows.get(key)]).toEqual([key, all.includes('unsubscribe') ? expect.stringContaining('clients') : all])
  }
  const files = page?.blocks.filter(({ info }) => info === 'standin.yaml') ?? []
  expect(files).not.toEqual([])
  for (const { text } of files) expect(configSchema.safeParse(parse(text)).error?.issues ?? []).toEqual([])
})

it('init writes a file that serve starts from for providers whose secrets have a form too, and names another file in the start line', async () => {
  for (const provider of ['unico', 'standard']) {
    const folder = temporaryFolder()
    const written = await standin(['init', '--provider', provider, '--output', 'other.yaml'], { cwd: folder })
    expect(written.stdout).toContain('standin serve --config other.yaml')
    const running = startCli(['serve', '--config', 'other.yaml', '--port', '0', '--ledger', ':memory:', '--json'], {
      cwd: folder,
    })
    await running.record(({ kind }) => kind === 'listening')
    expect(running.records()).toContainEqual(expect.objectContaining({ kind: 'subscribed', provider }))
    await running.end()
  }
})
