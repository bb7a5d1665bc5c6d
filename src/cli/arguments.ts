// Reads a command line: arguments, options from the table, and the environment for what the line leaves out.
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

/** Names of the options given, each with its texts, and the arguments between them. */
function split(tokens: readonly string[], names: readonly OptionName[], command: string) {
  const given = new Map<OptionName, string[]>()
  const args: string[] = []
  const known = new Set<string>(names)
  const isKnown = (name: string): name is OptionName => known.has(name)
  let rest = [...tokens]
  while (rest.length > 0) {
    const [token = '', ...after] = rest
    rest = after
    if (token === '--') {
      args.push(...rest)
      break
    }
    if (!token.startsWith('-') || token === '-') {
      args.push(token)
      continue
    }
    const cut = token.indexOf('=')
    const written = cut === -1 ? token : token.slice(0, cut)
    const long = written.startsWith('--')
      ? written.slice(2)
      : names.find(name => (table[name] as OptionSpec).short === written.slice(1))
    if (long === undefined || !isKnown(long)) throw unknownOption(written, names, command)
    let text = cut === -1 ? undefined : token.slice(cut + 1)
    if (table[long].kind === 'flag') text ??= 'true'
    else if (text === undefined) {
      const next = rest[0]
      if (next === undefined || (next.startsWith('--') && next.length > 2))
        throw new EmulatorError(`--${long} needs a value.`, {
          code: 'usage',
          where: `standin ${command}`,
          hint: `Write it as --${long} ${table[long].value ?? 'VALUE'}: ${table[long].help}.`,
        })
      text = next
      rest = rest.slice(1)
    }
    given.set(long, [...(given.get(long) ?? []), text])
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
