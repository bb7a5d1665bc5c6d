#!/usr/bin/env node
// The command line: finds the command, reads its options, runs it and ends with its exit code.
import { EmulatorError, unknownName } from '../core/errors.js'
import { VERSION } from '../version.js'
import { checkArguments, readLine } from './arguments.js'
import { EXIT } from './command.js'
import { commands } from './commands/index.js'
import { createPrint, type Print } from './print.js'

/** Aborts on SIGINT or SIGTERM; a second one, or a command that does not end by itself, ends at once. */
function interruption(): { signal: AbortSignal; allowGrace(): void } {
  const controller = new AbortController()
  let graceful = false
  const hear = () => {
    if (!graceful || controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  return {
    signal: controller.signal,
    allowGrace: () => {
      graceful = true
    },
  }
}

/** Runs the command that `tokens` name; answers the exit code. */
async function dispatch(tokens: readonly string[], print: Print): Promise<number> {
  const [name, ...rest] = tokens
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const wanted = name === 'help' ? rest[0] : undefined
    if (wanted !== undefined) return dispatch([wanted, '--help'], print)
    const { programHelp } = await import('./help.js')
    const text = programHelp(commands)
    if (name !== undefined) print.raw(text)
    else print.note(text.trimEnd())
    return name === undefined ? EXIT.notTried : EXIT.done
  }
  if (name === '--version' || name === '-V') {
    print.raw(`${VERSION}\n`)
    return EXIT.done
  }
  const entry = commands.find(command => command.name === name)
  if (entry === undefined) {
    if (name.startsWith('-'))
      throw new EmulatorError(`There is no option ${name} before the command.`, {
        code: 'usage',
        hint: 'Write the command first: standin <command> [options]; standin --help lists the commands.',
      })
    const mistake = unknownName(
      'command',
      name,
      commands.map(command => command.name),
    )
    throw new EmulatorError(mistake.message, {
      code: 'usage',
      hint: `${mistake.hint ?? ''} standin --help lists them.`.trim(),
    })
  }
  const { command } = await entry.load()
  const shape = { ...command, name, options: [...command.options, 'json' as const, 'help' as const] }
  if (rest.includes('--help') || rest.includes('-h')) {
    const [{ commandHelp }, { exampleNames }] = await Promise.all([import('./help.js'), import('./providers.js')])
    print.raw(commandHelp(name, shape, exampleNames()))
    return EXIT.done
  }
  const { args, values, given } = readLine(rest, shape)
  checkArguments(args, shape)
  const { signal, allowGrace } = interruption()
  if (command.graceful === true) allowGrace()
  return command.run({
    args,
    options: values,
    given,
    print: values.json === true && !print.json ? createPrint({ json: true }) : print,
    signal,
  })
}

const tokens = process.argv.slice(2)
const end = tokens.indexOf('--')
const print = createPrint({ json: (end === -1 ? tokens : tokens.slice(0, end)).includes('--json') })
let code: number
try {
  code = await dispatch(tokens, print)
} catch (error) {
  print.error(error)
  code = EXIT.notTried
}
await print.flush()
// Sockets kept open for reuse must not hold a finished command.
process.exit(code)
