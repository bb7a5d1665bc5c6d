// Parses a command line: arguments, options from the table, and the environment for options not given.
import { parseArgs } from 'node:util'
import { type OptionKind, type OptionName, type OptionSpec, type OwnOptions, options as table } from '../config.js'
import { closest, EmulatorError } from '../core/errors.js'
import { fromEnvironment, parseOption } from './option-values.js'

export interface CommandLine {
  args: string[]
  /** A value for every option of the command; undefined if none is given and there is no default. */
  values: Record<string, unknown>
  /** Options given on the command line itself. */
  given: ReadonlySet<OptionName>
}

const WHEN_OMITTED: Partial<Record<OptionKind, () => unknown>> = {
  flag: () => false,
  list: () => [],
  pairs: () => ({}),
  texts: () => ({}),
  reports: () => [],
}

function unknownOption(text: string, known: readonly string[], command: string): EmulatorError {
  const near = closest(text.replace(/^-+/, ''), known)
  return new EmulatorError(`Unknown option ${text}.`, {
    code: 'usage',
    where: `standin ${command}`,
    hint: near === undefined ? `Run standin ${command} --help for a list.` : `Did you mean --${near}?`,
  })
}

/** An option as a command has it. */
export const optionSpec = (name: OptionName, own: OwnOptions = {}): OptionSpec => own[name] ?? table[name]

/** The options given, each with its texts, and the arguments. */
function split(line: readonly string[], names: readonly OptionName[], command: string, own: OwnOptions) {
  const { tokens } = parseArgs({
    args: [...line],
    options: Object.fromEntries(
      names.map(name => {
        const { kind, short } = optionSpec(name, own)
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
    // parseArgs also accepts -oFILE and groups such as -abc; rejecting them lets -output suggest --output.
    if (name === undefined || written !== token.rawName) throw unknownOption(written, names, command)
    const { kind, value, help } = optionSpec(name, own)
    const text = token.inlineValue && written.length === 2 ? token.value.replace(/^=/, '') : token.value
    if (kind !== 'flag' && (text === undefined || (!token.inlineValue && /^--./.test(text))))
      throw new EmulatorError(`--${name} needs a value.`, {
        code: 'usage',
        where: `standin ${command}`,
        hint: `Use --${name} ${value ?? 'VALUE'}: ${help}.`,
      })
    given.set(name, [...(given.get(name) ?? []), text ?? 'true'])
  }
  return { given, args }
}

/** Parses what follows the command's name. Throws `usage` with "did you mean" for an unknown option. */
export function parseCommandLine(
  line: readonly string[],
  command: {
    name: string
    options: readonly OptionName[]
    own?: OwnOptions
    defaults: Readonly<Partial<Record<OptionName, unknown>>>
  },
): CommandLine {
  const { given, args } = split(line, command.options, command.name, command.own ?? {})
  const values: Record<string, unknown> = {}
  for (const name of command.options) {
    const texts = given.get(name)
    const spec = optionSpec(name, command.own)
    const value =
      (texts === undefined ? fromEnvironment(name, spec) : parseOption(spec, texts, `--${name}`)) ??
      command.defaults[name] ??
      WHEN_OMITTED[spec.kind]?.()
    // Of pairs those of the command line come on top of the others.
    const isPairs = spec.kind === 'pairs' || spec.kind === 'texts'
    values[name] = isPairs ? { ...Object(command.defaults[name]), ...Object(value) } : value
  }
  return { args, values, given: new Set(given.keys()) }
}

/** Throws `usage` if a command has too few or too many arguments. */
export function checkArguments(
  args: readonly string[],
  command: { name: string; usage: string; args: { min: number; max: number } },
): void {
  const { min, max } = command.args
  if (args.length >= min && args.length <= max) return
  const message =
    args.length < min
      ? `standin ${command.name} needs ${command.usage}.`
      : max === 0
        ? `standin ${command.name} takes no arguments, but got "${args[0]}".`
        : `standin ${command.name} takes only ${command.usage}, but got "${args[max]}" too.`
  throw new EmulatorError(message, { code: 'usage', hint: `Run standin ${command.name} --help for examples.` })
}
