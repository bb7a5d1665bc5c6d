// The program as a whole: help, version, unknown commands, a reader that goes away.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.js'
import { commandHelp } from '../../src/cli/help.js'
import { exampleNames } from '../../src/cli/providers.js'
import { builtInProviders } from '../../src/providers/index.js'
import { standin, startCli } from '../support/cli.js'

describe('standin', () => {
  it('lists its commands with --help, on stdout', async () => {
    const { code, stdout, stderr } = await standin(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const width = Math.max(...commands.map(({ name }) => name.length))
    for (const { name, about } of commands) expect(stdout).toContain(`  ${name.padEnd(width)}  ${about}`)
  })

  it('says its version, that of the package', async () => {
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'))
    expect((await standin(['--version'])).stdout).toBe(`${version}\n`)
  })

  it('without a command shows help on stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await standin([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('standin <command>')
  })

  it('answers a mistyped command with the nearest, on stderr, exit code 2', async () => {
    const { code, stdout, stderr } = await standin(['trigerr'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Did you mean "trigger"?')
  })

  it('tells a mistake as a record too with --json', async () => {
    const { code, records } = await standin(['events', 'nobody', '--json'])
    expect(code).toBe(2)
    expect(records()).toEqual([
      expect.objectContaining({ kind: 'error', code: 'unknown_name', message: 'Unknown provider "nobody".' }),
    ])
  })

  it('refuses arguments beyond those a command takes, and too few', async () => {
    const [many, few] = await Promise.all([standin(['ready', 'now']), standin(['trigger', 'one'])])
    expect([many.code, few.code]).toEqual([2, 2])
    expect(many.stderr).toContain('takes no arguments')
    expect(few.stderr).toContain('needs <provider> <event-type>')
  })

  it('writes no colour and no control characters where nobody watches', async () => {
    const { stdout, stderr } = await standin(['events', 'nobody'])
    expect(`${stdout}${stderr}`).not.toContain('\u001b')
  })

  it('ends quietly when the reader of its output goes away', async () => {
    const running = startCli(['events', '--json'])
    await running.record(() => true)
    running.goAway()
    const { code, stderr } = await running.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('help', () => {
  it.each(commands.map(({ name }) => name))(
    'of %s shows every option and an example that begins with it',
    async name => {
      const { command } = (await commands.find(entry => entry.name === name)?.load()) ?? {}
      if (command === undefined) throw new Error('no command')
      const help = commandHelp(name, command, exampleNames())
      for (const option of command.options) expect(help).toContain(`--${option}`)
      expect(help.split('Examples:')[1]).toContain(`  standin ${name}`)
    },
  )

  it('is printed for --help whatever else stands there', async () => {
    const { code, stdout } = await standin(['trigger', '--nonsense', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('standin trigger <provider> <event-type> [options]')
    expect(stdout).toContain(builtInProviders[0]?.name)
    expect(stdout).toContain('STANDIN_TO')
  })
})

describe('events', () => {
  it('lists every type of every provider', async () => {
    const { code, records } = await standin(['events', '--json'])
    const listed = records().map(({ provider, channel, name }) => `${provider}/${channel}/${name}`)
    const all = builtInProviders.flatMap(({ name, channels }) =>
      channels.flatMap(channel => channel.eventTypes.map(type => `${name}/${channel.name}/${type.name}`)),
    )
    expect({ code, listed }).toEqual({ code: 0, listed: all })
  })

  it('of one provider adds its assumptions', async () => {
    const { stdout } = await standin(['events', 'rillis'])
    expect(stdout).toContain('FLOW_COMPLETED')
    expect(stdout).not.toContain('onboarding.created')
    for (const { name } of builtInProviders[0]?.assumptions ?? []) expect(stdout).toContain(`${name}:`)
  })

  it('of one type shows title, variants, schema and a sample that the seed repeats', async () => {
    const ask = () =>
      standin([
        'events',
        'unico',
        'process.finished.expired',
        '--seed',
        '7',
        '--start',
        '2026-01-15T09:00:00Z',
        '--json',
      ])
    const [first, second] = await Promise.all([ask(), ask()])
    const [type] = first.records()
    expect(type).toMatchObject({
      name: 'process.finished.expired',
      schema: { type: 'object', properties: { processId: expect.anything() } },
      sample: { result: 'expired' },
    })
    expect(second.stdout).toBe(first.stdout)
  })

  it('knows the types that a setting adds', async () => {
    const { stdout } = await standin(['events', 'kycgenie', '--setting', 'extraEventTypes=["response.invented"]'])
    expect(stdout).toContain('response.invented')
  })
})
