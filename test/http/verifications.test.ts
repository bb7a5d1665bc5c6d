// Verifications over the control API: the same report, by the rules of the server.
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JournalEntry } from '../../src/core/journal.js'
import type { JsonObject } from '../../src/core/json.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import type { StartedWith } from '../../src/emulator/spaces.js'
import { builtInProviders } from '../../src/providers/index.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { type TestServer, testServer } from '../support/server.js'
import { BASIC, flawedReceiver, KEY } from '../verify/flawed-receiver.js'

const verifying = (options: EmulatorOptions = {}, startedWith: StartedWith = {}) =>
  testServer({ providers: builtInProviders, ...options }, { startedWith })

it('answers every verdict, secrets masked, and stores no delivery', async () => {
  const { url, observe } = await flawedReceiver('unico', { method: 200 }, onTestFinished)
  const { ask, emulator } = await verifying()
  const body = {
    provider: 'unico',
    to: url,
    secret: BASIC,
    settings: { auth: { type: 'basic' } },
    observe,
    only: ['auth', 'http/method', 'retry'],
    timeout: '2m',
  }
  const { status, json, text } = await ask('POST', '/_standin/verifications', body)
  expect(status).toBe(200)
  expect(json.summary).toEqual({ passed: 6, failed: 1, notJudged: 0, exitCode: 1 })
  expect(text).not.toContain(Buffer.from(BASIC).toString('base64'))
  expect(emulator.ledger.deliveries({}, { limit: 1 })).toEqual([])
  expect(emulator.ledger.subscriptions()).toEqual([])
})

it.each([
  ['-1s', 'is not a duration'],
  ['11m', 'from 0 to 10 minutes'],
])('refuses a receiver that takes %s to act', async (settle, said) => {
  const { ask } = await verifying()
  const body = { provider: 'rillis', to: 'http://127.0.0.1:9/', settle }
  const { status, text } = await ask('POST', '/_standin/verifications', body)
  expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining(said) })
})

it('uses the settings of the provider on the server', async () => {
  const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { ask } = await verifying()
  const verify = async () =>
    (
      await ask('POST', '/_standin/verifications', {
        provider: 'rillis',
        to: url,
        secret: KEY,
        only: ['delivery/exact'],
      })
    ).json.summary
  expect(await verify()).toMatchObject({ failed: 1 })
  await ask('PATCH', '/_standin/providers/rillis/settings', { successStatus: '2xx' })
  expect(await verify()).toMatchObject({ passed: 1, failed: 0 })
})

it('sends nothing to targets that the server does not allow', async () => {
  const { url } = await flawedReceiver('rillis', {}, onTestFinished)
  const { ask } = await verifying({ allowTargets: ['elsewhere.example'] })
  const { json } = await ask('POST', '/_standin/verifications', {
    provider: 'rillis',
    to: url,
    only: ['delivery/accepts'],
  })
  expect(json.summary).toMatchObject({ passed: 0, exitCode: 2 })
})

it('refuses unknown checks and keys with the nearest known one', async () => {
  const { ask } = await verifying()
  const wrong = await ask('POST', '/_standin/verifications', {
    provider: 'rillis',
    to: 'http://127.0.0.1:9/',
    only: ['signatur/'],
  })
  expect(wrong).toMatchObject({ status: 400, json: { code: 'unknown_name' } })
  const key = await ask('POST', '/_standin/verifications', { provider: 'rillis', url: 'http://127.0.0.1:9/' })
  expect(key.status).toBe(400)
})

/** Resolves with the next entry of a kind. */
const next = <K extends JournalEntry['kind']>({ journal }: Emulator, kind: K) =>
  new Promise<JournalEntry & { kind: K }>(resolve => {
    const stop = journal.listen(entry => {
      if (entry.kind !== kind) return
      stop()
      resolve(entry as JournalEntry & { kind: K })
    })
  })

