// `standin serve` and the commands that talk to it, each a process of its own.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

async function serving(...args: string[]) {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json', ...args])
  const listening = await running.record(({ kind }) => kind === 'listening')
  return { ...running, url: String(listening.url), listening }
}

/** A subscription by the control API. */
async function subscribe(server: string, url: string, more: object = {}): Promise<void> {
  const body = JSON.stringify({ provider: 'rillis', url, eventTypes: ['*'], secret: 'k', ...more })
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(`${server}/_standin/subscriptions`, { method: 'POST', headers, body })
  expect(status).toBe(201)
}

describe('serve', () => {
  it('writes the ready file once it listens, removes it when stopped, and exits with 0', async () => {
    const file = join(temporaryFolder(), 'ready.json')
    const { url, pid, listening, end } = await serving('--ready-file', file, '--seed', '7')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url, pid, seed: 7 })
    expect(listening).toMatchObject({ seed: 7, clock: 'system', pid })
    const health = await (await fetch(`${url}/_standin/health`)).json()
    expect(health).toMatchObject({ status: 'ok', seed: 7, owed: 0 })
    const { code } = await end('SIGTERM')
    expect(code).toBe(0)
    expect(existsSync(file)).toBe(false)
  })

  it('prints its URL and a curl that works', async () => {
    const running = startCli(['serve', '--port', '0', '--ledger', ':memory:'])
    const said = await running.said('try: curl')
    const [, url] = /at (http:\S+)/.exec(said) ?? []
    const [, body] = /-d '([^']+)'/.exec(said) ?? []
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/_standin/events`, { method: 'POST', headers, body: body ?? '' })
    expect(answer.status).toBe(202)
    expect((await running.end('SIGINT')).code).toBe(0)
  })

  it('stops on SIGHUP as on SIGTERM: the ready file is removed, the exit code is 0', async () => {
    const file = join(temporaryFolder(), 'ready.json')
    const { end } = await serving('--ready-file', file)
    expect((await end('SIGHUP')).code).toBe(0)
    expect(existsSync(file)).toBe(false)
  })

  it('answers open waits before it closes their connections', async () => {
    const { url, end } = await serving()
    const wait = (path: string) =>
      fetch(`${url}${path}/_standin/expect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcome: 'delivered', timeout: '1m' }),
      })
    const waits = [wait(''), wait('/spaces/a')]
    // Requests are read in the order of their connections: after these answers the waits are open.
    for (const path of ['', '/spaces/a', '/spaces/a']) await fetch(`${url}${path}/_standin/health`)
    const ended = end('SIGTERM')
    for (const answer of await Promise.all(waits)) {
      expect(answer.status).toBe(409)
      expect(await answer.json()).toMatchObject({ code: 'conflict', detail: 'The emulator has stopped.' })
    }
    expect((await ended).code).toBe(0)
  })

  it('exits with 2 if the port is in use, and creates no ledger', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const { port } = new URL((await testReceiver()).url)
    const { code, stderr } = await standin(['serve', '--port', port, '--ledger', ledger])
    expect(code).toBe(2)
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use.`)
    expect(stderr).toContain('--port 0')
    expect(existsSync(ledger)).toBe(false)
  })

  it.each([
    ['of an unknown provider', 'rilis.dataUrl=x', 'Did you mean "rillis"?'],
    ['that is unknown', 'rillis.dataUrll=x', 'Did you mean "dataUrl"?'],
    ['that is wrong', 'rillis.maxAttempts=-1', 'where: --setting rillis.maxAttempts'],
  ])('exits with 2 for a setting %s, and creates no ledger', async (_what, setting, words) => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ledger, '--setting', setting])
    expect({ code, left: existsSync(ledger) }).toEqual({ code: 2, left: false })
    expect(stderr).toContain(words)
  })

  it('makes its ledger and its ready file, new or not, readable by their owner only', async () => {
    const folder = temporaryFolder()
    const [ledger, ready] = [join(folder, 'standin.db'), join(folder, 'ready.json')]
    for (const file of [ledger, ready]) {
      writeFileSync(file, '')
      chmodSync(file, 0o644)
    }
    await serving('--ledger', ledger, '--ready-file', ready)
    for (const file of [ledger, `${ledger}-wal`, `${ledger}-shm`, ready].filter(existsSync))
      expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600])
    expect(existsSync(`${ledger}-wal`)).toBe(true)
  })

  it('refuses an allowed target that means nothing, says what to write, and creates no ledger', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ledger, '--allow-target', '127.1'])
    expect({ code, left: existsSync(ledger) }).toEqual({ code: 2, left: false })
    expect(stderr).toContain('Write 127.0.0.1.')
  })

  it.runIf(process.platform === 'linux')('shows no token and no settings in the process list', async () => {
    const secret = 'kycgenie.apiKeys=["key-to-hide"]'
    const { pid } = await serving('--token', 'token-to-hide', '--setting', secret)
    const shown = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    expect(shown).toContain('standin serve')
    expect(shown).not.toContain('to-hide')
  })

  it("asks for a token for the providers' APIs with --guard-providers", async () => {
    const { url, listening } = await serving('--guard-providers')
    const call = (headers: Record<string, string>) =>
      fetch(`${url}/rillis/api/v1/none`, { headers }).then(({ status }) => status)
    expect(await call({})).toBe(401)
    expect(await call({ 'x-standin-token': String(listening.token) })).not.toBe(401)
  })

  it('ends at once on a second signal, with an attempt in flight', async () => {
    const receiver = await testReceiver({ onRequest: () => {} })
    const { url, pid, said, ended } = await serving()
    await subscribe(url, receiver.url)
    const body = JSON.stringify({ provider: 'rillis', type: 'FLOW_COMPLETED' })
    await fetch(`${url}/_standin/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await vi.waitUntil(() => receiver.connections() > 0, { timeout: 60_000 })
    process.kill(pid, 'SIGTERM')
    await said('stopping')
    process.kill(pid, 'SIGTERM')
    expect((await ended).code).toBe(130)
  })

  it('exits with 2 if another process has the ledger open', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    await serving('--ledger', ledger)
    const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ledger])
    expect(code).toBe(2)
    expect(stderr).toContain('standin.db')
  })

  it('resumes unsettled deliveries on the next start with the same ledger', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const { url: to, requests } = await testReceiver([500, 200])
    const first = await serving('--ledger', ledger)
    await subscribe(first.url, to)
    const triggered = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', first.url, '--no-wait'])
    expect(triggered.code).toBe(0)
    const watching = await standin(['deliveries', '--server', first.url, '--json'])
    expect(watching.records()).toHaveLength(1)
    expect((await first.end('SIGTERM')).code).toBe(0)
    const second = await serving('--ledger', ledger, '--speed', '1000')
    const [delivery] = (await standin(['deliveries', '--server', second.url, '--json'])).records()
    const path = `/_standin/deliveries/${delivery?.id}/wait?until=delivered&timeout=2m`
    expect((await fetch(`${second.url}${path}`)).status).toBe(200)
    expect(requests).toHaveLength(2)
  })

  it('says so where a kept ledger ignores --start', async () => {
    const ledger = join(temporaryFolder(), 'standin.db')
    const manual = ['--ledger', ledger, '--clock', 'manual'] as const
    const first = await serving(...manual, '--start', '2026-01-15T09:00:00Z')
    await first.end('SIGTERM')
    const second = await serving(...manual, '--start', '2026-03-01T09:00:00Z')
    const { stderr } = await second.end('SIGTERM')
    expect(stderr).toContain('--start has no effect: the ledger')
    expect(stderr).toContain('goes on at 2026-01-15T09:00:00.000Z')
  })

  it('beyond loopback requires a token, and generates one if none is given', async () => {
    const { listening, end } = await serving('--host', '0.0.0.0')
    const server = String(listening.url)
    expect(listening.token).toMatch(/^[0-9a-f]{32}$/)
    const without = await standin(['subscriptions', '--server', server])
    expect(without.code).toBe(2)
    expect(without.stderr).toContain('--token')
    const given = await standin(['ready', '--server', server], { env: { STANDIN_TOKEN: String(listening.token) } })
    expect(given.code).toBe(0)
    await end()
  })

  it.each([
    ['--speed max', ['--speed', 'max'], '--clock manual'],
    [
      'a speed of a manual clock',
      ['--clock', 'manual', '--speed', '2'],
      '--clock manual and --speed cannot be combined',
    ],
    ['a provider that does not exist', ['--provider', 'rilis'], 'Did you mean "rillis"?'],
    ['a setting without a provider', ['--setting', 'maxAttempts=1'], 'provider.setting=value'],
    ['a setting that does not exist', ['--setting', 'rillis.maxAttemps=1'], 'maxAttempts'],
    ['a certificate file that is not there', ['--ca', '/nowhere.pem'], '/nowhere.pem'],
    ['an address that is not of this machine', ['--host', '203.0.113.1', '--token', 't'], '127.0.0.1'],
  ])('rejects %s with 2', async (_what, args, words) => {
    const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ':memory:', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})

