// `standin run`, `validate` and `schema`: scenario files from the command line.
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

function files(contents: Record<string, string>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder, name), text)
  return folder
}

const STORY = `version: 1
name: A flow
tags: [flow]
vars: { key: { default: k, secret: true } }
subscriptions:
  - { provider: rillis, secret: "\${vars.key}" }
steps:
  - name: done
    trigger: { provider: rillis, type: FLOW_COMPLETED, subject: acme }
  - expect: { step: done, outcome: delivered, within: 1m, attempts: 2 }
`
const OTHER = `version: 1
name: Another
tags: [other]
steps:
  - trigger: process.finished.ok
`

describe('run', () => {
  it('runs a scenario and exits with 0 when every step passed, with a line per step', async () => {
    const { url, requests } = await testReceiver([500, 200])
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const { code, records, stderr } = await standin(['run', file, '--to', url, '--json'])
    expect(code).toBe(0)
    expect(requests).toHaveLength(2)
    const lines = records()
    expect(lines.map(({ kind }) => kind)).toEqual(['step', 'step', 'scenario', 'summary'])
    expect(lines[0]).toMatchObject({ name: 'done', verb: 'trigger', status: 'passed' })
    expect(lines.at(-1)).toMatchObject({ passed: 1, failed: 0, notRun: 0, exitCode: 0 })
    expect(stderr).toMatch(/A flow .*seed \d+, start \d{4}-/)
  })

  it('sends the same bytes again with the printed seed and start', async () => {
    const { url, requests } = await testReceiver([500, 200, 500, 200])
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const first = await standin(['run', file, '--to', url])
    const [, seed = '', start = ''] = /seed (\d+), start (\S+)/.exec(first.stdout) ?? []
    const second = await standin(['run', file, '--to', url, '--seed', seed, '--start', start])
    expect([first.code, second.code]).toEqual([0, 0])
    expect(requests[2]?.body).toBe(requests[0]?.body)
  })

  it('exits with 1 when an expectation fails, and shows what was received and when', async () => {
    const { url } = await testReceiver([500])
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const { code, stdout } = await standin(['run', file, '--to', url])
    expect(code).toBe(1)
    expect(stdout).toMatch(/FAIL {2}expect done delivered/)
    expect(stdout).toContain('expected: ')
    expect(stdout).toContain('seen: ')
    expect(stdout).toContain('attempt 2')
    expect(stdout).toContain('0 passed, 1 failed, 0 not run')
  })

  it('exits with 2 when no attempt got a response', async () => {
    const { url, close } = await testReceiver()
    await close()
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const { code, stdout } = await standin(['run', file, '--to', url])
    expect(code).toBe(2)
    expect(stdout).toContain('no attempt got a response')
    expect(stdout).toContain('0 passed, 0 failed, 1 not run (1 failed step)')
    expect(stdout.match(/ {10}Nothing listens on /g)).toHaveLength(1)
  })

  it('runs a folder, or only tagged scenarios, and passes each its own variables', async () => {
    const { url } = await testReceiver([500, 200])
    const folder = files({ 'a.yaml': STORY, 'b.yml': OTHER, 'list.json': '["rillis/FLOW_REJECTED"]' })
    const all = await standin(['run', folder, '--to', url, '--var', 'key=12e3', '--json'])
    expect(all.records().at(-1)).toMatchObject({ scenarios: 3, passed: 3 })
    const some = await standin(['run', folder, '--to', url, '--tag', 'other', '--json'])
    expect(some.records().at(-1)).toMatchObject({ scenarios: 1, passed: 1 })
    const none = await standin(['run', folder, '--to', url, '--tag', 'nothing'])
    expect(none.code).toBe(2)
  })

  it('writes the requested reports', async () => {
    const { url } = await testReceiver([500])
    const folder = files({ 'story.yaml': STORY })
    const at = (name: string) => join(folder, name)
    const reports = ['junit=r.xml', 'json=r.json', 'markdown=r.md'].flatMap(text => ['--report', text])
    const { code } = await standin(['run', at('story.yaml'), '--to', url, ...reports], { cwd: folder })
    expect(code).toBe(1)
    expect(readFileSync(at('r.xml'), 'utf8')).toMatch(/<testsuites .*failures="1"/)
    expect(JSON.parse(readFileSync(at('r.json'), 'utf8'))).toMatchObject({ summary: { failed: 1, exitCode: 1 } })
    expect(readFileSync(at('r.md'), 'utf8')).toContain('A flow')
  })

  it('rejects a report that cannot be written before anything is sent', async () => {
    const { url, requests } = await testReceiver()
    const folder = files({ 'story.yaml': OTHER })
    for (const report of ['junit=none/r.xml', 'json=.']) {
      const { code, stderr } = await standin(['run', 'story.yaml', '--to', url, '--report', report], { cwd: folder })
      expect({ code, sent: requests.length }).toEqual({ code: 2, sent: 0 })
      expect(stderr).toMatch(/Cannot write the file (none\/r\.xml|\.) \((ENOENT|EISDIR)\)\.\n {2}where: --report/)
    }
  })

  it('writes reports that only their owner can read, and to a device without replacing it', async () => {
    const { url } = await testReceiver()
    const folder = files({ 'story.yaml': OTHER })
    symlinkSync('/dev/null', join(folder, 'out'))
    const reports = ['--report', 'junit=r.xml', '--report', 'markdown=out']
    const { code } = await standin(['run', 'story.yaml', '--to', url, ...reports], { cwd: folder })
    expect(code).toBe(0)
    expect(statSync(join(folder, 'r.xml')).mode & 0o777).toBe(0o600)
    expect(lstatSync(join(folder, 'out')).isSymbolicLink()).toBe(true)
  })

  it('annotates the failing line on GitHub Actions', async () => {
    const { url } = await testReceiver([500])
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const { stderr } = await standin(['run', file, '--to', url, '--json'], { env: { GITHUB_ACTIONS: 'true' } })
    expect(stderr).toMatch(/::error file=[^,]*story\.yaml,line=10/)
  })

  it('with --explain shows what would be sent and when, and sends nothing', async () => {
    const { url, requests } = await testReceiver()
    const text = `${STORY}  - wait: 2h\n  - trigger: { provider: rillis, type: FLOW_REJECTED, subject: acme }\n`
    const file = join(files({ 'story.yaml': text }), 'story.yaml')
    const { code, records } = await standin(['run', file, '--to', url, '--explain', '--json'])
    expect({ code, sent: requests.length }).toEqual({ code: 0, sent: 0 })
    expect(records()).toMatchObject([
      { kind: 'planned', type: 'FLOW_COMPLETED', afterMs: 0, url },
      { kind: 'planned', type: 'FLOW_REJECTED', afterMs: 7_200_000, url },
      { kind: 'summary', planned: 2 },
    ])
  })

  it('with --explain shows the other steps too, and what is not known in advance', async () => {
    const text = `version: 1
name: Asked back
on:
  - call: { provider: unico, method: POST, path: /oauth2/token }
    steps: [{ trigger: { provider: unico, type: process.finished.expired } }]
steps:
  - wait: 1h
  - trigger: { provider: unico, type: process.finished.ok }
  - expect: exhausted
`
    const file = join(files({ 'story.yaml': text }), 'story.yaml')
    const { code, stdout } = await standin(['run', file, '--explain', '--start', '2026-01-15T09:00:00Z'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/2026-01-15 09:00:00 {2}\+0 .*wait 1 h\n/)
    expect(stdout).toMatch(
      /2026-01-15 10:00:00 {2}\+1 h .*> unico\/process\.finished\.ok .* bytes to http:\/\/receiver\.test\//,
    )
    expect(stdout).toContain('not known in advance: on POST unico /oauth2/token')
    expect(stdout).toContain('1 request would be sent')
    const { records } = await standin(['run', file, '--explain', '--json'])
    expect(records().map(({ kind }) => kind)).toEqual(['planned', 'gap', 'summary'])
  })

  it('--wait-for-receiver waits for a receiver that is still starting', async () => {
    const { url, close } = await testReceiver()
    await close()
    const { port, origin } = new URL(url)
    const file = join(files({ 'story.yaml': OTHER }), 'story.yaml')
    const running = standin(['run', file, '--to', origin, '--wait-for-receiver', '20s'])
    startCli(['receive', '--port', port])
    expect((await running).code).toBe(0)
  })

  it('--wait-for-receiver exits with 2 when the time is up', async () => {
    const { url, close } = await testReceiver()
    await close()
    const file = join(files({ 'story.yaml': OTHER }), 'story.yaml')
    const { code, stderr } = await standin(['run', file, '--to', url, '--wait-for-receiver', '200ms'])
    expect(code).toBe(2)
    expect(stderr).toContain('Nothing listens')
  })

  it('serves the APIs of the providers to a receiver whose calls start steps', async () => {
    const { url, requests } = await testReceiver()
    const text = `version: 1
name: Asked back
subscriptions: [{ provider: unico, eventTypes: ['*'] }]
on:
  - call: { provider: unico, method: POST, path: /oauth2/token }
    steps: [{ trigger: { provider: unico, type: process.finished.expired } }]
steps:
  - trigger: { provider: unico, type: process.finished.ok }
  - expect: { type: process.finished.expired, outcome: delivered, timeout: 2m }
`
    const file = join(files({ 'story.yaml': text }), 'story.yaml')
    const running = startCli(['run', file, '--to', url, '--speed', '1'])
    const [, api = ''] = /APIs at (\S+)/.exec(await running.said('ok    trigger')) ?? []
    await fetch(`${api}/unico/oauth2/token`, { method: 'POST' })
    const { code } = await running.ended
    expect({ code, got: requests.length }).toEqual({ code: 0, got: 2 })
  })

  it('runs the steps that a call of the receiver starts, with its response, before skipped time ends', async () => {
    const text = `version: 1
name: Calls while it runs
subscriptions: [{ provider: unico, eventTypes: ['*'] }]
on:
  - call: { provider: unico, method: POST, path: /oauth2/token }
    capture: { status: response.status }
    steps: [{ trigger: { provider: unico, type: process.finished.expired, set: { flow: 'answered \${captures.status}' } } }]
steps:
  - trigger: { provider: unico, type: process.finished.ok }
  - wait: 3d
  - expect: { type: process.finished.expired, outcome: delivered, within: 4d }
`
    const asked: number[] = []
    let api = async () => ''
    const { url, requests } = await testReceiver(async (_got, number) => {
      if (number === 1) asked.push((await fetch(`${await api()}/unico/oauth2/token`, { method: 'POST' })).status)
      return 200
    })
    const file = join(files({ 'story.yaml': text }), 'story.yaml')
    const running = startCli(['run', file, '--to', url])
    api = async () => /APIs at (\S+)/.exec(await running.said('APIs at '))?.[1] ?? ''
    const { code, stdout } = await running.ended
    expect({ code, asked }).toEqual({ code: 0, asked: [401] })
    expect(requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { result: 'ok' },
      { result: 'expired', flow: 'answered 401' },
    ])
    expect(stdout).toMatch(/3 d run in \d+ m?s/)
  })

  it.each([
    ['a variable nobody declares', ['--var', 'kye=1'], 'Did you mean "key"?'],
    ['a report of an unknown form', ['--report', 'junitt=r.xml'], 'Did you mean "junit"?'],
    ['a provider-wide setting that is wrong', ['--setting', 'rillis.maxAttemps=1'], 'maxAttempts'],
  ])('rejects %s before anything is sent', async (_what, args, words) => {
    const { url, requests } = await testReceiver()
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const { code, stderr } = await standin(['run', file, '--to', url, ...args])
    expect({ code, sent: requests.length }).toEqual({ code: 2, sent: 0 })
    expect(stderr).toContain(words)
  })

  it('rejects an invalid file with file, line, column and field, and runs the others', async () => {
    const { url, requests } = await testReceiver()
    const folder = files({ 'a.yaml': OTHER, 'b.yaml': STORY.replace('FLOW_COMPLETED', 'FLOW_COMPLETD') })
    const { code, stdout, stderr } = await standin(['run', folder, '--to', url, '--report', 'junit=r.xml'], {
      cwd: folder,
    })
    expect({ code, sent: requests.length }).toEqual({ code: 2, sent: 1 })
    expect(stdout).toContain('1 passed, 0 failed, 0 not run, 1 invalid file')
    expect(stderr).toMatch(/b\.yaml:9:\d+ steps\[0\]\.trigger\.type: .*Did you mean "FLOW_COMPLETED"\?/)
    expect(readFileSync(join(folder, 'r.xml'), 'utf8')).toContain('b.yaml')
  })

  it('prints each problem of a file once', async () => {
    const text = STORY.replace('FLOW_COMPLETED', 'FLOW_COMPLETD').replace('step: done', 'step: doen')
    const folder = files({ 'b.yaml': text })
    const { stderr } = await standin(['run', 'b.yaml', '--to', 'http://127.0.0.1:9/'], { cwd: folder })
    expect(stderr.match(/Did you mean "FLOW_COMPLETED"/g)).toHaveLength(1)
    expect(stderr.match(/Did you mean "done"/g)).toHaveLength(1)
  })

  it('refuses a start without a zone, or on a day that does not exist, on every command', async () => {
    for (const start of [
      '2026-01-15T09:00:00',
      '2026-02-30T09:00:00Z',
      '2026-01-15',
      '2026-01-15T24:00:00Z',
      '2026-01-15 09:00:00Z',
    ])
      for (const line of [
        ['run', 'x.yaml', '--start', start],
        ['trigger', 'rillis', 'FLOW_COMPLETED', '--to', 'http://127.0.0.1:9/', '--start', start],
        ['serve', '--port', '0', '--start', start],
      ]) {
        const { code, stderr } = await standin(line)
        expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Use a day that exists') })
      }
  })

  it('exits with 130 when interrupted', async () => {
    const { url } = await testReceiver([500])
    const file = join(files({ 'story.yaml': STORY }), 'story.yaml')
    const running = startCli(['run', file, '--to', url, '--speed', '1', '--json'])
    await running.record(({ kind }) => kind === 'step')
    const { code } = await running.end('SIGINT')
    expect(code).toBe(130)
  })
})

