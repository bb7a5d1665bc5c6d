// What is completed, whatever the shell.

/** The words that may stand at a place: a list, files, or names that are in the script. */
export type Words = readonly string[] | 'files' | 'providers' | 'types'

/** A command with what may follow it. */
export interface CompletedCommand {
  name: string
  about: string
  options: readonly {
    name: string
    short: string | undefined
    help: string
    /** Words of its value; null: it takes none. */
    value: Words | null
  }[]
  /** Words of each argument; the last repeats. */
  args: readonly Words[]
}

/** Event types by provider. */
export type TypesByProvider = Readonly<Record<string, readonly string[]>>
