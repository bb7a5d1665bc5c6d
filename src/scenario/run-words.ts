// What a person who starts a run calls its inputs: fields of the API and the library, or options of the command line.

/** The names that errors about the inputs of a run use. */
export interface RunWords {
  /** The default receiver, as a place and in hints. */
  to: string
  /** A variable with a value. */
  variable(name: string): string
  /** The secret of the receiver, as a place. */
  secret: string
  /** How to get a manual clock. */
  manualClock: string
}

/** The words of the API and the library. */
export const FIELD_WORDS: RunWords = {
  to: 'to',
  variable: name => `vars: {"${name}": …}`,
  secret: 'secret',
  manualClock: 'Use an emulator with a manual clock',
}
