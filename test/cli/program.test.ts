// The whole program: help, version, unknown commands, a closed pipe.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.js'
import { commandHelp } from '../../src/cli/help.js'
import { exampleNames } from '../../src/cli/providers.js'
import { builtInProviders } from '../../src/providers/index.js'
import { standin, startCli } from '../support/cli.js'
import { runProcess } from '../support/process.js'

describe('standin', () => {
  it('lists its commands with --help, on stdout', async () => {
    const { code, stdout, stderr } = await standin(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const width = Math.max(...commands.map(({ name }) => name.length))
    for (const { name, about } of commands) expect(stdout).toContain(`  ${name.padEnd(width)}  ${about}`)
  })

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'))
    expect((await standin(['--version'])).stdout).toBe(`${version}\n`)
  })

  it('without a command prints help on stderr and exits with 2', async () => {
    const { code, stdout, stderr } = await standin([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('standin <command>')
  })

  it('suggests the nearest command for a misspelled one, and exits with 2', async () => {
    const { code, stdout, stderr } = await standin(['trigerr'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Did you mean "trigger"?')
  })

  it('prints an error as a JSON line too with --json', async () => {
    const { code, records } = await standin(['events', 'nobody', '--json'])
    expect(code).toBe(2)
    expect(records()).toEqual([
      expect.objectContaining({ kind: 'error', code: 'unknown_name', message: 'Unknown provider "nobody".' }),
    ])
  })

  it.skipIf(!existsSync('/dev/full'))('exits with 2 when its output cannot be written, and says so', async () => {
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
    for (const args of ['events', 'events --json', '--help', 'schema']) {
      const { code, stderr } = await runProcess('sh', ['-c', `exec "${process.execPath}" "${main}" ${args} >/dev/full`])
      expect([args, code]).toEqual([args, 2])
      expect(stderr).toContain('could not be written')
    }
  })

  it('rejects too many and too few arguments', async () => {
    const [many, few] = await Promise.all([standin(['ready', 'now']), standin(['trigger', 'one'])])
    expect([many.code, few.code]).toEqual([2, 2])
    expect(many.stderr).toContain('takes no arguments')
    expect(few.stderr).toContain('needs <provider> <event-type>')
  })

  it('writes no colours and control characters without a terminal', async () => {
    const { stdout, stderr } = await standin(['events', 'nobody'])
    expect(`${stdout}${stderr}`).not.toContain('\u001b')
  })

  it('exits quietly when the reader of its output closes the pipe', async () => {
    const running = startCli(['events', '--json'])
    await running.record(() => true)
    running.goAway()
    const { code, stderr } = await running.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('help', () => {
  it.each(commands.map(({ name }) => name))('of %s lists every option and an example', async name => {
    const { command } = (await commands.find(entry => entry.name === name)?.load()) ?? {}
    if (command === undefined) throw new Error('no command')
    const help = commandHelp(name, command, exampleNames())
    for (const option of command.options) expect(help).toContain(`--${option}`)
    expect(help.split('Examples:')[1]).toContain(`  standin ${name}`)
  })

  it('is printed for --help whatever the other arguments', async () => {
    const { code, stdout } = await standin(['trigger', '--nonsense', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('standin trigger <provider> <event-type> [options]')
    expect(stdout).toContain(builtInProviders[0]?.name)
    expect(stdout).toContain('STANDIN_TO')
  })
})

describe('events', () => {
  it('lists the event types of every provider', async () => {
    const { code, records } = await standin(['events', '--json'])
    const listed = records().map(({ provider, channel, name }) => `${provider}/${channel}/${name}`)
    const all = builtInProviders.flatMap(({ name, channels }) =>
      channels.flatMap(channel =>
        [...channel.eventTypes, ...(channel.wildcard ? [channel.wildcard] : [])].map(
          type => `${name}/${channel.name}/${type.name}`,
        ),
      ),
    )
    expect({ code, listed }).toEqual({ code: 0, listed: all })
  })

  it('of one provider also lists its assumptions', async () => {
    const { stdout } = await standin(['events', 'rillis'])
    expect(stdout).toContain('FLOW_COMPLETED')
    expect(stdout).not.toContain('onboarding.created')
    for (const { name } of builtInProviders[0]?.assumptions ?? []) expect(stdout).toContain(`${name}:`)
  })

  it('of one type shows title, variants, schema and a sample that depends on the seed only', async () => {
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

  it('lists event types that a setting adds', async () => {
    const { stdout } = await standin(['events', 'kycgenie', '--setting', 'extraEventTypes=["response.invented"]'])
    expect(stdout).toContain('response.invented')
  })
})
