// --provider-file with an OpenAPI or AsyncAPI document: the two examples in every command, and a refused document on the terminal.
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { type TestRequest, testReceiver } from '../support/receiver.js'

const example = (name: string) => join(inject('built'), 'examples/provider', `${name}.yaml`)
const VERILUME = ['--provider-file', example('verilume')]
const TAMARIN = ['--provider-file', example('tamarin')]
const VERILUME_KEY = 'vls_test_key_0123456789abcdef'
const TAMARIN_KEY = 'tmr_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** A receiver of Verilume: checks signature and age, takes each event once, counts what it took. */
async function verilumeReceiver() {
  const taken = new Set<string>()
  const judge = ({ headers, body, bytes }: TestRequest): number => {
    const [, at, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers['verilume-signature'] ?? '') ?? []
    const expected = createHmac('sha256', VERILUME_KEY).update(`${at}.`).update(bytes).digest('hex')
    if (signature !== expected || Math.abs(Date.now() / 1000 - Number(at)) > 300) return 401
    try {
      const event: unknown = JSON.parse(body)
      if (typeof event !== 'object' || event === null || !('id' in event)) return 400
      taken.add(String(event.id))
      return 200
    } catch {
      return 400
    }
  }
  const receiver = await testReceiver(request =>
    request.method === 'GET'
      ? { json: { effects: Object.fromEntries([...taken].map(id => [id, 1])), states: {} } }
      : judge(request),
  )
  return { ...receiver, taken }
}

it('run plays a scenario of each example against a receiver that checks signatures', async () => {
  const verilume = await verilumeReceiver()
  const one = await standin(['run', example('verilume-rejected'), ...VERILUME, '--to', verilume.url])
  expect(one.stdout).toContain('1 passed, 0 failed')
  expect(one.code).toBe(0)
  expect(verilume.taken.size).toBe(2)
  expect(verilume.requests).toHaveLength(3)

  const tamarin = await testReceiver()
  const other = await standin(['run', example('tamarin-blocked'), ...TAMARIN, '--to', tamarin.url])
  expect(other.stdout).toContain('1 passed, 0 failed')
  // Python is the second opinion; while two secrets are valid the old one is the second.
  const script = `
import base64, hashlib, hmac, json, sys
for headers, body in json.load(sys.stdin):
    key = base64.b64decode('${TAMARIN_KEY.slice(4)}')
    text = headers['x-tamarin-event'] + '.' + headers['x-tamarin-timestamp'] + '.' + body
    made = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    print(headers['x-tamarin-signature'].split(' ').index(made))
`
  const input = JSON.stringify(tamarin.requests.map(({ headers, body }) => [headers, body]))
  expect(spawnSync('python3', ['-c', script], { input, encoding: 'utf8' }).stdout.split('\n')).toEqual([
    '0',
    '0',
    '1',
    '',
  ])
})

it('verify judges a receiver of it by the described signature', async () => {
  const { url, origin } = await verilumeReceiver()
  const args = [
    'verify',
    'verilume',
    ...VERILUME,
    '--to',
    url,
    '--secret',
    VERILUME_KEY,
    '--observe',
    `${origin}/`,
    '--seed',
    '4',
  ]
  const only = ['signature', 'freshness', 'idempotency/duplicate', 'delivery/accepts'].flatMap(name => ['--only', name])
  const { code, stdout } = await standin([...args, ...only])
  expect(stdout).toMatch(/^\d+ passed, 0 failed, 0 not judged \(seed 4\)$/m)
  expect(stdout).toMatch(/^passed {6}idempotency\/duplicate/m)
  expect(stdout).toMatch(/^passed {6}freshness\/stale/m)
  expect(code).toBe(0)
})

