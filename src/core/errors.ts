// The one error class for users' mistakes: what is wrong, where, and how to fix it.
import { editDistance } from './edit-distance.js'

/**
 * One thing that is wrong in an input. `path` is dotted, from the root of the input.
 * @example { path: 'attempts.0', message: 'This must be a whole number.' }
 */
export interface Issue {
  path: string
  message: string
  /** How many more there are that are not listed, where this one says so. */
  more?: number | undefined
}

/**
 * Stable, machine-readable names of what a user can get wrong.
 * @example const isTaken = ({ code }: EmulatorError) => code === 'port_in_use' || code === 'ledger_in_use'
 */
export type ErrorCode =
  | 'unknown_name'
  | 'invalid_input'
  | 'invalid_setting'
  | 'invalid_url'
  | 'invalid_secret'
  | 'invalid_file'
  | 'not_found'
  | 'conflict'
  | 'not_allowed'
  | 'unauthorized'
  | 'too_large'
  | 'port_in_use'
  | 'ledger_in_use'
  | 'ledger_newer'
  | 'ledger_broken'
  | 'storage_failed'
  | 'unreachable'
  | 'timed_out'
  | 'usage'

export interface ErrorDetails {
  code: ErrorCode
  /** How to fix it, one sentence. */
  hint?: string | undefined
  /** Where: a file with line and column, an option, a field. */
  where?: string | undefined
  issues?: Issue[] | undefined
  cause?: unknown
}

/**
 * A user's mistake. Never thrown for what a receiver does (that is an outcome) or for an internal error.
 * @example
 * await emulator.cancel('dl_404').catch(error => {
 *   if (error instanceof EmulatorError) console.error(error.code, error.message, error.hint) // not_found …
 * })
 */
export class EmulatorError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly where: string | undefined
  readonly issues: Issue[]

  constructor(message: string, { code, hint, where, issues, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'EmulatorError'
    this.code = code
    this.hint = hint
    this.where = where
    this.issues = issues ?? []
  }
}

/** Names longer than this get no suggestion: nobody misspells them, and the distance costs the product of both lengths. */
const LONGEST_SUGGESTED = 64
/** Suggestions are looked for among so many known names at the most. */
const MOST_CANDIDATES = 1000

/** A text that a message repeats: its beginning, where it is long. */
export function excerpt(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 100).toWellFormed()}… (${text.length} characters)`
}

/** The known name closest to a mistyped one; undefined when none is close. */
export function closest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_SUGGESTED) return undefined
  const lower = name.toLowerCase()
  const farthest = (length: number) => Math.max(1, Math.floor(length / 3))
  let best: string | undefined
  let least = LONGEST_SUGGESTED
  let compared = 0
  for (const candidate of known) {
    if (++compared > MOST_CANDIDATES) break
    if (candidate.length > LONGEST_SUGGESTED) continue
    const limit = farthest(Math.max(lower.length, candidate.length))
    const d = editDistance(lower, candidate.toLowerCase(), limit)
    if (d <= limit && d < least) {
      least = d
      best = candidate
    }
  }
  return best
}

/** `Did you mean "x"?`, or when no name is close the known ones, at most twelve; `heading` says what they are: "Known providers". */
export function didYouMean(name: string, known: Iterable<string>, heading: string): string | undefined {
  const all = [...known]
  const near = closest(name, all)
  if (near !== undefined) return `Did you mean "${near}"?`
  if (all.length === 0) return undefined
  return all.length <= 12
    ? `${heading}: ${all.map(excerpt).join(', ')}.`
    : `${heading}: ${all.slice(0, 12).map(excerpt).join(', ')} and ${all.length - 12} more.`
}

/**
 * The error of an unknown name, with the closest known one. `what` is the glossary's term, e.g. "event type"; `of` is what the name
 * belongs to: `Unknown event type "X" (acme).`
 */
export function unknownName(
  what: string,
  name: string,
  known: Iterable<string>,
  { of, where }: { of?: string; where?: string } = {},
): EmulatorError {
  const owner = of === undefined ? '' : ` (${of})`
  return new EmulatorError(`Unknown ${what} "${excerpt(name)}"${owner}.`, {
    code: 'unknown_name',
    hint: didYouMean(name, known, `Known ${what}s`),
    where,
  })
}
