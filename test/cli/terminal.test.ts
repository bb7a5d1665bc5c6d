// Output on a terminal: colours, and the step in progress.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const COLOURS = { TERM: 'xterm', NO_COLOR: '' }

const ESCAPE = String.fromCharCode(27)
const ERASED = `\r${ESCAPE}[2K`
const colours = (text: string) => text.split(ESCAPE).filter(part => /^\[\d+m/.test(part)).length

function story(...steps: string[]): string {
  const file = join(temporaryFolder(), 'story.yaml')
  writeFileSync(file, `version: 1\nname: A story\nsteps:\n${steps.map(step => `  - ${step}\n`).join('')}`)
  return file
}

/** The text without erased lines. */
const left = (text: string) => text.replaceAll('\r\n', '\n').replace(/[^\n\r]*\r.\[2K/g, '')

describe('run on a terminal', () => {
  it('shows the step in progress, erases it when it ends, and colours the result', async () => {
    const { url } = await testReceiver()
    const file = story('wait: 1h', 'trigger: process.finished.ok')
    const { code, stdout } = await standin(['run', file, '--to', url], { terminal: true, env: COLOURS })
    expect(code).toBe(0)
    expect(stdout).toContain(`  …     wait 1 h${ERASED}`)
    expect(stdout).toContain(`  …     trigger unico/process.finished.ok${ERASED}`)
    expect(stdout).toContain(`${ESCAPE}[32mok  ${ESCAPE}[39m`)
    expect(left(stdout)).not.toContain('…')
    expect(left(stdout)).toContain('1 passed, 0 failed, 0 not run\n')
  })

  it.each([
    ['NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb', NO_COLOR: '' }],
  ])('uses no colours with %s', async (_what, env) => {
    const { url } = await testReceiver([500])
    const file = story('trigger: process.finished.ok', 'expect: { type: process.finished.ok, within: 1s }')
    const { code, stdout } = await standin(['run', file, '--to', url], { terminal: true, env })
    expect({ code, colours: colours(stdout) }).toEqual({ code: 1, colours: 0 })
    expect(stdout).toContain('FAIL')
  })

  it('cuts the step in progress to the width, so that it can be erased', async () => {
    const { url } = await testReceiver()
    const subject = 'long '.repeat(60).trim()
    const file = story(`trigger: { provider: unico, type: process.finished.ok, subject: ${subject} }`)
    const { stdout } = await standin(['run', file, '--to', url], { terminal: true, env: COLOURS })
    const [going = ''] = /…[^\r]*/.exec(stdout) ?? []
    expect(going.length).toBeGreaterThan(20)
    expect(going.length).toBeLessThan(80)
    expect(left(stdout)).toContain(subject)
  })

  it('erases the step in progress when interrupted', async () => {
    const { url } = await testReceiver()
    const running = startCli(['run', story('wait: 1h'), '--to', url, '--speed', '1'], { terminal: true, env: COLOURS })
    await running.said('wait 1 h')
    const { stdout } = await running.interrupt()
    expect(left(stdout)).not.toContain('…')
    expect(left(stdout)).toContain('interrupted')
  })

  it('with --json writes JSON lines without colours to stdout, and the rest to stderr', async () => {
    const { url } = await testReceiver()
    const { stdout } = await standin(['run', story('trigger: process.finished.ok'), '--to', url, '--json'], {
      terminal: true,
      env: COLOURS,
    })
    const records = left(stdout)
      .split('\n')
      .filter(line => line.startsWith('{'))
    expect([...new Set(records.map(line => JSON.parse(line).kind))]).toEqual(['step', 'scenario', 'summary'])
    expect(colours(records.join('\n'))).toBe(0)
    expect(colours(stdout)).toBeGreaterThan(0)
  })
})

it('the label of an error is red on a terminal', async () => {
  const { code, stdout } = await standin(['events', 'nobody'], { terminal: true, env: COLOURS })
  expect(code).toBe(2)
  expect(stdout).toContain(`${ESCAPE}[31merror${ESCAPE}[39m: Unknown provider`)
})
