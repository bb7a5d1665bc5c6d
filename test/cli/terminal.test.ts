// What a person at a terminal sees: colours, and what is going on until it has ended.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const COLOURS = { TERM: 'xterm', NO_COLOR: '' }

const ESCAPE = String.fromCharCode(27)
const TAKEN_BACK = `\r${ESCAPE}[2K`
const colours = (text: string) => text.split(ESCAPE).filter(part => /^\[\d+m/.test(part)).length

function story(...steps: string[]): string {
  const file = join(temporaryFolder(), 'story.yaml')
  writeFileSync(file, `version: 1\nname: A story\nsteps:\n${steps.map(step => `  - ${step}\n`).join('')}`)
  return file
}

/** What is left to see once lines that were taken back are gone. */
const left = (text: string) => text.replaceAll('\r\n', '\n').replace(/[^\n\r]*\r.\[2K/g, '')

describe('run on a terminal', () => {
  it('shows each step while it is played, takes that back when it has ended, and colours the result', async () => {
    const { url } = await testReceiver()
    const file = story('wait: 1h', 'trigger: process.finished.ok')
    const { code, stdout } = await standin(['run', file, '--to', url], { terminal: true, env: COLOURS })
    expect(code).toBe(0)
    expect(stdout).toContain(`  …     wait 1 h${TAKEN_BACK}`)
    expect(stdout).toContain(`  …     trigger unico/process.finished.ok${TAKEN_BACK}`)
    expect(stdout).toContain(`${ESCAPE}[32mok  ${ESCAPE}[39m`)
    expect(left(stdout)).not.toContain('…')
    expect(left(stdout)).toContain('1 passed, 0 failed, 0 not run\n')
  })

  it.each([
    ['NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb', NO_COLOR: '' }],
  ])('colours nothing with %s', async (_what, env) => {
    const { url } = await testReceiver([500])
    const file = story('trigger: process.finished.ok', 'expect: { type: process.finished.ok, within: 1s }')
    const { code, stdout } = await standin(['run', file, '--to', url], { terminal: true, env })
    expect({ code, colours: colours(stdout) }).toEqual({ code: 1, colours: 0 })
    expect(stdout).toContain('FAIL')
  })

  it('cuts what is going on to the width, so that it can be taken back whole', async () => {
    const { url } = await testReceiver()
    const subject = 'long '.repeat(60).trim()
    const file = story(`trigger: { provider: unico, type: process.finished.ok, subject: ${subject} }`)
    const { stdout } = await standin(['run', file, '--to', url], { terminal: true, env: COLOURS })
    const [going = ''] = /…[^\r]*/.exec(stdout) ?? []
    expect(going.length).toBeGreaterThan(20)
    expect(going.length).toBeLessThan(80)
    expect(left(stdout)).toContain(subject)
  })

  it('leaves nothing half said when it is interrupted', async () => {
    const { url } = await testReceiver()
    const running = startCli(['run', story('wait: 1h'), '--to', url, '--speed', '1'], { terminal: true, env: COLOURS })
    await running.said('wait 1 h')
    const { stdout } = await running.interrupt()
    expect(left(stdout)).not.toContain('…')
    expect(left(stdout)).toContain('interrupted')
  })

  it('keeps stdout to records with --json, progress and colours for the person beside', async () => {
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

it('an error says so in red at a terminal', async () => {
  const { code, stdout } = await standin(['events', 'nobody'], { terminal: true, env: COLOURS })
  expect(code).toBe(2)
  expect(stdout).toContain(`${ESCAPE}[31merror${ESCAPE}[39m: Unknown provider`)
})
