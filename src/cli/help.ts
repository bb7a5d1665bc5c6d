// Help texts, generated from the table of options and the list of commands.
import { environmentName, type OptionName, type OptionSpec } from '../config.js'
import { formatDuration } from '../core/duration.js'
import { optionSpec } from './arguments.js'
import type { Command, ExampleNames } from './command.js'
import { columns } from './print.js'

const text = (value: unknown, kind: OptionSpec['kind']): string =>
  kind === 'duration' && typeof value === 'number'
    ? formatDuration(value)
    : typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.join(',')
        : JSON.stringify(value)

function optionRow(name: OptionName, { defaults, own }: Command): string[] {
  const spec = optionSpec(name, own)
  const left = `  ${spec.short === undefined ? '' : `-${spec.short}, `}--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`
  const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`
  const fallback = defaults[name] === undefined ? '' : ` [default ${text(defaults[name], spec.kind)}]`
  return [left, `${spec.help}${choices}${fallback}`]
}

/** Help of one command. */
export function commandHelp(name: string, command: Command, names: ExampleNames): string {
  return `${[
    `standin ${[name, command.usage, '[options]'].filter(part => part !== '').join(' ')}`,
    '',
    ...command.about,
    '',
    'Options:',
    ...columns(command.options.map(option => optionRow(option, command))),
    '',
    `Every option can also be set by an environment variable: --${command.options[0] ?? 'json'} is ${environmentName(command.options[0] ?? 'json')}.`,
    '',
    'Examples:',
    ...command.examples(names).map(example => `  standin ${example}`),
  ].join('\n')}\n`
}

/** Help of the whole program. */
export function programHelp(commands: readonly { name: string; about: string }[]): string {
  return `${[
    'standin <command> [options]',
    '',
    'Plays the provider side of webhooks, so that you can test your receiver.',
    '',
    'Commands:',
    ...columns(commands.map(command => [`  ${command.name}`, command.about])),
    '',
    'Run standin <command> --help for its options and examples, standin --version for the version.',
    'Exit codes: 0 success, 1 failed, 2 could not run, 130 interrupted.',
  ].join('\n')}\n`
}