describe('a verification that is started with wait=false', () => {
  const start = ({ ask }: TestServer, body: JsonObject) => ask('POST', '/_standin/verifications?wait=false', body)
  const rillis = (to: string, more: JsonObject = {}) => ({
    provider: 'rillis',
    to,
    secret: KEY,
    only: ['delivery/accepts', 'delivery/exact'],
    ...more,
  })

  /** Starts one and waits for its end. */
  const ended = async (server: TestServer, body: JsonObject) => {
    const end = next(server.emulator, 'verification.ended')
    const { status, json, text } = await start(server, body)
    expect(status, text).toBe(202)
    await end
    return String(json.id)
  }

  it('answers at once, and each verdict is an entry of the journal', async () => {
    const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
    const server = await verifying()
    const entries: string[] = []
    server.emulator.journal.listen(entry => {
      if (entry.kind === 'verification.judged') entries.push(`${entry.check} ${entry.status}`)
    })
    const end = next(server.emulator, 'verification.ended')
    const { status, json, headers } = await start(server, rillis(url))
    expect(status).toBe(202)
    expect(json).toMatchObject({ id: 'ver_1', status: 'running', to: url, checks: 2, passed: 0, exitCode: null })
    expect(headers.get('location')).toMatch(/\/_standin\/verifications\/ver_1$/)
    expect((await end).verification).toMatchObject({ status: 'completed', passed: 1, failed: 1, exitCode: 1 })
    expect(entries.sort()).toEqual(['delivery/accepts passed', 'delivery/exact-status failed'])
  })

  it('is read with what was sent, expected and seen, how to repeat it and the source, without the secret', async () => {
    const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
    const server = await verifying()
    const id = await ended(server, rillis(url))
    const { json, text } = await server.ask('GET', `/_standin/verifications/${id}`)
    expect(json).toMatchObject({
      asked: { hasSecret: true, only: ['delivery/accepts', 'delivery/exact'] },
      pending: [],
    })
    const failed = (json.verdicts as JsonObject[]).find(({ status }) => status === 'failed')
    expect(failed).toMatchObject({
      id: 'delivery/exact-status',
      title: expect.stringContaining('MUST'),
      expected: expect.any(String),
      seen: expect.stringContaining('202'),
      sent: { request: { method: 'POST', url } },
      again: {
        standin: expect.stringContaining('--only delivery/exact-status'),
        curl: expect.stringContaining('curl'),
      },
    })
    expect(failed?.documented).not.toEqual([])
    expect(text).not.toContain(KEY)
  })

  it('is listed newest first, page by page, and by receiver', async () => {
    const [a, b] = [
      await flawedReceiver('rillis', {}, onTestFinished),
      await flawedReceiver('rillis', {}, onTestFinished),
    ]
    const server = await verifying()
    for (const { url } of [a, b, a]) await ended(server, rillis(url))
    const ids = async (query: string) => {
      const { json } = await server.ask('GET', `/_standin/verifications${query}`)
      return { ids: (json.items as JsonObject[]).map(({ id }) => id), next: json.next }
    }
    expect(await ids('?limit=2')).toEqual({ ids: ['ver_3', 'ver_2'], next: 'ver_2' })
    expect(await ids('?limit=2&before=ver_2')).toEqual({ ids: ['ver_1'], next: null })
    expect(await ids(`?to=${encodeURIComponent(a.url)}`)).toEqual({ ids: ['ver_3', 'ver_1'], next: null })
    expect((await server.ask('GET', '/_standin/verifications?before=ver_9')).status).toBe(400)
  })

  it('is compared with the one before it: fixed, broken, unchanged, added and gone', async () => {
    const flaw = { status: 202 as number | undefined }
    const { url } = await flawedReceiver('rillis', flaw, onTestFinished)
    const server = await verifying()
    await ended(server, rillis(url, { only: ['delivery/accepts', 'delivery/exact', 'signature/missing'] }))
    flaw.status = undefined
    const id = await ended(server, rillis(url, { only: ['delivery', 'signature/empty'] }))
    const { json } = await server.ask('GET', `/_standin/verifications/${id}/comparison`)
    const idsOf = (key: string) => (json[key] as JsonObject[]).map(check => check.id)
    expect(json).toMatchObject({ before: { id: 'ver_1' }, after: { id: 'ver_2' } })
    expect(idsOf('fixed')).toEqual(['delivery/exact-status'])
    expect(idsOf('broken')).toEqual([])
    expect(idsOf('unchanged')).toEqual(['delivery/accepts'])
    expect(idsOf('added')).toContain('signature/empty')
    expect(idsOf('gone')).toEqual(['signature/missing'])
    const back = await server.ask('GET', '/_standin/verifications/ver_1/comparison?with=ver_2')
    expect((back.json.broken as JsonObject[]).map(check => check.id)).toEqual(['delivery/exact-status'])
    expect((await server.ask('GET', '/_standin/verifications/ver_1/comparison')).status).toBe(404)
  })

  it.each([
    ['html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['junit', 'application/xml; charset=utf-8', '<?xml'],
    ['json', 'application/json', '{'],
    ['markdown', 'text/markdown; charset=utf-8', '# Receiver for rillis'],
  ])('is written as %s, the same as verify writes', async (format, type, begins) => {
    const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
    const server = await verifying()
    const id = await ended(server, rillis(url))
    const { text, headers } = await server.ask('GET', `/_standin/verifications/${id}/report?format=${format}`)
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="rillis-ver_1\./)
    expect(text.startsWith(begins)).toBe(true)
    expect(text).toContain('delivery/exact-status')
    expect(text).not.toContain(KEY)
  })

  it('is refused while another one of the same receiver runs, and can be cancelled', async () => {
    let answer: (value: number) => void = () => {}
    const held = new Promise<number>(resolve => {
      answer = resolve
    })
    const { url } = await testReceiver(() => held)
    const server = await verifying()
    const end = next(server.emulator, 'verification.ended')
    await start(server, rillis(url, { only: ['delivery'] }))
    const second = await start(server, rillis(url))
    expect(second).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect((await server.ask('GET', '/_standin/verifications/ver_1/report')).status).toBe(409)
    expect((await server.ask('DELETE', '/_standin/verifications/ver_1')).status).toBe(409)
    expect((await server.ask('POST', '/_standin/verifications/ver_1/cancel')).status).toBe(202)
    answer(200)
    expect((await end).verification).toMatchObject({ status: 'cancelled', reason: 'It was cancelled.' })
    expect((await server.ask('POST', '/_standin/verifications/ver_1/cancel')).status).toBe(409)
    const { json } = await server.ask('GET', '/_standin/verifications/ver_1')
    expect((json.verdicts as JsonObject[]).map(({ note }) => note)).toContain('The verification was cancelled.')
    expect((await start(server, rillis(url))).status).toBe(202)
  })

  it('says that it was interrupted after a restart, and keeps the verdicts made before', async () => {
    const folder = temporaryFolder()
    const ledger = join(folder, 'kept.db')
    let isHanging = false
    const { url } = await testReceiver(() => (isHanging ? new Promise<number>(() => {}) : 200))
    const first = await verifying({ ledger })
    const judged = next(first.emulator, 'verification.judged').then(() => {
      isHanging = true
    })
    await start(first, { provider: 'rillis', to: url, only: ['delivery'], timeout: '1m' })
    await judged
    await first.end()
    const second = await verifying({ ledger })
    const { json } = await second.ask('GET', '/_standin/verifications/ver_1')
    expect(json).toMatchObject({
      status: 'interrupted',
      reason: 'Standin stopped while it ran.',
      exitCode: null,
      pending: [],
    })
    const listed = (await second.ask('GET', '/_standin/verifications')).json.items as JsonObject[]
    expect(listed[0]).toMatchObject({ passed: json.passed, failed: json.failed, notJudged: json.notJudged })
    const verdicts = json.verdicts as JsonObject[]
    expect(verdicts[0]).toMatchObject({ id: 'delivery/accepts', status: 'passed' })
    expect(verdicts.at(-1)).toMatchObject({ status: 'not judged', note: expect.stringContaining('Standin stopped') })
    expect((await second.ask('GET', '/_standin/verifications/ver_1/report?format=markdown')).text).toContain(
      'Standin stopped',
    )
  })

  it('is deleted by hand and by a reset, and unknown ones are not found', async () => {
    const { url } = await flawedReceiver('rillis', {}, onTestFinished)
    const server = await verifying()
    const id = await ended(server, rillis(url))
    expect((await server.ask('DELETE', `/_standin/verifications/${id}`)).status).toBe(204)
    for (const path of ['', '/report', '/comparison'])
      expect((await server.ask('GET', `/_standin/verifications/${id}${path}`)).status).toBe(404)
    expect((await server.ask('DELETE', `/_standin/verifications/${id}`)).status).toBe(404)
    const other = await ended(server, rillis(url))
    await server.ask('POST', '/_standin/reset')
    expect((await server.ask('GET', `/_standin/verifications/${other}`)).status).toBe(404)
  })
})

it('a verification that was waited for is kept too, with the waits of its report', async () => {
  const { url, observe } = await flawedReceiver('rillis', {}, onTestFinished)
  const { ask } = await verifying()
  const { headers, json: report } = await ask('POST', '/_standin/verifications', {
    provider: 'rillis',
    to: url,
    secret: KEY,
    observe,
    only: ['delivery/accepts', 'idempotency/duplicate'],
  })
  expect(headers.get('content-location')).toMatch(/ver_1$/)
  expect(report.waits).toMatchObject({ settleMs: null, seenAfterMs: expect.any(Number) })
  expect((await ask('GET', '/_standin/verifications/ver_1')).json).toMatchObject({
    status: 'completed',
    exitCode: 0,
    waits: report.waits,
  })
})

it('a command that repeats a check names the certificates that the server was started with', async () => {
  const { url } = await flawedReceiver('rillis', { status: 202 }, onTestFinished)
  const { ask } = await verifying({}, { ca: 'ca.pem', insecure: true, allowTargets: ['127.0.0.1'] })
  const only = ['delivery/accepts', 'delivery/exact']
  const { json } = await ask('POST', '/_standin/verifications', { provider: 'rillis', to: url, secret: KEY, only })
  const failed = (json.verdicts as JsonObject[]).find(({ status }) => status === 'failed')
  expect(failed?.again).toMatchObject({
    standin: expect.stringContaining(" --insecure --ca 'ca.pem' --allow-target '127.0.0.1' "),
  })
})

it('keeps the newest 100', async () => {
  const { emulator } = await verifying()
  const given = {
    provider: 'rillis',
    channel: 'flow',
    to: 'http://127.0.0.1:9/',
    level: 'must',
    seed: 1,
    startedAt: 0,
    asked: {},
    checks: [],
  } as const
  for (let i = 0; i < 103; i++) {
    const log = await emulator.verifications.start({ ...given, checks: [] })
    await log.judged('a/b', { place: -1, status: 'passed', verdict: { id: 'a/b' } })
    await log.end({ status: 'completed', reason: null, durationMs: 1, exitCode: 0, waits: null })
  }
  const kept = emulator.ledger.verifications({}, { limit: 500 })
  expect(kept).toHaveLength(101)
  expect(kept.at(-1)).toMatchObject({ id: 'ver_3', passed: 1 })
  expect(emulator.ledger.verdicts('ver_2')).toEqual([])
})
