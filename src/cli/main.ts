#!/usr/bin/env node
// The command line: finds the command, parses its options, runs it and exits with its code.
import { closest, EmulatorError, excerpt } from '../core/errors.js'
import { VERSION } from '../version.js'
import { checkArguments, parseCommandLine } from './arguments.js'
import { type Command, EXIT } from './command.js'
import { commands } from './commands/index.js'
import { CONFIG_COMMANDS, CONFIG_FILE, type CommandConfig } from './config-keys.js'
import { isFile } from './files.js'
import { createPrint, type Print } from './print.js'

/** Options that may hold secrets. When one is given, the command line is replaced where other users see it, in the process list. */
const SECRET_OPTIONS = ['token', 'secret', 'setting', 'header', 'var', 'relay'] as const

/**
 * Aborts on SIGINT, SIGTERM or SIGHUP (the terminal is closed). Exits at once on a second one, or if the command does not end by itself; and when the command's time to
 * end is up.
 */
function interruption({ graceful = false, endsWithinMs }: Pick<Command, 'graceful' | 'endsWithinMs'>): AbortSignal {
  const controller = new AbortController()
  const end = () => process.exit(EXIT.interrupted)
  const onSignal = () => {
    if (!graceful || controller.signal.aborted) end()
    if (endsWithinMs !== undefined)
      import('../clock/system.js').then(({ systemClock }) => systemClock().alarm(endsWithinMs, end), end)
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return controller.signal
}

/** Runs the command that `tokens` name; returns the exit code. */
async function dispatch(tokens: readonly string[], print: Print): Promise<number> {
  const [name, ...rest] = tokens
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = name === 'help' ? rest[0] : undefined
    if (about !== undefined) return dispatch([about, '--help'], print)
    const { programHelp } = await import('./help.js')
    const text = programHelp(commands)
    if (name !== undefined) print.raw(text)
    else print.note(text.trimEnd())
    return name === undefined ? EXIT.couldNotRun : EXIT.success
  }
  if (name === '--version' || name === '-V') {
    print.raw(`${VERSION}\n`)
    return EXIT.success
  }
  const entry = commands.find(command => command.name === name)
  if (entry === undefined) {
    if (name.startsWith('-'))
      throw new EmulatorError(`Unknown option ${name} before the command.`, {
        code: 'usage',
        hint: 'Put the command first: standin <command> [options]. Run standin --help for a list of commands.',
      })
    const near = closest(
      name,
      commands.map(command => command.name),
    )
    const nearest = near === undefined ? '' : `Did you mean "${near}"? `
    throw new EmulatorError(`Unknown command "${excerpt(name)}".`, {
      code: 'usage',
      hint: `${nearest}Run standin --help for a list of commands.`,
    })
  }
  const { command } = await entry.load()
  const readsConfig = CONFIG_COMMANDS.has(name)
  const described = {
    ...command,
    name,
    options: [...command.options, ...(readsConfig ? ['config' as const] : []), 'json' as const, 'help' as const],
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    const [{ commandHelp }, { exampleNames }] = await Promise.all([import('./help.js'), import('./providers.js')])
    print.raw(commandHelp(name, described, exampleNames()))
    return EXIT.success
  }
  let line = parseCommandLine(rest, described)
  let config: CommandConfig | undefined
  const file = readsConfig ? (line.values.config ?? (isFile(CONFIG_FILE) ? CONFIG_FILE : undefined)) : undefined
  if (typeof file === 'string') {
    print.note(`config ${file}`)
    const { readConfig } = await import('./config-file.js')
    config = await readConfig(file, {
      name,
      args: line.args,
      options: command.options,
      providerFiles: [line.values['provider-file'] ?? []].flat().map(String),
    })
    line = parseCommandLine(rest, { ...described, defaults: { ...command.defaults, ...config.values } })
  }
  const { values, given } = line
  const args = line.args.length === 0 && config !== undefined ? config.args : line.args
  checkArguments(args, described)
  if (SECRET_OPTIONS.some(option => given.has(option))) process.title = `standin ${name}`
  const signal = interruption(command)
  try {
    return await command.run({
      args,
      options: values,
      given,
      config,
      commands,
      print: values.json === true && !print.json ? createPrint({ json: true }) : print,
      signal,
    })
  } catch (error) {
    const { inOptions } = await import('./option-place.js')
    throw inOptions(error, { command: described, given, config, values })
  }
}

const tokens = process.argv.slice(2)
const end = tokens.indexOf('--')
const print = createPrint({ json: (end === -1 ? tokens : tokens.slice(0, end)).includes('--json') })
let code: number
try {
  code = await dispatch(tokens, print)
} catch (error) {
  print.error(error)
  code = EXIT.couldNotRun
}
await print.flush()
if (print.failure !== undefined) {
  print.error(print.failure)
  code = EXIT.couldNotRun
}
// Sockets kept alive for reuse must not keep a finished command running.
process.exit(code)
