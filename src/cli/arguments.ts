// Reads a command line: arguments, options from the table, and the environment for what the line leaves out.
import { parseArgs } from 'node:util'
import {
  fromEnvironment,
  type OptionKind,
  type OptionName,
  type OptionSpec,
  parseOption,
  options as table,
} from '../config.js'
import { closest, EmulatorError } from '../core/errors.js'

export interface ReadLine {
  args: string[]
  /** A value for every option of the command; undefined where none was given and there is no default. */
  values: Record<string, unknown>
  /** Options that stand on the line itself. */
  given: ReadonlySet<OptionName>
}

const ABSENT: Partial<Record<OptionKind, () => unknown>> = {
  flag: () => false,
  list: () => [],
  pairs: () => ({}),
  texts: () => ({}),
  reports: () => [],
}

function unknownOption(text: string, known: readonly string[], command: string): EmulatorError {
  const near = closest(text.replace(/^-+/, ''), known)
  return new EmulatorError(`There is no option ${text}.`, {
    code: 'usage',
    where: `standin ${command}`,
    hint: near === undefined ? `standin ${command} --help lists them.` : `Did you mean --${near}?`,
  })
}

/** The options given, each with its texts, and the arguments between them. */
function split(line: readonly string[], names: readonly OptionName[], command: string) {
  const { tokens } = parseArgs({
    args: [...line],
    options: Object.fromEntries(
      names.map(name => {
        const { kind, short }: OptionSpec = table[name]
        return [name, { type: kind === 'flag' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) }]
      }),
    ),
    strict: false,
    tokens: true,
  })
  const given = new Map<OptionName, string[]>()
  const args: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    const [written = ''] = line[token.index]?.split('=') ?? []
    const name = names.find(known => known === token.name)
    // parseArgs also reads -xFILE and -xyz; here a short option stands alone, so that -output is a mistake for --output.
    if (name === undefined || written !== token.rawName) throw unknownOption(written, names, command)
    const { kind, value, help } = table[name] as OptionSpec
    const text = token.inlineValue && written.length === 2 ? token.value.replace(/^=/, '') : token.value
    if (kind !== 'flag' && (text === undefined || (!token.inlineValue && /^--./.test(text))))
      throw new EmulatorError(`--${name} needs a value.`, {
        code: 'usage',
        where: `standin ${command}`,
        hint: `Write it as --${name} ${value ?? 'VALUE'}: ${help}.`,
      })
    given.set(name, [...(given.get(name) ?? []), text ?? 'true'])
  }
  return { given, args }
}

/** Reads the tokens after the command's name. Throws `usage` with "did you mean" for what is not known. */
export function readLine(
  tokens: readonly string[],
  command: { name: string; options: readonly OptionName[]; defaults: Readonly<Partial<Record<OptionName, unknown>>> },
): ReadLine {
  const { given, args } = split(tokens, command.options, command.name)
  const values: Record<string, unknown> = {}
  for (const name of command.options) {
    const texts = given.get(name)
    values[name] =
      (texts === undefined ? fromEnvironment(name) : parseOption(name, texts, `--${name}`)) ??
      command.defaults[name] ??
      ABSENT[table[name].kind]?.()
  }
  return { args, values, given: new Set(given.keys()) }
}

/** How many arguments a command takes, checked. */
export function checkArguments(
  args: readonly string[],
  command: { name: string; usage: string; args: { least: number; most: number } },
): void {
  const { least, most } = command.args
  if (args.length >= least && args.length <= most) return
  const what =
    args.length < least
      ? `standin ${command.name} needs ${command.usage}.`
      : most === 0
        ? `standin ${command.name} takes no arguments, but got "${args[0]}".`
        : `standin ${command.name} takes ${command.usage} and no more, but got "${args[most]}" too.`
  throw new EmulatorError(what, { code: 'usage', hint: `standin ${command.name} --help shows examples.` })
}
