// What the command line says about mistakes and cut output, read as a stranger reads it.
import { describe, expect, it } from 'vitest'
import { standin } from '../support/cli.js'

const NOWHERE = 'http://127.0.0.1:1/hook'

describe('a message', () => {
  it.each([
    [
      'a public host over http',
      ['trigger', 'standard', 'invoice.paid', '--to', 'http://example.com/x'],
      'http:// is for loopback and private hosts only, and example.com is neither',
    ],
    [
      'a link-local address',
      ['trigger', 'standard', 'invoice.paid', '--to', 'http://169.254.169.254/x'],
      '169.254.169.254 is a link-local address, and nothing is ever sent there.\n  where: --to',
    ],
    ["a server's address", ['deliveries', '--server', 'foo'], 'such as http://127.0.0.1:4010.'],
    [
      'the URL of effects',
      ['verify', 'standard', '--to', NOWHERE, '--observe', 'foo'],
      'such as http://127.0.0.1:3000/observe.',
    ],
    ['a limit of none', ['deliveries', '--limit', '0'], 'Use a whole number, 1 or more.'],
    ['a misspelt status', ['deliveries', '--status', 'deliverd'], 'Did you mean "delivered"?'],
    ['a misspelt command', ['trigr'], 'Did you mean "trigger"? Run standin --help for a list of commands.'],
    ['a command like no other', ['zzzzzz'], 'hint: Run standin --help for a list of commands.'],
    [
      'a folder that is not there',
      ['run', 'scenarios/standart'],
      'There is no file or folder scenarios/standart.\n  where: scenarios/standart\n  hint: Did you mean "standard"?',
    ],
    [
      'a number for a text',
      ['trigger', 'standard', 'invoice.paid', '--to', NOWHERE, '--set', 'data.id=123'],
      `where: --set data.id\n  hint: Quote it for JSON and the shell: --set 'data.id="123"'.`,
    ],
    [
      'neither receiver nor server',
      ['trigger', 'standard', 'invoice.paid'],
      'Send without a server with --to URL, the URL of your receiver; or start one with standin serve',
    ],
    [
      'a scenario without a receiver',
      ['run', 'scenarios/standard/invoices-paid.yaml'],
      'Give the receiver (--to), or a "url"',
    ],
  ])('about %s says what is wrong, where and what to do', async (_, args, said) => {
    const env: Record<string, string> = args.includes('--to') ? {} : { STANDIN_SERVER: NOWHERE }
    const { code, stderr } = await standin(args, { env })
    expect(stderr).toContain(said)
    expect(code).toBe(2)
  })
})

describe('a host name with a dot at its end', () => {
  it('is the host without it', async () => {
    const { code } = await standin([
      'trigger',
      'standard',
      'invoice.paid',
      '--to',
      'http://localhost.:1/x',
      '--print',
      'json',
    ])
    expect(code).toBe(0)
  })
})

it.each([
  ['verify standard --list --timeout 5s', ['--timeout has no effect with --list']],
  [
    'trigger standard invoice.paid --to http://127.0.0.1:9/ --print json --speed max',
    ['--speed has no effect with --print'],
  ],
  [
    'run scenarios/standard --explain --to http://127.0.0.1:9/ --port 4999 --token x',
    ['--port has no effect with --explain', '--token has no effect without --server'],
  ],
])('%s tells which options have no effect', async (line, notes) => {
  const { code, stderr } = await standin(line.split(' '))
  expect(code).toBe(0)
  for (const note of notes) expect(stderr).toContain(`note: ${note}`)
})
