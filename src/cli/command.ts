// What a command is: its words, its options and what it does; everything typed from the table of options.
import type { OptionDefaults, OptionName, OptionValues } from '../config.js'
import type { Print } from './print.js'

/** Ends of a command. */
export const EXIT = { done: 0, notSo: 1, notTried: 2, interrupted: 130 } as const

/** Names that examples in help are made from. */
export interface ExampleNames {
  provider: string
  type: string
}

/** Options every command has. */
type CommonOption = 'json' | 'help'

interface CommandContext<N extends OptionName, D> {
  args: readonly string[]
  options: OptionValues<N | CommonOption, D>
  /** Options that stand on the command line itself, not in the environment. */
  given: ReadonlySet<OptionName>
  print: Print
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal
}

export interface CommandSpec<N extends OptionName, D> {
  /** Arguments as help shows them: `<provider> <event-type>`. */
  usage: string
  /** How many arguments there may be. */
  args: { least: number; most: number }
  /** One or more sentences, one a line. */
  about: readonly string[]
  options: readonly N[]
  defaults?: D
  /** What follows `standin `. */
  examples(names: ExampleNames): readonly string[]
  /** True where the command ends by itself once `signal` is aborted; any other is ended at once. */
  graceful?: boolean
  /** Answers the exit code; throws EmulatorError for a user's mistake. */
  run(context: CommandContext<N, D>): Promise<number>
}

/** A command as the dispatcher sees it. */
export type Command = Omit<CommandSpec<OptionName, unknown>, 'run' | 'defaults'> & {
  defaults: Readonly<Partial<Record<OptionName, unknown>>>
  run(context: {
    args: readonly string[]
    options: Record<string, unknown>
    given: ReadonlySet<OptionName>
    print: Print
    signal: AbortSignal
  }): Promise<number>
}

/** Makes a command from its description; the values of its options are typed from the table. */
export function defineCommand<const N extends OptionName, const D extends OptionDefaults<N> = Record<never, never>>(
  spec: CommandSpec<N, D>,
): Command {
  return {
    ...spec,
    defaults: { ...spec.defaults },
    // The dispatcher read the values by the same table that these types are made from.
    run: ({ options, ...context }) => spec.run({ ...context, options: options as OptionValues<N | CommonOption, D> }),
  }
}
