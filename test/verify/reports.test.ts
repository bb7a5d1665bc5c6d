// Reports of a verification: JUnit that CI servers accept, one HTML page that can be mailed, JSON, Markdown; none gives a secret away.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { Report } from '../../src/verify/report.js'
import { htmlReport } from '../../src/verify/reporters/html.js'
import { reporterOf } from '../../src/verify/reporters/index.js'
import { jsonReport } from '../../src/verify/reporters/json.js'
import { junitReport } from '../../src/verify/reporters/junit.js'
import { markdownReport } from '../../src/verify/reporters/markdown.js'
import { verify } from '../../src/verify/verification.js'
import { runProcess } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'
import { BASIC, flawedReceiver } from './flawed-receiver.js'
import { OPTIONS } from './verified.js'

const NASTY = '<script src="https://evil.example/x.js">&"\'`|\u0000\u001b[2J</script>'

/** A verification with something passed, failed and not judged, of a receiver that says nasty things. */
async function mixed() {
  const flaw = { malformed: 500, says: () => NASTY }
  const { url } = await flawedReceiver('unico', flaw, onTestFinished)
  return verify({ ...OPTIONS.unico, to: url, only: ['payload', 'auth', 'idempotency/duplicate'], seed: 7 })
}

const validate = async (xml: string) =>
  validateXML({
    xml: [{ fileName: 'report.xml', contents: xml }],
    schema: [await readFile(join(import.meta.dirname, '../support/junit.xsd'), 'utf8')],
  })

describe('JUnit', () => {
  it('is valid against the schema of CI servers and counts what happened', async () => {
    const { shareable } = await mixed()
    const xml = junitReport(shareable)
    expect((await validate(xml)).errors).toEqual([])
    expect(xml).toContain('tests="9" failures="1" errors="0"')
    expect(xml).toContain('classname="unico payload"')
    expect(xml).toMatch(/<failure type="must" message="answered 500[^"]*">/)
    expect(xml).toMatch(/<skipped message="No observe URL/)
  })

  it('has an error where a must could not be judged', async () => {
    const { shareable } = await verify({ ...OPTIONS.unico, to: 'http://127.0.0.1:9/', only: ['auth'] })
    const xml = junitReport(shareable)
    expect((await validate(xml)).errors).toEqual([])
    expect(xml).toMatch(/errors="1".*<error type="not judged" message="The receiver cannot be reached/s)
  })
})

describe('HTML', () => {
  it('is one page that loads nothing and escapes everything from outside', async () => {
    const { shareable } = await mixed()
    const html = htmlReport(shareable)
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i)
    expect(html).not.toMatch(/<[a-z][^>]*\s(?:src|srcset|action|style|on\w+)\s*=/i)
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toContain('#payload/malformed')
    expect(html).not.toMatch(/href="[^#]/)
    expect(html).not.toMatch(/url\(|@import/)
    expect(html).toContain('&lt;script src=&quot;https://evil.example/x.js&quot;&gt;')
    expect(html).not.toContain('\u001b')
    expect(html).toContain('<td class="failed">failed</td>')
    expect(html).toContain('<td class="open">not judged</td>')
  })
})

describe('JSON and Markdown', () => {
  it('have the exact request and how to repeat it', async () => {
    const { shareable } = await mixed()
    const parsed = JSON.parse(jsonReport(shareable))
    expect(parsed.summary).toEqual({ passed: 7, failed: 1, notJudged: 1, exitCode: 1 })
    const failed = parsed.verdicts.find((verdict: { id: string }) => verdict.id === 'payload/malformed')
    expect(failed.sent.request).toMatchObject({ kind: 'request', method: 'POST' })
    expect(failed.again.standin).toContain('--only payload/malformed')
    const markdown = markdownReport(shareable)
    expect(markdown).toContain('| payload/malformed | must | **failed** |')
    expect(markdown).toContain('```sh\nstandin verify unico')
    expect(markdown).toContain('\\<script src="https://evil.example/x.js"\\>')
  })
})

it.each(['junit', 'json', 'markdown', 'html'])('%s reveals neither the secret nor the credentials', async form => {
  const { report, shareable } = await mixed()
  const write = (given: Report) => reporterOf(form)(given)
  const credentials = Buffer.from(BASIC).toString('base64')
  expect(write(report)).toContain(credentials)
  for (const secret of [BASIC, credentials, 'correct horse battery']) expect(write(shareable)).not.toContain(secret)
  expect(write(shareable)).toMatch(form === 'json' ? /Basic \*{3}/ : /Basic \S+\$STANDIN_CREDENTIAL/)
})

it('the curl command of a shared report sends the credentials of the environment', async () => {
  const { url, requests } = await testReceiver()
  const { shareable } = await verify({ ...OPTIONS.unico, to: url, only: ['auth/wrong'], seed: 7 })
  const { curl, note } = shareable.verdicts.find(({ id }) => id === 'auth/wrong')?.again ?? {}
  expect(note).toContain('Set STANDIN_CREDENTIAL')
  await runProcess('sh', ['-c', curl ?? 'false'], { env: { ...process.env, STANDIN_CREDENTIAL: 'filled in' } })
  expect(requests.at(-1)?.headers.authorization).toBe('Basic filled in')
})

it.each(['junit', 'json', 'markdown', 'html'])('%s reveals no secret setting', async form => {
  const { url } = await flawedReceiver('kycgenie', { malformed: 500 }, onTestFinished)
  const settings = { ...OPTIONS.kycgenie.settings, apiKeys: ['sk_live_"quoted"', 'k1'] }
  const { shareable } = await verify({ ...OPTIONS.kycgenie, settings, to: url, only: ['payload/malformed'], seed: 7 })
  const text = reporterOf(form)(shareable)
  expect(shareable.verdicts[0]?.again?.standin).toContain(`--setting 'apiKeys='"$STANDIN_SETTING_APIKEYS"`)
  for (const secret of ['sk_live_', 'quoted', 'k1"']) expect(text).not.toContain(secret)
})

it('an unknown format is an error with a hint', () => {
  expect(() => reporterOf('htm')).toThrowError(expect.objectContaining({ code: 'usage', hint: 'Did you mean "html"?' }))
})
