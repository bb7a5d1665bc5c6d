// Reports of runs: JUnit that CI servers accept, JSON, Markdown, annotations.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { RunResult } from '../../src/api/run.js'
import { parseScenario } from '../../src/scenario/load.js'
import { namesOf } from '../../src/scenario/names.js'
import { annotations } from '../../src/scenario/reporters/annotations.js'
import { jsonReport, summaryOf } from '../../src/scenario/reporters/json.js'
import { junitReport } from '../../src/scenario/reporters/junit.js'
import { markdownReport } from '../../src/scenario/reporters/markdown.js'
import { closedUrl, testReceiver } from '../support/receiver.js'
import { play } from '../support/scenario.js'
import { testProvider } from '../support/test-provider.js'

/** One run each that passed, failed and did not run, and the problems of an invalid file. */
async function everything() {
  const receiver = await testReceiver((_, number) => (number === 2 ? 500 : 200))
  const run = async (text: string, to = receiver.url): Promise<RunResult> => (await play(text, { to })).result
  const passed = await run('version: 1\nname: all <well> & "good"\ntags: [a]\nsteps: [{ trigger: thing.made }]')
  const failed = await run(
    'version: 1\nname: "fails, badly: 100% | *so*"\nsteps:\n  - { name: made, trigger: thing.made }\n  - { name: at once, expect: { step: made, attempts: 1 } }\n  - wait: 5m\n',
  )
  const notRun = await run('- thing.made\n', await closedUrl())
  const { problems } = await parseScenario(
    'version: 1\nname: x\nsteps: [{ wiat: 5m }]',
    'dir/broken.yaml',
    namesOf([testProvider]),
  )
  return { results: [passed, failed, notRun], problems }
}

const validate = async (xml: string) =>
  validateXML({
    xml: [{ fileName: 'report.xml', contents: xml }],
    schema: [await readFile(join(import.meta.dirname, '../support/junit.xsd'), 'utf8')],
  })

describe('JUnit', () => {
  it('is valid against the schema of CI servers and has the counts', async () => {
    const { results, problems } = await everything()
    const xml = junitReport(results, problems)
    expect((await validate(xml)).errors).toEqual([])
    expect(xml).toContain('<testsuites name="standin" tests="9" failures="2" errors="2"')
    expect(xml).toContain(
      '<testsuite name="all &lt;well&gt; &amp; &quot;good&quot;" tests="2" failures="0" errors="0" skipped="0"',
    )
    expect(xml).toContain('<property name="seed" value="7"/><property name="start" value="2026-01-15T09:00:00.000Z"/>')
    expect(xml).toMatch(
      /<testcase name="steps\[1\] at once: expect made delivered after 1 attempt"[^>]*><failure type="failed" message="[^"]+">expected: made delivered/,
    )
    expect(xml).toContain('+1 m thing.made attempt 2')
    expect(xml).toContain('<skipped/>')
    expect(xml).toMatch(/<testcase name="could run"[^>]*><error type="not run" message="no attempt got a response/)
    expect(xml).toContain('<testsuite name="dir/broken.yaml" tests="1" failures="0" errors="1"')
  })

  it('is valid without results, and with any characters in a response', async () => {
    expect((await validate(junitReport([]))).valid).toBe(true)
    const [result] = (await everything()).results
    if (result === undefined) throw new Error('no result')
    const odd = { ...result, scenario: 'a\u0000b\u001b[31m \ud800 \uffff 😀 \r\n' }
    expect((await validate(junitReport([odd]))).errors).toEqual([])
  })

  it('is rejected by the schema when an element is out of place', async () => {
    expect((await validate('<testsuites><testcase name="x"/></testsuites>')).valid).toBe(false)
    expect((await validate('<testsuite name="x" tests="many" failures="0" errors="0"/>')).valid).toBe(false)
  })
})

describe('JSON', () => {
  it('has every result in full and a summary', async () => {
    const { results, problems } = await everything()
    const report = JSON.parse(jsonReport(results, problems))
    expect(report.summary).toMatchObject({ passed: 1, failed: 1, notRun: 1, invalid: 1, exitCode: 1 })
    expect(report.scenarios).toEqual(JSON.parse(JSON.stringify(results)))
    expect(report.problems[0]).toMatchObject({ file: 'dir/broken.yaml', line: 3, hint: 'Did you mean "wait"?' })
  })

  it('has exit code 0 when all passed, 2 when something did not run or there was nothing', async () => {
    const [passed, , notRun] = (await everything()).results
    if (passed === undefined || notRun === undefined) throw new Error('no result')
    expect(summaryOf([passed]).exitCode).toBe(0)
    expect(summaryOf([passed, notRun]).exitCode).toBe(2)
    expect(summaryOf([]).exitCode).toBe(2)
  })
})

describe('Markdown', () => {
  it('has a row for each scenario and the timeline of failed steps', async () => {
    const { results, problems } = await everything()
    const text = markdownReport(results, problems)
    expect(text).toContain('1 passed, 1 failed, 1 not run, 1 invalid, in ')
    expect(text).toMatch(/\| fails, badly: 100% \\\| \\\*so\\\* \| \*\*failed\*\* \| 1 of 3 \| 2 \|/)
    expect(text).toContain('### at once (story.yaml:5)')
    expect(text).toContain('- expected: made delivered after 1 attempt')
    expect(text).toMatch(/\| \+1 m \| thing\.made \| 2 \| 200 \(accepted\) \|/)
    expect(text).toContain('dir/broken.yaml:3:11')
    for (const row of text.split('\n').filter(line => line.startsWith('| ')))
      expect(row.match(/(?<!\\)\|/g)?.length).toSatisfy((count: number) => count === 8 || count === 6)
  })
})

describe('annotations', () => {
  it('point at the failed step and the invalid field, one line each', async () => {
    const { results, problems } = await everything()
    const lines = annotations(results, problems)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe(
      '::error file=dir/broken.yaml,line=3,col=11,title=invalid scenario::steps[0].wiat Unknown verb or key "wiat". Did you mean "wait"?',
    )
    expect(lines[1]).toMatch(
      /^::error file=story\.yaml,line=5,col=5,title=fails%2C badly%3A 100%25 \| \*so\*%3A failed::at once%0Aexpected: /,
    )
    expect(lines.join('')).not.toContain('\n')
    expect(annotations([results[0]].filter(result => result !== undefined))).toEqual([])
  })
})
