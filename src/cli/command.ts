// What a command is: its help, its options and its action, typed from the table of options.
import type { OptionDefaults, OptionName, OptionValues, OwnOptions } from '../config.js'
import type { CommandConfig } from './config-keys.js'
import type { Print } from './print.js'

/** Exit codes. */
export const EXIT = { success: 0, failed: 1, couldNotRun: 2, interrupted: 130 } as const

/** Names used in the examples of help. */
export interface ExampleNames {
  provider: string
  type: string
}

/** Options of every command. */
type CommonOption = 'json' | 'help'

interface CommandContext<N extends OptionName, D, Own> {
  args: readonly string[]
  options: OptionValues<N | CommonOption, D, Own>
  /** Options given on the command line itself, not by the environment. */
  given: ReadonlySet<OptionName>
  /** What standin.yaml says, where one was read; its values are among the options already. */
  config: CommandConfig | undefined
  /** The table of commands. */
  commands: readonly CommandEntry[]
  print: Print
  /** Aborted by SIGINT, SIGTERM or SIGHUP. */
  signal: AbortSignal
}

export interface CommandSpec<N extends OptionName, D, Own = OwnOptions> {
  /** Arguments as shown in help: `<provider> <event-type>`. */
  usage: string
  /** Number of arguments. */
  args: { min: number; max: number }
  /** What it does, one sentence per line. */
  about: readonly string[]
  options: readonly N[]
  /** Options that differ from the table here. */
  own?: Own
  defaults?: D
  /** Command lines without the leading `standin `. */
  examples(names: ExampleNames): readonly string[]
  /** True if the command ends by itself after `signal` is aborted; any other exits at once. */
  graceful?: boolean
  /** It ends within this time after `signal` is aborted, even if something still runs, ms. */
  endsWithinMs?: number
  /** Returns the exit code; throws EmulatorError for a mistake of the user. */
  run(context: CommandContext<N, D, Own>): Promise<number>
}

/** A command as the dispatcher sees it. */
export type Command = Omit<CommandSpec<OptionName, unknown>, 'run' | 'defaults'> & {
  defaults: Readonly<Partial<Record<OptionName, unknown>>>
  run(context: {
    args: readonly string[]
    options: Record<string, unknown>
    given: ReadonlySet<OptionName>
    config: CommandConfig | undefined
    commands: readonly CommandEntry[]
    print: Print
    signal: AbortSignal
  }): Promise<number>
}

/** A command in the table of commands, loaded when it is used. */
export interface CommandEntry {
  name: string
  about: string
  load(): Promise<{ command: Command }>
}

/** Defines a command; the values of its options are typed from the table. */
export function defineCommand<
  const N extends OptionName,
  const D extends OptionDefaults<N> = Record<never, never>,
  const Own extends OwnOptions<N> = Record<never, never>,
>(spec: CommandSpec<N, D, Own>): Command {
  return {
    ...spec,
    own: { ...spec.own },
    defaults: { ...spec.defaults },
    // The dispatcher parses the values by the same table that these types come from.
    run: ({ options, ...context }) =>
      spec.run({ ...context, options: options as OptionValues<N | CommonOption, D, Own> }),
  }
}

/** Says on stderr which of the given options have no effect; `why` ends the sentence: "without --wait". */
export function noteUseless(
  { given, print }: { given: ReadonlySet<OptionName>; print: Print },
  names: readonly OptionName[],
  why: string,
): void {
  for (const name of names) if (given.has(name)) print.note(`note: --${name} has no effect ${why}`)
}
