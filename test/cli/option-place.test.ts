// Where errors are on the command line: every option of every command, the environment, the config file, and real runs.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { commands } from '../../src/cli/commands/index.js'
import { type Line, optionPlace } from '../../src/cli/option-place.js'
import { type OptionName, options } from '../../src/config.js'
import { standin } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'

const none: ReadonlySet<OptionName> = new Set()
const lines = await Promise.all(
  commands.map(async ({ name, load }) => [name, { command: (await load()).command, given: none }] as [string, Line]),
)
const lineOf = (name: string): Line => {
  const found = lines.find(([one]) => one === name)?.[1]
  if (found === undefined) throw new Error(`no command ${name}`)
  return found
}

afterEach(() => vi.unstubAllEnvs())

it.each(lines)('the fields of %s are named by its options, nested ones and those of a list too', (_, line) => {
  for (const option of line.command.options) {
    const field = option.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())
    for (const where of [field, option, `--${option}`]) expect(optionPlace(where, 'usage', line)).toBe(`--${option}`)
    expect(optionPlace(`--${option} a/b`, 'invalid_input', line)).toBe(`--${option} a/b`)
    const { kind } = line.command.own?.[option] ?? options[option]
    if (kind === 'list') expect(optionPlace(`${field}.0`, 'invalid_input', line)).toBe(`--${option}`)
    if (kind !== 'pairs' && kind !== 'texts') continue
    const plural = option === 'setting' || option === 'var' ? `${option}s` : option
    expect(optionPlace(`${plural}.a.b`, 'invalid_setting', line)).toBe(`--${option} a.b`)
  }
})

it.each([
  ['trigger', 'url', '--to'],
  ['trigger', 'type', '<event-type>'],
  ['subscribe', 'url', '<url>'],
  ['subscribe', 'eventTypes', '--type'],
  ['expect', 'url', '--url'],
  ['clock', 'by', '[duration]'],
  ['fault', 'by', 'by'],
  ['explain-signature', 'headers', '--header'],
  ['load', 'story.yaml:3:4 steps[0]', 'story.yaml:3:4 steps[0]'],
  ['load', 'http://127.0.0.1:4010/_standin/events', 'http://127.0.0.1:4010/_standin/events'],
])('of %s the field %s is %s', (command, field, place) => {
  expect(optionPlace(field, 'invalid_input', lineOf(command))).toBe(place)
})

it('a file whose name looks like a field stays a file', () => {
  for (const file of ['setting.json', 'set.yaml', 'rate.db'])
    expect(optionPlace(file, 'invalid_file', lineOf('load'))).toBe(file)
})

it('a value of the environment or the config file is wrong there, unless the command line has its own', () => {
  const line = { ...lineOf('load'), config: { places: { seed: 'standin.yaml:2:1 seed', rate: 'never here' } } }
  vi.stubEnv('STANDIN_RATE', 'abc')
  expect(optionPlace('rate', 'usage', line)).toBe('STANDIN_RATE')
  expect(optionPlace('seed', 'usage', line)).toBe('standin.yaml:2:1 seed')
  expect(optionPlace('rate', 'usage', { ...line, given: new Set(['rate']) })).toBe('--rate')
})

it('a run says the option, the variable or the line of the config file', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'standin.yaml'), 'to: http://169.254.169.254/x\n')
  const load = ['load', 'standard', '--secret', 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdA==']
  const to = ['--to', 'http://127.0.0.1:1/']
  const told = await Promise.all([
    standin([...load, ...to, '--ramp', 'up', '--json'], { cwd }),
    standin(['verify', 'standard', ...to, '--settle', '1h'], { cwd, env: { STANDIN_SECRET: 'x' } }),
    standin([...load, ...to], { cwd, env: { STANDIN_RATE: 'abc' } }),
    standin([...load, '--rate', '1/s'], { cwd }),
    standin([...load, ...to, '--rate', '1/s', '--setting', 'maxAttempts=-1'], { cwd }),
    standin(['run', 'nothing.yaml'], { cwd }),
    standin(['run', '.'], { cwd }),
    standin(['events', '--provider-file', '.'], { cwd }),
    standin(['events', '--provider-file', 'none.yaml'], { cwd }),
    standin([...load, ...to, '--rate', '1/s', '--types', 'zzz'], { cwd }),
    standin(['verify', 'standard', ...to, '--channel', 'zzz'], { cwd }),
    standin(['trigger', 'standard', 'invoice.paid', ...to, '--variant', 'zzz'], { cwd }),
    standin(['trigger', 'standard', 'zzz', ...to], { cwd }),
    standin(['events', 'zzz'], { cwd }),
    standin(['schema', 'zzz'], { cwd }),
    standin(['report', 'foo'], { cwd }),
    standin(['serve', '--setting', 'rillis.zz=1', '--port', '0', '--ledger', ':memory:'], { cwd: temporaryFolder() }),
    standin(['run', 'nothing.yaml', '.'], { cwd }),
  ])
  const places = [
    ...['--ramp', '--settle', 'STANDIN_RATE', 'standin.yaml:1:5 to', '--setting maxAttempts', 'nothing.yaml'],
    ...['.', '.', 'none.yaml', '--types', '--channel', '--variant', '<event-type>', '[provider]'],
    ...['standin schema', 'standin report', '--setting rillis.zz', 'nothing.yaml'],
  ]
  for (const [i, { code, stderr }] of told.entries()) {
    expect(code, stderr).toBe(2)
    expect(stderr).toContain(`\n  where: ${places[i]}\n`)
    // What is refused is refused alone: no seed, no note before it, and nothing of the program's own files.
    expect(stderr).not.toMatch(/^(note|seed|secret)|dist\/|node:/m)
  }
  expect(told[0].records()).toEqual([expect.objectContaining({ kind: 'error', where: '--ramp' })])
  expect(told[5].stderr).toContain('hint: Files here: standin.yaml.')
  expect(told[6].stderr).toMatch(/^error: The folder contains no scenarios\.\n {2}where: \.\n {2}hint: Scenarios are/m)
  expect(told[7].stderr).toMatch(/The provider file is a folder\.\n.*\n {2}hint: .*OpenAPI or AsyncAPI document/)
  expect(told[8].stderr).toMatch(/The provider file does not exist\.\n.*\n {2}hint: .*OpenAPI or AsyncAPI document/)
  expect(told[15].stderr).toContain('error: Unknown action "foo".')
  expect(told[17].stderr).toMatch(
    /There is no scenario to run: 2 problems\.[\s\S]*hint: Give the paths of scenario files/,
  )
})
