// `standin verify` as a process: lines, records, reports and exit codes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { standin } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'
import { type Flaw, flawedReceiver, KEY } from '../verify/flawed-receiver.js'
import { later } from '../verify/flaws/story.js'

it('prints a line for each check and exits 0 when all passed', async () => {
  const { url, observe } = await flawedReceiver('rillis', {}, onTestFinished)
  const args = [
    'verify',
    'rillis',
    '--to',
    url,
    '--secret',
    KEY,
    '--observe',
    observe,
    '--only',
    'signature',
    '--seed',
    '7',
  ]
  const { code, stdout } = await standin([...args, '--only', 'idempotency/duplicate'])
  expect(stdout).toMatch(
    /^passed {6}signature\/missing: The receiver MUST reject a request without a signature\. \(\d+ ms\)$/m,
  )
  expect(stdout).toMatch(/^passed {6}idempotency\/duplicate: /m)
  expect(stdout).toContain('14 passed, 0 failed, 0 not judged (seed 7)')
  expect(code).toBe(0)
})

it('prints of a failure what was sent, expected, seen and documented and how to repeat it, and exits 1', async () => {
  const flaw = { trusted: () => true }
  const { url } = await flawedReceiver('rillis', flaw, onTestFinished)
  const page = join(temporaryFolder(), 'verdict.html')
  const args = ['verify', 'rillis', '--to', url, '--only', 'signature/wrong-secret', '--report', `html=${page}`]
  const { code, stdout } = await standin(args, { env: { STANDIN_SECRET: KEY } })
  for (const said of [
    'sent: a request signed',
    'expected: a 4xx',
    'seen: answered 200',
    'documented: Rillis, Webhooks Overview',
  ])
    expect(stdout).toContain(said)
  expect(stdout).toContain(`again: standin verify rillis --to '${url}'`)
  expect(stdout).toContain('curl: curl -sS -i')
  expect(readFileSync(page, 'utf8')).toContain('signature/wrong-secret')
  expect(code).toBe(1)
})

it.each([
  ['apiKey', { value: "X-API-Key:k3y'0123456789" }, ["k3y'", 'k3y', '0123456789']],
  ['basic', { credentials: 'ann:k3y_0123456789' }, ['k3y', Buffer.from('ann:k3y_012345').toString('base64')]],
])('shows no credential of %s, neither on the terminal nor as JSON lines', async (type, credential, hidden) => {
  const { url } = await testReceiver()
  const auth = `auth=${JSON.stringify({ type, ...credential })}`
  const args = ['verify', 'unico', '--to', url, '--setting', auth, '--only', 'auth']
  const [shown, json] = [await standin(args), await standin([...args, '--json'])]
  expect([shown.code, json.code]).toEqual([1, 1])
  for (const { stdout, stderr } of [shown, json]) {
    for (const text of hidden) expect(stdout + stderr).not.toContain(text)
    expect(stdout).toContain('auth/other-scheme')
    expect(stdout).toContain('Set STANDIN_CREDENTIAL')
  }
  expect(shown.stdout).toMatch(/-H '.*'"\$STANDIN_CREDENTIAL"( |$)/m)
})

it('exits 2 where the receiver is unreachable, with a record of every verdict and the summary last', async () => {
  const { code, records } = await standin([
    'verify',
    'unico',
    '--to',
    'http://127.0.0.1:9/',
    '--only',
    'delivery',
    '--json',
  ])
  const all = records()
  expect(all.slice(0, -1).every(({ kind, status }) => kind === 'verdict' && status === 'not judged')).toBe(true)
  expect(all.at(-1)).toMatchObject({ kind: 'summary', passed: 0, exitCode: 2 })
  expect(code).toBe(2)
})

it('lists the checks without a receiver', async () => {
  const { code, records } = await standin(['verify', 'kycgenie', '--list', '--level', 'should', '--json'])
  const all = records()
  expect(all).toContainEqual(
    expect.objectContaining({ kind: 'check', id: 'signature/rotation', level: 'should', expects: 'accept' }),
  )
  expect(all.at(-1)).toMatchObject({ kind: 'summary', exitCode: 0 })
  expect(code).toBe(0)
})

