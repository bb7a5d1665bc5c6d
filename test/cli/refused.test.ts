// What `run` and `trigger` say of a receiver that refuses, here and on a server: its answer, what was signed, the likely cause, the remedy.
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sortedKeys } from '../../src/provider/signing.js'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { closedUrl, type TestRequest, testReceiver } from '../support/receiver.js'

const SECRET = 'key of the test'

const signatureOf = ({ headers, body }: TestRequest, signed: string = JSON.stringify(sortedKeys(JSON.parse(body)))) =>
  createHmac('sha256', SECRET).update(`${headers['x-timestamp']}.${signed}`).digest('hex')

/** A receiver that checks signatures, and says what it computed of those it refuses. */
const checking = () =>
  testReceiver(got =>
    got.headers['x-signature'] === signatureOf(got)
      ? 200
      : { status: 401, body: `expected ${signatureOf(got, got.body)}` },
  )

function scenario(text: string): string {
  const file = join(temporaryFolder(), 'story.yaml')
  writeFileSync(file, text)
  return file
}

const LIST = '- FLOW_COMPLETED\n'

async function serving(...args: string[]) {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--clock', 'manual', '--json', ...args])
  return String((await running.record(({ kind }) => kind === 'listening')).url)
}

describe('the secret of a run', () => {
  it('of --secret or STANDIN_SECRET lets the smallest scenario pass against a receiver that checks signatures', async () => {
    const { url } = await checking()
    const story = scenario(LIST)
    const given = await standin(['run', story, '--to', url, '--secret', SECRET])
    expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed') })
    expect(given.stdout).not.toContain('secret')
    expect(await standin(['run', story, '--to', url], { env: { STANDIN_SECRET: SECRET } })).toMatchObject({ code: 0 })
    const onServer = ['run', story, '--to', url, '--secret', SECRET, '--server', await serving()]
    expect(await standin(onServer)).toMatchObject({ code: 0 })
  })

  it('goes before the default of the variable that a subscription takes its secret from, and not before a value or a secret in the file', async () => {
    const { url } = await checking()
    const of = (secret: string) =>
      scenario(
        `{ version: 1, name: s, vars: { key: { default: d, secret: true } }, subscriptions: [{ provider: rillis, secret: "${secret}" }], steps: [{ trigger: FLOW_COMPLETED }, { expect: exhausted }] }`,
      )
    const outcome = async (secret: string, ...args: string[]) =>
      (await standin(['run', of(secret), '--to', url, '--secret', SECRET, ...args])).stdout
    expect(await outcome(`\${vars.key}`)).toContain('is delivered')
    expect(await outcome(`\${vars.key}`, '--var', 'key=other')).toContain('1 passed')
    expect(await outcome('literal')).toContain('1 passed')
  })

  it('that was generated is printed, and one that a provider cannot use is refused with its option', async () => {
    const { url } = await testReceiver()
    const { code, stdout, stderr } = await standin(['run', scenario(LIST), '--to', url, '--json'])
    const [, secret] = /secret (\S+) of rillis\/flow to \S+ \(generated/.exec(stderr) ?? []
    expect(code).toBe(0)
    expect(stdout).toContain(`"secret":"${secret}"`)
    const wrong = await standin(['run', scenario('- standard/invoice.paid\n'), '--to', url, '--secret', '-'])
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('where: --secret') })
  })
})

describe('a receiver that refuses the signature', () => {
  it('a run shows its answer, the string that was signed and the likely cause, once, on a server too', async () => {
    const { url, requests } = await testReceiver(got => ({
      status: 401,
      body: `expected ${signatureOf(got, got.body)}`,
    }))
    const story = scenario(LIST)
    const server = await serving()
    const here = ['run', story, '--to', url, '--secret', SECRET]
    for (const line of [here, [...here, '--server', server]]) {
      requests.length = 0
      const { code, stdout } = await standin(line)
      expect(code).toBe(1)
      const [got] = requests
      const signed = `${got?.headers['x-timestamp']}.${JSON.stringify(sortedKeys(JSON.parse(got?.body ?? '{}')))}`
      expect(stdout).toContain(`response: expected ${signatureOf(got as TestRequest, got?.body)}`)
      expect(stdout.split(`this is the string that was signed:\n          ${signed}\n`)).toHaveLength(2)
      expect(stdout).toContain('fix: Parse the body, sort its keys')
      expect(stdout).not.toContain(SECRET)
    }
    const generated = await standin(['run', story, '--to', url])
    expect(generated.stdout).toContain('hint: the secret was generated, and your receiver may have another')
  })

  it('a trigger on a server shows the same as one without, and names receivers where there are several', async () => {
    const { url } = await testReceiver(got => ({ status: 401, body: `expected ${signatureOf(got, got.body)}` }))
    const server = await serving('--to', `rillis=${url}`, '--secret', `rillis=${SECRET}`)
    const { stdout } = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', server])
    expect(stdout).toContain('  response: expected ')
    expect(stdout).toContain('this is the string that was signed:\n')
    expect(stdout).toContain('fix: Parse the body, sort its keys')
    expect(stdout).not.toContain(`to ${url}  attempt`)
    const { url: second } = await testReceiver()
    await standin(['subscribe', 'rillis', second, '--server', server])
    const { stdout: both, records } = await standin([
      'trigger',
      'rillis',
      'FLOW_COMPLETED',
      '--server',
      server,
      '--json',
    ])
    expect(both).not.toContain(SECRET)
    expect(records().filter(({ kind }) => kind === 'refused')).toEqual([
      expect.objectContaining({ attempt: 1, computed: expect.objectContaining({ causes: [expect.anything()] }) }),
    ])
    const people = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', server])
    for (const one of [url, second]) expect(people.stdout).toMatch(new RegExp(`dl_\\d+ to ${one} {2}attempt 1`))
  })
})

it('the lines of attempts name the fault that was applied, and say what to do about a failed connection', async () => {
  const { url } = await testReceiver()
  const server = await serving('--to', `rillis=${url}`)
  await standin(['fault', 'add', 'duplicate', 'copies=1', '--server', server])
  const { stdout } = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', server])
  expect(stdout).toMatch(/attempt 1 {2}200 {8}fault duplicate {2}/)
  const dead = await closedUrl()
  const run = await standin(['run', scenario(LIST), '--to', dead])
  expect(run.stdout).toContain(
    `refused (ECONNREFUSED) [first attempt]\n          Nothing listens on ${new URL(dead).host}: start`,
  )
})

it('a receiver that the server may not call is refused by every command that names one, with the option that allows it', async () => {
  const server = await serving('--allow-target', 'receiver.test')
  const url = 'http://127.0.0.1:9/'
  const hint = 'Allow it with --allow-target 127.0.0.1'
  for (const line of [
    ['subscribe', 'rillis', url, '--server', server],
    ['run', scenario(LIST), '--to', url, '--server', server],
    ['serve', '--port', '0', '--ledger', ':memory:', '--allow-target', 'receiver.test', '--to', `rillis=${url}`],
  ])
    expect(await standin(line), line[0]).toMatchObject({ code: 2, stderr: expect.stringContaining(hint) })
})
