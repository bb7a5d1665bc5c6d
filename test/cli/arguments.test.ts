// Parsing a command line: typed values, environment variables, and errors with hints.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseCommandLine } from '../../src/cli/arguments.js'
import { environmentName, type OptionName, options } from '../../src/config.js'
import { EmulatorError } from '../../src/core/errors.js'

const read = (line: string[], names: OptionName[], defaults: Partial<Record<OptionName, unknown>> = {}) =>
  parseCommandLine(line, { name: 'test', options: names, defaults })

const errorOf = (work: () => unknown): EmulatorError => {
  try {
    work()
  } catch (error) {
    if (error instanceof EmulatorError) return error
    throw error
  }
  throw new Error('no error was thrown')
}

afterEach(() => vi.unstubAllEnvs())

describe('a command line', () => {
  it('parses typed values, and arguments between options', () => {
    const { args, values, given } = read(
      [
        'one',
        '--port',
        '0',
        '--speed=2.5',
        '--timeout',
        '1m30s',
        '--start',
        '2026-01-15T09:00:00Z',
        'two',
        '--durable',
      ],
      ['port', 'speed', 'timeout', 'start', 'durable', 'insecure'],
    )
    expect(args).toEqual(['one', 'two'])
    expect(values).toEqual({
      port: 0,
      speed: 2.5,
      timeout: 90_000,
      start: Date.parse('2026-01-15T09:00:00Z'),
      durable: true,
      insecure: false,
    })
    expect([...given]).toEqual(['port', 'speed', 'timeout', 'start', 'durable'])
  })

  it('parses a value of --set as JSON, else as a string; --var always as a string', () => {
    const { values } = read(
      ['--set', 'a.b=1', '--set', '/c=[true]', '--set', 'd=x=y', '--set', 'e="1"', '--var', 'v=1e5'],
      ['set', 'var'],
    )
    expect(values.set).toEqual({ 'a.b': 1, '/c': [true], d: 'x=y', e: '1' })
    expect(values.var).toEqual({ v: '1e5' })
  })

  it('collects repeated options, and takes everything after -- as arguments', () => {
    const { args, values } = read(['--unset', 'a', '--unset', 'b', '--', '--unset'], ['unset'])
    expect(values.unset).toEqual(['a', 'b'])
    expect(args).toEqual(['--unset'])
  })

  it('parses short options, and values that start with a dash', () => {
    expect(read(['-o', '-'], ['output']).values.output).toBe('-')
    expect(read(['-o=a=b'], ['output']).values.output).toBe('a=b')
    expect(read(['--output', '-1', '--set=a==b'], ['output', 'set']).values).toEqual({ output: '-1', set: { a: '=b' } })
  })

  it('falls back to the environment, then to the defaults of the command', () => {
    vi.stubEnv('STANDIN_PORT', '4011')
    vi.stubEnv('STANDIN_ALLOW_TARGET', 'a.test,b.test')
    vi.stubEnv('STANDIN_SET', 'a=1\nb={"c":2}')
    vi.stubEnv('STANDIN_DURABLE', 'yes')
    const names: OptionName[] = ['port', 'allow-target', 'set', 'durable', 'host']
    expect(read([], names, { port: 4010, host: '127.0.0.1' }).values).toEqual({
      port: 4011,
      'allow-target': ['a.test', 'b.test'],
      set: { a: 1, b: { c: 2 } },
      durable: true,
      host: '127.0.0.1',
    })
    expect(read(['--port', '5'], names).values.port).toBe(5)
  })

  it('treats an empty environment variable as unset', () => {
    vi.stubEnv('STANDIN_PORT', '')
    expect(read([], ['port'], { port: 7 }).values.port).toBe(7)
  })
})

describe('an invalid command line', () => {
  it('suggests the nearest option', () => {
    expect(errorOf(() => read(['--prot', '1'], ['port', 'host']))).toMatchObject({
      code: 'usage',
      message: 'Unknown option --prot.',
      hint: 'Did you mean --port?',
    })
  })

  it.each(['-output', '-x', '-1', '--no-port', '--__proto__'])('rejects %s as an unknown option', option => {
    expect(errorOf(() => read([option, 'x'], ['output', 'port']))).toMatchObject({
      code: 'usage',
      message: `Unknown option ${option}.`,
    })
  })

  it('reports an option without its value', () => {
    expect(errorOf(() => read(['--port'], ['port', 'json'])).hint).toContain('--port N')
    expect(errorOf(() => read(['--port', '--json'], ['port', 'json'])).message).toBe('--port needs a value.')
  })

  it.each([
    ['--port', '65536', 'usage'],
    ['--port', '-1', 'usage'],
    ['--seed', '1.5', 'usage'],
    ['--speed', '0', 'usage'],
    ['--speed', '', 'usage'],
    ['--start', 'yesterday', 'usage'],
    ['--timeout', 'soon', 'invalid_input'],
    ['--to', 'localhost:3000', 'invalid_url'],
    ['--to', 'ftp://a/b', 'invalid_url'],
    ['--print', 'crul', 'usage'],
    ['--set', 'novalue', 'usage'],
    ['--report', 'junit', 'usage'],
    ['--durable=maybe', undefined, 'usage'],
  ])('rejects %s %s with the option and a hint', (option, value, code) => {
    const names: OptionName[] = ['port', 'seed', 'speed', 'start', 'timeout', 'to', 'print', 'set', 'report', 'durable']
    const error = errorOf(() => read(value === undefined ? [option] : [option, value], names))
    expect(error).toMatchObject({ code, where: option.split('=')[0] })
    expect(error.hint).toBeTruthy()
  })

  it('names the environment variable with the invalid value', () => {
    vi.stubEnv('STANDIN_PORT', 'http')
    expect(errorOf(() => read([], ['port']))).toMatchObject({ where: 'STANDIN_PORT' })
  })
})

it('every option has help and its own environment variable', () => {
  const names = Object.keys(options)
  for (const spec of Object.values(options)) expect(spec.help.length).toBeGreaterThan(5)
  expect(new Set(names.map(environmentName)).size).toBe(names.length)
  expect(environmentName('ready-file')).toBe('STANDIN_READY_FILE')
})