it('compares with an earlier report: fixed, broken, known failures; report compare does the same', async () => {
  const flaw: Flaw = { status: 202 }
  const { url } = await flawedReceiver('rillis', flaw, onTestFinished)
  const folder = temporaryFolder()
  const [old, present] = [join(folder, 'old.json'), join(folder, 'new.json')]
  const args = [
    'verify',
    'rillis',
    '--to',
    url,
    '--secret',
    KEY,
    '--only',
    'delivery/exact',
    '--only',
    'signature/missing',
  ]
  expect((await standin([...args, '--report', `json=${old}`])).code).toBe(1)
  const known = await standin([...args, '--baseline', old, '--json'])
  expect(known.code).toBe(0)
  expect(known.records().find(({ kind }) => kind === 'comparison')).toMatchObject({
    unchanged: 2,
    broken: 0,
    exitCode: 0,
  })
  flaw.status = undefined
  flaw.trusted = () => true
  const broken = await standin([...args, '--baseline', old, '--report', `json=${present}`])
  expect(broken.code).toBe(1)
  const compared = await standin(['report', 'compare', old, present])
  for (const { stdout } of [broken, compared]) {
    expect(stdout).toMatch(/^broken +signature\/missing: /m)
    expect(stdout).toMatch(/^fixed +delivery\/exact-status: /m)
    expect(stdout).toMatch(/^1 broken, 1 fixed, compared with /m)
  }
  expect(compared.code).toBe(1)
  const report = JSON.parse(readFileSync(present, 'utf8'))
  const hidden = join(folder, 'hidden.json')
  for (const verdict of report.verdicts)
    if (verdict.id === 'signature/missing') Object.assign(verdict, { status: 'not judged', cause: 'slow machine' })
  writeFileSync(hidden, JSON.stringify(report))
  expect((await standin(['report', 'compare', old, hidden])).code).toBe(0)
  const none = await standin(['report', 'compare', old, join(folder, 'none.json')])
  expect({ code: none.code, says: none.stderr }).toMatchObject({ code: 2, says: expect.stringContaining('none.json') })
})

it('shows on a terminal how many checks are done and the time left, and erases it; nothing elsewhere', async () => {
  const { url } = await flawedReceiver('unico', {}, onTestFinished)
  const args = ['verify', 'unico', '--to', url, '--only', 'tolerance']
  const plain = await standin(args)
  expect(plain.stdout + plain.stderr).not.toContain('left')
  const { stdout } = await standin(args, { terminal: true, env: { TERM: 'xterm' } })
  expect(stdout).toMatch(/\d+ of \d+ checks, about .* left\r/)
  const erased = stdout.replaceAll('\r\n', '\n').replace(/[^\n\r]*\r.\[2K/g, '')
  expect(erased).not.toContain(' left')
})

it('waits for effects as long as --settle says, says how long it waited, and takes no longer wait than ten minutes', async () => {
  const { url, observe } = await flawedReceiver('rillis', { act: later(1500) }, onTestFinished)
  const json = join(temporaryFolder(), 'report.json')
  const args = [
    'verify',
    'rillis',
    '--to',
    url,
    '--secret',
    KEY,
    '--observe',
    observe,
    '--only',
    'idempotency/duplicate',
  ]
  const [patient, hasty, endless] = await Promise.all([
    standin([...args, '--settle', '4s', '--report', `json=${json}`]),
    standin([...args, '--settle', '100ms', '--seed', '8']),
    standin([...args, '--settle', '11m']),
  ])
  expect(patient.stdout).toMatch(
    /^The first effect was seen .+ after the response; waits for effects took up to .+ 4 s \(--settle 4 s\)\.$/m,
  )
  expect(patient.code).toBe(0)
  const { waits } = JSON.parse(readFileSync(json, 'utf8'))
  expect(waits).toMatchObject({ settleMs: 4000, quietMs: 4000 })
  expect(waits.seenAfterMs).toBeGreaterThan(400)
  expect(hasty.stdout).toContain('If the receiver acts later, say how long it may take (settle).')
  expect(hasty.code).toBe(2)
  expect(endless.stderr).toContain('from 0 to 10 minutes')
  expect(endless.code).toBe(2)
})