describe('validate', () => {
  it('finds every scenario of the package valid', async () => {
    const { code, records } = await standin(['validate', 'scenarios', '--json'])
    expect(code).toBe(0)
    expect(records().at(-1)).toMatchObject({ kind: 'summary', invalid: 0 })
  })

  it('prints every problem with its place and exits with 2', async () => {
    const text = STORY.replace('outcome: delivered', 'outcom: delivered').replace(
      'subject: acme',
      'subject: acme, set: { data.user_idd: 1 }',
    )
    const file = join(files({ 'story.yaml': text }), 'story.yaml')
    const { code, records } = await standin(['validate', file, '--json'])
    expect(code).toBe(2)
    const problems = records().filter(({ kind }) => kind === 'problem')
    expect(problems).toMatchObject([
      { file, line: 9, message: expect.stringContaining('user_id') },
      { file, line: 10, hint: 'Did you mean "outcome"?' },
    ])
  })

  it('judges files that are nested too deep or refer to themselves, and those beside them', async () => {
    const folder = files({
      'a.yaml': '['.repeat(5000),
      'b.yaml': `${'- '.repeat(5000)}a`,
      'c.json': `${'['.repeat(5000)}${']'.repeat(5000)}`,
      'd.yaml': 'version: 1\nname: a\nsteps: &s [ { repeat: { count: 1, steps: *s } } ]',
      'story.yaml': STORY,
    })
    const { code, records } = await standin(['validate', folder, '--json'])
    expect(code).toBe(2)
    expect(records().filter(({ kind }) => kind === 'problem')).toHaveLength(4)
    expect(records()).toContainEqual(expect.objectContaining({ kind: 'scenario', valid: true }))
    expect(records().at(-1)).toMatchObject({ kind: 'summary', valid: 1, invalid: 4 })
  })

  it('names twenty of 5,000 problems, and their number', async () => {
    const unknown = Array.from({ length: 5000 }, (_, i) => `unknown${i}: 1`).join('\n')
    const folder = files({ 'story.yaml': `${STORY}\n${unknown}\n` })
    const { code, records } = await standin(['validate', folder, '--json'])
    expect(code).toBe(2)
    const problems = records().filter(({ kind }) => kind === 'problem')
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)).toMatchObject({ message: 'And 4,980 more problems.', more: 4980 })
  })
})

it('schema prints the JSON Schema of scenario files', async () => {
  const { code, stdout } = await standin(['schema'])
  expect(code).toBe(0)
  const shipped = readFileSync(new URL('../../scenarios/scenario.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(stdout)).toEqual(JSON.parse(shipped))
})
