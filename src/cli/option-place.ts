// Where a command's user finds what an error names: the library and the control API name a field, the command line has an option for it.
import { environment, environmentName, type OptionName } from '../config.js'
import { EmulatorError, type ErrorCode } from '../core/errors.js'
import type { Command } from './command.js'
import type { CommandConfig } from './config-keys.js'

/** Options and arguments that are named otherwise than their field, in the order of preference. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  url: ['to'],
  eventTypes: ['types', 'type'],
  type: ['event-type', 'types'],
  by: ['duration'],
  upTo: ['duration'],
}

/** Errors of fields. Those of files may have a place that looks like a path into a field: `setting.json`. */
const OF_FIELDS: readonly ErrorCode[] = ['invalid_input', 'invalid_setting', 'invalid_secret', 'unknown_name', 'usage']

/** The command, and what was given to it. */
export interface Line {
  command: Pick<Command, 'usage' | 'own'> & { options: readonly OptionName[] }
  /** Options given on the command line itself. */
  given: ReadonlySet<OptionName>
  config?: Pick<CommandConfig, 'places'> | undefined
  /** The value of each option. */
  values?: Readonly<Record<string, unknown>>
}

/** Where the value of an option was given: on the command line, in the environment or in the config file. */
function givenAt(option: OptionName, { given, config }: Line): string {
  if (given.has(option)) return `--${option}`
  const variable = environmentName(option)
  return environment(variable) === undefined ? (config?.places[option] ?? `--${option}`) : variable
}

/** The path of a pair as it was given: that of \`serve\` begins with the provider's name. */
function givenPair(pairs: unknown, path: string): string {
  const paths = Object.keys(Object(pairs))
  return paths.includes(path) ? path : (paths.find(one => one.endsWith(`.${path}`)) ?? path)
}

/** The place of an error, as the command line names it; as it is where no option and no argument of the command is meant. */
export function optionPlace(where: string, code: ErrorCode, line: Line): string {
  const { options, usage } = line.command
  const [, written, detail = ''] = /^--([a-z-]+)( .+)?$/.exec(where) ?? []
  const own = options.find(option => option === written)
  if (own !== undefined) return `${givenAt(own, line)}${detail}`
  if (!/^[a-z][\w-]*$/i.test(where) && !OF_FIELDS.includes(code)) return where
  const [field = '', ...inside] = where.split('.')
  const kebab = field.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  const names = [kebab, kebab.replace(/s$/, ''), ...(OTHER_NAMES[field] ?? [])]
  for (const name of names) {
    const option = options.find(one => one === name)
    if (option !== undefined) {
      const isPairs = option === 'setting' || option === 'set' || option === 'where' || option === 'var'
      if (inside.length > 0 && !isPairs && inside.some(part => !/^\d+$/.test(part))) return where
      return [
        givenAt(option, line),
        ...(isPairs && inside.length > 0 ? [givenPair(line.values?.[option], inside.join('.'))] : []),
      ].join(' ')
    }
    const argument = inside.length === 0 ? new RegExp(`[<[]${name}[>\\]]`).exec(usage)?.[0] : undefined
    if (argument !== undefined) return argument
  }
  return where
}

/** An error as the command line says it: its place in the words of the command's options. */
export function inOptions(error: unknown, line: Line): unknown {
  if (!(error instanceof EmulatorError) || error.where === undefined) return error
  const { message, code, hint, issues, cause } = error
  const where = optionPlace(error.where, code, line)
  return where === error.where ? error : new EmulatorError(message, { code, hint, issues, cause, where })
}