it('serve has its types, settings, assumptions and schemas beside the built-in ones', async () => {
  const receiver = await testReceiver()
  const cli = startCli(['serve', '--port', '0', '--ledger', ':memory:', ...TAMARIN, ...VERILUME, '--json'])
  onTestFinished(async () => void (await cli.end()))
  const { url } = await cli.record(({ kind }) => kind === 'listening')
  const get = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as Record<string, unknown>
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.ok).toBe(true)
    return (await answer.json()) as { deliveries: { id: string }[]; event: { payload: object } }
  }
  const provider = JSON.stringify(await get('/_standin/providers/tamarin'))
  for (const part of ['SCREENING_MATCHED', 'acceptedStatuses', 'rotationOverlap']) expect(provider).toContain(part)
  expect(JSON.stringify(await get('/_standin/openapi.json'))).toContain('SCREENING_MATCHED')
  expect((await fetch(`${url}/`)).status).toBe(200)
  await post('/_standin/subscriptions', { provider: 'tamarin', url: receiver.url, secret: TAMARIN_KEY })
  const { deliveries } = await post('/_standin/events', {
    provider: 'tamarin',
    type: 'SCREENING_DECIDED',
    variant: 'blocked',
  })
  await get(`/_standin/deliveries/${deliveries[0]?.id}/wait?until=settled&timeout=2m`)
  expect(receiver.requests[0]?.json()).toMatchObject({ event: 'SCREENING_DECIDED', decision: 'BLOCKED' })
  const { headers, body } = receiver.requests[0] ?? {}
  const file = join(temporaryFolder(), 'body.json')
  writeFileSync(file, body ?? '')
  const explained = await standin([
    ...['explain-signature', 'tamarin', ...TAMARIN, '--secret', TAMARIN_KEY, '--body', file],
    ...['x-tamarin-event', 'x-tamarin-timestamp', 'x-tamarin-signature'].flatMap(name => [
      '--header',
      `${name}: ${headers?.[name]}`,
    ]),
  ])
  expect(explained.code).toBe(0)
})

it('reads the same document as JSON, and events prints what it leaves open', async () => {
  const file = join(temporaryFolder(), 'verilume.json')
  writeFileSync(file, JSON.stringify(parse(readFileSync(example('verilume'), 'utf8'))))
  const { code, records } = await standin(['events', 'verilume', '--provider-file', file, '--json'])
  expect(code).toBe(0)
  expect(records().flatMap(({ kind, name }) => (kind === 'eventType' ? [name] : []))).toEqual([
    'applicant.created',
    'verification.completed',
  ])
  expect(records().flatMap(({ kind, name }) => (kind === 'assumption' ? [name] : []))).toContain('concurrency')
})

it('refuses a document with file, line and column of each problem, and a name that a provider has', async () => {
  const file = join(temporaryFolder(), 'api.yaml')
  writeFileSync(
    file,
    'openapi: 3.1.0\ninfo: { title: A }\nx-standin-retires: {}\nwebhooks:\n  a: { $ref: other.yaml }\n',
  )
  const refused = await standin(['events', '--provider-file', file])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain(
    `${file}:3:1 x-standin-retires: Unknown extension "x-standin-retires". Did you mean "x-standin-retries"?`,
  )
  expect(refused.stderr).toContain(`${file}:5:14 webhooks.a.$ref: "other.yaml" is a reference to another document.`)
  writeFileSync(file, readFileSync(example('verilume'), 'utf8').replace('provider: verilume', 'provider: standard'))
  const taken = await standin(['events', '--provider-file', file, '--json'])
  expect(taken.records()[0]).toMatchObject({ kind: 'error', code: 'invalid_file', where: `${file}:8:21` })
  expect(String(taken.records()[0]?.message)).toContain('A provider named "standard" already exists.')
  writeFileSync(file, `a: &a [x]\nb: ${'[*a, '.repeat(3)}*b]]]\n`)
  const hostile = await standin(['events', '--provider-file', file])
  expect([hostile.code, hostile.stderr]).toEqual([2, expect.stringContaining(`${file}:2:`)])
})
