// `standin trigger --to`: one event to a URL, without a server.

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sortedKeys } from '../../src/provider/signing.js'
import { standin, startCli } from '../support/cli.js'
import { runProcess } from '../support/process.js'
import { type TestRequest, testReceiver } from '../support/receiver.js'

const KEY = "it's a $ecret"

/** The signature as Rillis documents it, computed from what was received. */
const genuine = ({ headers, body }: TestRequest) =>
  createHmac('sha256', KEY)
    .update(`${headers['x-timestamp']}.${JSON.stringify(sortedKeys(JSON.parse(body)))}`)
    .digest('hex') === headers['x-signature']

const flow = (url: string, ...rest: string[]) =>
  standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--to', url, '--secret', KEY, ...rest])

/** A URL that nobody listens at: the port was free a moment ago. */
async function deadUrl(): Promise<string> {
  const { url, close } = await testReceiver()
  await close()
  return url
}

describe('trigger --to', () => {
  it('retries until the 200 and prints each attempt, then the summary', async () => {
    const { url, requests } = await testReceiver([503, 500, 200])
    const { code, records, stderr } = await flow(url, '--speed', 'max', '--json')
    expect(code).toBe(0)
    expect(requests.map(genuine)).toEqual([true, true, true])
    const lines = records()
    expect(lines.map(({ kind }) => kind)).toEqual(['event', 'attempt', 'attempt', 'attempt', 'summary'])
    expect(lines.map(({ status }) => status).slice(1, 4)).toEqual([503, 500, 200])
    expect(lines[1]).toMatchObject({ attempt: 1, accepted: false, next: { reason: expect.stringContaining('503') } })
    expect(lines[3]).toMatchObject({ attempt: 3, accepted: true, next: null, deliveryStatus: 'delivered' })
    expect(lines[4]).toMatchObject({ status: 'delivered', attempts: 3, exitCode: 0, seed: expect.any(Number) })
    expect(stderr).toContain(`seed ${lines[4]?.seed}`)
  })

  it('prints a line per attempt with time, type, number, status, and the next attempt with its reason', async () => {
    const { url } = await testReceiver([500, 200])
    const { stdout } = await flow(url, '--speed', 'max', '--start', '2026-01-15T09:00:00Z')
    expect(stdout).toMatch(
      /2026-01-15 09:00:00 {2}FLOW_COMPLETED {2}attempt 1 {2}500 .*next at 2026-01-15 09:00:05 \(500; attempt 2 of 8 5 s later\)/,
    )
    expect(stdout).toMatch(/2026-01-15 09:00:05 {2}FLOW_COMPLETED {2}attempt 2 {2}200 .*delivered/)
    expect(stdout).toContain('skipped 5 s of waiting')
  })

  it('sends the same bytes for the same seed and start', async () => {
    const { url, requests } = await testReceiver()
    const same = ['--seed', '7', '--start', '2026-01-15T09:00:00Z']
    await flow(url, ...same)
    await flow(url, ...same)
    await flow(url, '--seed', '8', '--start', '2026-01-15T09:00:00Z')
    const [first, second, other] = requests.map(({ body }) => body)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  it('waits between retries at the given speed, also from a given start', async () => {
    const { url, requests } = await testReceiver([500, 200])
    const { code, records } = await flow(url, '--speed', '1000', '--start', '2026-01-15T09:00:00Z', '--json')
    expect({ code, attempts: requests.length }).toEqual({ code: 0, attempts: 2 })
    expect(records()[2]).toMatchObject({ at: '2026-01-15T09:00:05.000Z' })
    expect(records().at(-1)).toMatchObject({ skippedMs: 0 })
  })

  it('sets and unsets values in the signed payload', async () => {
    const { url, requests } = await testReceiver()
    const { code } = await flow(
      url,
      '--set',
      'data.user_id="user \\u0027x\\u0027"',
      '--set',
      '/data/flow_id=f-1',
      '--unset',
      'data.completed_at',
    )
    expect(code).toBe(0)
    const { data } = JSON.parse(requests[0]?.body ?? '{}')
    expect(data).toMatchObject({ user_id: "user 'x'", flow_id: 'f-1' })
    expect(data).not.toHaveProperty('completed_at')
    expect(requests.map(genuine)).toEqual([true])
  })

  it('sends the given variant', async () => {
    const { url, requests } = await testReceiver()
    const name = 'EVENT_TYPE_QR_CODE_READ'
    const type = 'process.finished.expired'
    expect((await standin(['trigger', 'unico', type, '--variant', name, '--to', url])).code).toBe(0)
    expect(requests[0]?.body).toContain(name)
  })

  it('sends events of a channel that default subscriptions do not get', async () => {
    const { url, requests } = await testReceiver()
    const { code } = await standin(['trigger', 'rillis', 'TRANSACTION_STATE_CHANGED', '--to', url])
    expect(code).toBe(0)
    expect(requests).toHaveLength(1)
  })

  it('uses the settings of the provider', async () => {
    const { url, requests } = await testReceiver([500])
    const { code, records } = await flow(
      url,
      '--speed',
      'max',
      '--setting',
      'maxAttempts=2',
      '--setting',
      'signaturePrefix=sha256=',
      '--json',
    )
    expect(code).toBe(1)
    expect(requests).toHaveLength(2)
    expect(requests[0]?.headers['x-signature']).toMatch(/^sha256=/)
    expect(records().at(-1)).toMatchObject({ status: 'exhausted', exitCode: 1 })
  })

  it('with --until-success keeps retrying after the schedule ends', async () => {
    const { url, requests } = await testReceiver((_got, number) => (number < 12 ? 500 : 200))
    const { code, records } = await flow(url, '--speed', 'max', '--until-success', '--json')
    expect(code).toBe(0)
    expect(requests).toHaveLength(12)
    expect(records().at(-1)).toMatchObject({ status: 'delivered', attempts: 12 })
  })

  it('with --until-success stops at --max-attempts if waits are skipped', async () => {
    const { url, requests } = await testReceiver([500])
    const { code } = await flow(url, '--speed', 'max', '--until-success', '--max-attempts', '15')
    expect({ code, attempts: requests.length }).toEqual({ code: 1, attempts: 15 })
  })
})

describe('for a receiver that rejects the signature', () => {
  it('prints the signed string once', async () => {
    const { url, requests } = await testReceiver([401])
    const { code, records, stdout } = await flow(url, '--speed', 'max', '--json')
    expect(code).toBe(1)
    const [got] = requests
    const signed = `${got?.headers['x-timestamp']}.${JSON.stringify(sortedKeys(JSON.parse(got?.body ?? '{}')))}`
    expect(records().filter(({ kind }) => kind === 'refused')).toEqual([
      expect.objectContaining({ attempt: 1, signedString: signed }),
    ])
    expect(stdout).not.toContain(KEY)
    const people = await flow(url, '--speed', 'max')
    expect(people.stdout).toContain('the string that was signed')
  })

  it("diagnoses the receiver's own signature if its response shows one", async () => {
    const overRawBody = ({ headers, body }: TestRequest) =>
      createHmac('sha256', KEY).update(`${headers['x-timestamp']}.${body}`).digest('hex')
    const { url } = await testReceiver(got => ({ status: 401, body: `{"computed":"${overRawBody(got)}"}` }))
    const { stdout } = await flow(url, '--speed', 'max')
    expect(stdout.split('It was computed over the raw body instead of its JSON with sorted keys.')).toHaveLength(2)
    expect(stdout).toContain('fix: Parse the body, sort its keys')
    expect(stdout).not.toContain('explain-signature')
    const { records } = await flow(url, '--speed', 'max', '--json')
    const [refused] = records().filter(({ kind }) => kind === 'refused')
    expect(refused).toMatchObject({ computed: { causes: [{ id: 'raw-body' }] } })
  })

  it('else prints the command that explains its signature', async () => {
    const { url, requests } = await testReceiver([403])
    const { stdout } = await flow(url, '--speed', 'max')
    const { 'x-timestamp': stamp, 'x-signature': signature } = requests[0]?.headers ?? {}
    expect(stdout).toContain(
      'standin explain-signature rillis --channel flow --secret "$STANDIN_SECRET" --body body.json',
    )
    expect(stdout).toContain(`--header 'x-signature: ${signature}' --header 'x-timestamp: ${stamp}'`)
    expect(stdout).not.toContain(KEY)
  })

  it('exits with 1 when the schedule ends', async () => {
    const { url } = await testReceiver([500])
    const { code, records } = await flow(url, '--speed', 'max', '--json')
    expect(code).toBe(1)
    expect(records().at(-1)).toMatchObject({ status: 'exhausted', attempts: 8 })
  })

  it('exits with 2 when nothing listens until the schedule ends', async () => {
    const { code, records, stdout } = await flow(await deadUrl(), '--speed', 'max', '--json')
    expect(code).toBe(2)
    expect(records()[1]).toMatchObject({ kind: 'attempt', outcome: 'refused', status: null, code: 'ECONNREFUSED' })
    expect(stdout).not.toContain('"status":200')
  })

  it('says in the lines of attempts what happened, once where every retry meets the same', async () => {
    const url = await deadUrl()
    const { stdout } = await flow(url, '--speed', 'max')
    expect(stdout.match(/ {2}Nothing listens on .*$/gm)).toEqual([
      `  Nothing listens on ${new URL(url).host}: start the receiver there, or correct its URL.`,
    ])
    expect(stdout).toMatch(/attempt 1 {2}refused {4}ECONNREFUSED .*\n {2}Nothing listens/)
  })
})

describe('an invalid command', () => {
  it.each([
    ['an unknown provider', ['trigger', 'rilis', 'X'], 'Did you mean "rillis"?'],
    ['an unknown type', ['trigger', 'rillis', 'FLOW_COMPLETD'], 'Did you mean "FLOW_COMPLETED"?'],
    ['an unknown path', ['trigger', 'rillis', 'FLOW_COMPLETED', '--set', 'data.user_idd=1'], 'Did you mean "user_id"?'],
    [
      'a value of the wrong type',
      ['trigger', 'rillis', 'FLOW_COMPLETED', '--set', 'data.user_id={"a":1}'],
      'declared type',
    ],
    ['an unknown setting', ['trigger', 'rillis', 'FLOW_COMPLETED', '--setting', 'maxAttempt=1'], 'maxAttempts'],
    [
      'an unknown variant',
      ['trigger', 'unico', 'process.finished.ok', '--variant', 'aproved'],
      'Did you mean "approved"?',
    ],
    ['an unknown channel', ['trigger', 'rillis', 'FLOW_COMPLETED', '--channel', 'flw'], 'Did you mean "flow"?'],
  ])('with %s sends nothing, exits with 2 and prints a hint', async (_what, args, hint) => {
    const { url, requests } = await testReceiver()
    const { code, stdout, stderr } = await standin([...args, '--to', url])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(hint)
    expect(requests).toEqual([])
  })

  it('with --to and --server is rejected', async () => {
    const { code, stderr } = await flow('http://127.0.0.1:1/', '--server', 'http://127.0.0.1:1/')
    expect(code).toBe(2)
    expect(stderr).toContain('cannot be combined')
  })
})

describe('--print', () => {
  it('curl prints a shell command whose signature is valid, and sends nothing itself', async () => {
    const { url, requests } = await testReceiver()
    const nasty = 'data.user_id="it\'s $(id) `x` \\\\ \\"q\\" é😀"'
    const { code, stdout } = await flow(url, '--print', 'curl', '--set', nasty)
    expect({ code, sent: requests.length }).toEqual({ code: 0, sent: 0 })
    const { stdout: answer } = await runProcess('sh', [], { input: stdout })
    expect(answer).toContain('200')
    expect(requests.map(genuine)).toEqual([true])
    expect(JSON.parse(requests[0]?.body ?? '{}').data.user_id).toBe('it\'s $(id) `x` \\ "q" é😀')
  })

  it('json prints the request and the signed string on one line', async () => {
    const { stdout, records } = await flow('http://127.0.0.1:9/hooks', '--print', 'json')
    const [request] = records()
    expect(stdout.split('\n')).toHaveLength(2)
    expect(request).toMatchObject({ kind: 'request', method: 'POST', url: 'http://127.0.0.1:9/hooks' })
    const headers = Object.fromEntries(request?.headers as [string, string][])
    expect(headers['x-signature']).toBe(createHmac('sha256', KEY).update(String(request?.signedString)).digest('hex'))
  })

  it('prints warnings about the payload, as sending it would', async () => {
    const { code, stderr } = await flow('http://127.0.0.1:9/hooks', '--print', 'http', '--set', 'data.status=ODD')
    expect(code).toBe(0)
    expect(stderr).toContain('"ODD" is none of the known values (COMPLETED)')
  })

  it('notes a generated secret only if there is one and the request was printed', async () => {
    const note = 'signed with a generated secret'
    const print = ['--to', 'http://127.0.0.1:9/hooks', '--print', 'http']
    expect((await standin(['trigger', 'rillis', 'FLOW_COMPLETED', ...print])).stderr).toContain(note)
    expect((await standin(['trigger', 'unico', 'process.finished.ok', ...print])).stderr).not.toContain(note)
    const wrong = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', ...print, '--set', 'data.stats=1'])
    expect(wrong.stderr).not.toContain(note)
  })

  it('needs --to', async () => {
    const { code, stderr } = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--print', 'curl'])
    expect(code).toBe(2)
    expect(stderr).toContain('--to URL')
  })
})

it('exits with 130 when interrupted while it waits for the next attempt', async () => {
  const { url } = await testReceiver([500])
  const running = startCli(['trigger', 'rillis', 'FLOW_COMPLETED', '--to', url, '--json'])
  await running.record(({ kind }) => kind === 'attempt')
  const { code, records } = await running.end('SIGINT')
  expect(code).toBe(130)
  expect(records().at(-1)).toMatchObject({ kind: 'summary', status: 'waiting', exitCode: 130 })
})

it('refuses --no-wait with --to, which would send nothing', async () => {
  const { code, stderr } = await standin([
    ...['trigger', 'rillis', 'FLOW_COMPLETED', '--to', 'http://127.0.0.1:9/', '--no-wait'],
  ])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('--no-wait and --to cannot be combined'),
  })
})