describe('commands on a running server', () => {
  it('trigger ends with a hint where the next attempt waits for a manual clock', async () => {
    const { url: to } = await testReceiver([500, 200])
    const { url } = await serving('--clock', 'manual')
    await subscribe(url, to)
    const { code, stderr, stdout } = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', url])
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('waiting after 1 attempt') })
    expect(stderr).toContain('move it with standin clock drain')
  })

  it('trigger waits until the deliveries are settled, and prints each attempt', async () => {
    const { url } = await serving('--speed', '1000')
    const { url: to, requests } = await testReceiver([500, 200])
    await subscribe(url, to)
    const { code, records } = await standin([
      'trigger',
      'rillis',
      'FLOW_COMPLETED',
      '--server',
      url,
      '--subject',
      'acme',
      '--json',
    ])
    expect({ code, attempts: requests.length }).toEqual({ code: 0, attempts: 2 })
    const lines = records()
    expect(lines.map(({ kind }) => kind)).toEqual(['event', 'attempt', 'attempt', 'summary'])
    expect(lines[2]).toMatchObject({ attempt: 2, status: 200, accepted: true, deliveryStatus: 'delivered' })
    expect(lines[3]).toMatchObject({ exitCode: 0, deliveries: [{ status: 'delivered', attempts: 2 }] })
  })

  it('trigger with a known id reports the first event', async () => {
    const { url } = await serving()
    const { url: to, requests } = await testReceiver()
    await subscribe(url, to)
    const again = ['trigger', 'rillis', 'FLOW_COMPLETED', '--server', url, '--id', 'once']
    expect([(await standin(again)).code, (await standin(again)).code]).toEqual([0, 0])
    expect(requests).toHaveLength(1)
  })

  it('trigger exits with 1 without a subscription, with 2 for an unknown type', async () => {
    const { url } = await serving()
    const unsubscribed = await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', url])
    expect(unsubscribed.code).toBe(1)
    expect(unsubscribed.stdout).toContain('no subscription gets it')
    const wrong = await standin(['trigger', 'rillis', 'FLOW_COMPLETD', '--server', url])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('Did you mean "FLOW_COMPLETED"?')
  })

  it('subscriptions, deliveries and resend work, with secrets masked', async () => {
    const { url } = await serving()
    const { url: to, requests } = await testReceiver([200, 200, 500])
    await subscribe(url, to, { secret: 'secret-of-the-test' })
    await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', url])
    const subscriptions = await standin(['subscriptions', '--server', url, '--json'])
    expect(subscriptions.records()).toEqual([
      expect.objectContaining({ kind: 'subscription', provider: 'rillis', url: to }),
    ])
    expect(subscriptions.stdout).not.toContain('secret-of-the-test')
    const list = (await standin(['deliveries', '--server', url, '--status', 'delivered', '--json'])).records()
    expect(list).toEqual([expect.objectContaining({ type: 'FLOW_COMPLETED', attemptCount: 1 })])
    const id = String(list[0]?.id)
    const one = await standin(['deliveries', id, '--server', url])
    expect(one.stdout).toMatch(/attempt 1 {2}200/)
    expect(one.stdout).toContain('x-signature: ')
    expect((await standin(['resend', id, '--server', url])).code).toBe(0)
    const refused = await standin(['resend', id, '--original', '--server', url, '--json'])
    expect(refused.code).toBe(1)
    expect(refused.records()[0]).toMatchObject({ attempt: 3, cause: 'replay', status: 500 })
    expect(requests[2]?.headers['x-signature']).toBe(requests[0]?.headers['x-signature'])
    const unknown = await standin(['resend', 'dl_none', '--server', url])
    expect(unknown.code).toBe(2)
  })

  it('watch prints what happens until the server stops', async () => {
    const server = await serving()
    const { url: to } = await testReceiver()
    await subscribe(server.url, to)
    const watching = startCli(['watch', '--server', server.url, '--json'])
    await watching.said('watching')
    await standin(['trigger', 'rillis', 'FLOW_COMPLETED', '--server', server.url])
    await watching.record(({ kind }) => kind === 'delivery.settled')
    expect(watching.records().map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['event.triggered', 'attempt.started', 'attempt.completed', 'delivery.settled']),
    )
    await server.end()
    expect([0, 2]).toContain((await watching.ended).code)
  })

  it('ready exits with 0 if the server responds, else with 2, and waits with --wait', async () => {
    const { url, close } = await testReceiver()
    const { port } = new URL(url)
    await close()
    const server = `http://127.0.0.1:${port}`
    const absent = await standin(['ready', '--server', server])
    expect(absent.code).toBe(2)
    expect(absent.stderr).toContain('ECONNREFUSED')
    const waiting = standin(['ready', '--wait', '--timeout', '2m', '--server', server, '--json'])
    startCli(['serve', '--port', port, '--ledger', ':memory:'])
    const { code, records } = await waiting
    expect(code).toBe(0)
    expect(records()[0]).toMatchObject({ kind: 'ready', status: 'ok' })
  })

  it('record writes a scenario that sends the same payloads', async () => {
    const { url } = await serving('--clock', 'manual', '--start', '2026-01-15T09:00:00Z')
    const live = await testReceiver()
    await subscribe(url, live.url)
    const trigger = (type: string, ...rest: string[]) =>
      standin(['trigger', 'rillis', type, '--server', url, '--subject', 'acme', ...rest])
    await trigger('VERIFICATION_IDENTITY_COMPLETED', '--set', `data.user_id="literally \${vars.nothing}"`)
    const by = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"by":"2h"}' }
    expect((await fetch(`${url}/_standin/clock/advance`, by)).status).toBe(200)
    await trigger('FLOW_COMPLETED')
    expect(live.requests).toHaveLength(2)

    for (const name of ['story.yaml', 'story.json']) {
      const file = join(temporaryFolder(), name)
      const recorded = await standin(['record', '-o', file, '--server', url])
      expect(recorded).toMatchObject({ code: 0, stderr: '' })
      const text = readFileSync(file, 'utf8')
      expect(text).not.toContain('"k"')
      const replay = await testReceiver()
      const before = live.requests.length
      const replayed = await standin(['run', file, '--to', replay.url, '--var', 'secret_rillis_flow_1=k', '--json'])
      expect(replayed).toMatchObject({ code: 0 })
      expect(live.requests).toHaveLength(before)
      expect(replay.requests.map(({ body }) => JSON.parse(body))).toEqual(
        live.requests.map(({ body }) => JSON.parse(body.replaceAll(live.url, replay.url))),
      )
      expect(replayed.records().at(-1)).toMatchObject({ runs: [{ start: '2026-01-15T09:00:00.000Z' }] })
    }
  })

  it('record escapes what looks like a reference, and makes variables of masked settings', async () => {
    const { url } = await serving('--clock', 'manual', '--setting', 'unico.maxAttempts=3')
    const live = await testReceiver()
    await subscribe(url, live.url, {
      provider: 'unico',
      secret: undefined,
      settings: { auth: { type: 'basic', credentials: 'me:pass-of-the-test' } },
    })
    const odd = `\${vars.nothing} $\${x}`
    const set = ['--subject', odd, '--set', `flow="${odd}"`]
    await standin(['trigger', 'unico', 'process.finished.expired', '--server', url, ...set])
    const file = join(temporaryFolder(), 'story.yaml')
    const recorded = await standin(['record', '-o', file, '--server', url])
    expect(recorded).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(file, 'utf8')).not.toContain('pass-of-the-test')
    expect(readFileSync(file, 'utf8')).toMatch(/providers:\n {2}unico:\n {4}maxAttempts: 3\n/)
    const missing = await standin(['run', file])
    expect(missing.stderr).toContain('STANDIN_SETTING_UNICO_')
    const [, name = ''] = /credentials: \$\{vars\.(\w+)\}/.exec(readFileSync(file, 'utf8')) ?? []
    const replayed = await standin(['run', file, '--var', `${name}=me:pass-of-the-test`])
    expect(replayed).toMatchObject({ code: 0 })
    expect(live.requests).toHaveLength(2)
    expect(live.requests[1]?.body).toBe(live.requests[0]?.body)
    expect(live.requests[1]?.headers.authorization).toBe(live.requests[0]?.headers.authorization)
    expect(JSON.parse(live.requests[0]?.body ?? '')).toMatchObject({ flow: odd })
  })

  it('an unreachable server is an error with its address and a hint', async () => {
    const { url, close } = await testReceiver()
    await close()
    const { origin } = new URL(url)
    for (const line of [['subscriptions'], ['deliveries'], ['watch'], ['trigger', 'rillis', 'FLOW_COMPLETED']]) {
      const { code, stderr } = await standin([...line, '--server', origin])
      expect(code).toBe(2)
      expect(stderr).toContain(origin)
      expect(stderr).toContain('standin serve')
    }
  })
})
