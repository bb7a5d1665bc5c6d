// `standin load` and `standin report merge` as processes: text, records, reports and exit codes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const junitSchema = readFileSync(new URL('../support/junit.xsd', import.meta.url), 'utf8')

it('sends the events of a document, and merges the reports of its shards in every format', async () => {
  const { url, requests } = await testReceiver()
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  const target = ['--provider-file', 'examples/provider/verilume.yaml', '--to', `${url}?a=<script>&b='`]
  const plan = ['--rate', '40/s', '--for', '500ms', '--seed', '7', '--start', '2026-01-15T09:00:00Z']
  const sent = await standin([
    'load',
    'verilume',
    ...target,
    ...plan,
    '--secret',
    'vls_test_key_0123456789abcdef',
    '--shard',
    '1/2',
    '--report',
    `json=${file('1.json')}`,
    '--report',
    // The run is over: what it found is printed whatever becomes of its reports.
    'json=/dev/full',
    '--json',
  ])
  expect(sent.stderr).toContain('Cannot write the file /dev/full (ENOSPC)')
  expect(sent.code).toBe(2)
  expect(sent.records().find(({ kind }) => kind === 'summary')).toMatchObject({
    kind: 'summary',
    provider: 'verilume',
    counts: { planned: 10, sent: 10, accepted: 10 },
  })
  expect(new Set(requests.map(({ body }) => body)).size).toBe(10)
  // The other shard's report, of as many events.
  const first = JSON.parse(readFileSync(file('1.json'), 'utf8'))
  writeFileSync(file('2.json'), JSON.stringify({ ...first, plan: { ...first.plan, shard: { index: 2, of: 2 } } }))

  const forms = ['html', 'markdown', 'junit', 'json'].flatMap(form => ['--report', `${form}=${file(form)}`])
  const failing = await standin([
    'report',
    'merge',
    file('1.json'),
    file('2.json'),
    '--fail-if',
    'rate<1000/s',
    ...forms,
  ])
  expect(failing.stdout).toMatch(/sent +20 of 20, /)
  expect([1, 2], failing.stderr).toContain(failing.code)

  const page = readFileSync(file('html'), 'utf8')
  expect(page).not.toMatch(/<script|<b>|https?:\/\/(?!127)|@import|url\(/)
  expect(page).toContain('&amp;b=&#39;')
  expect(page).toContain('aria-label="Latency by percentile"')
  expect(readFileSync(file('markdown'), 'utf8')).toContain('| sent | 20 of 20')
  expect(JSON.parse(readFileSync(file('json'), 'utf8'))).toMatchObject({
    kind: 'load',
    plan: { shard: null, events: 20 },
  })
  const xml = readFileSync(file('junit'), 'utf8')
  const { valid, errors } = await validateXML({
    xml: [{ fileName: 'load.xml', contents: xml }],
    schema: [{ fileName: 'junit.xsd', contents: junitSchema }],
  })
  expect(valid, JSON.stringify(errors)).toBe(true)
  expect(xml).toContain('name="not rate&lt;1000/s"')
})

it('shows rate, p99, errors and the time left on a terminal, and reports what was seen after Ctrl-C', async () => {
  const { url } = await testReceiver()
  const running = startCli(
    ['load', 'standard', '--to', url, '--secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '--rate', '50/s'],
    { terminal: true },
  )
  expect(await running.said(' left')).toMatch(/\d+ sent, \d+\/s, (p99 \d+ ms|no answer yet), 0 errors, \d+ s left/)
  const { code, stdout } = await running.interrupt()
  expect(code).toBe(130)
  expect(stdout).toContain('Interrupted.')
  expect(stdout).toMatch(/accepted +\d+ /)
})
