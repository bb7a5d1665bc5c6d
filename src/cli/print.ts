// The one place that writes to the terminal: results on stdout, notes and errors on stderr. A closed pipe is not an error.
import { styleText } from 'node:util'
import { colourAllowed } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import { plain } from '../report/plain.js'
import type { JsonLine } from './json-lines.js'

export { plain }

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

export interface Print {
  /** True with `--json`: stdout is for JSON lines only. */
  readonly json: boolean
  /** True if the output is a terminal. */
  readonly tty: boolean
  /** Writes exactly this text to stdout, with and without `--json`. */
  raw(text: string): void
  /** A line of the result as text: on stdout, or on stderr with `--json`. */
  line(text?: string): void
  /** A line that is not part of the result, always on stderr. */
  note(text: string): void
  /** A progress line that the next line replaces; only on a terminal. */
  progress(text: string): void
  /** One JSON line on stdout; nothing without `--json`. Undefined values are omitted. */
  record(line: JsonLine): void
  /** Colours a text if `line` writes to a terminal with colours. */
  paint(colour: Colour, text: string): string
  /** Prints an error: what is wrong, where, and a hint. */
  error(error: unknown): void
  /** Why stdout did not take everything, such as a full disk; undefined where all was written or its reader has closed it. */
  readonly failure: EmulatorError | undefined
  /** Calls back when the reader of stdout closes it. */
  onClosed(callback: () => void): void
  /** Resolves when all output has left the process. */
  flush(): Promise<void>
}

/** A text on one line, cut to `width` with an ellipsis. */
export function shorten(text: string, width: number): string {
  const flat = plain(text).replace(/\s+/g, ' ')
  return flat.length <= width ? flat : `${flat.slice(0, width - 1)}…`
}

/** A time (ms or RFC 3339) as text, UTC: `2026-01-15 09:00:05`. */
export function clockTime(at: number | string): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** A time (ms) as RFC 3339. */
export function instant(at: number): string {
  return new Date(at).toISOString()
}

/** Aligns rows in columns; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows.map(row => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(gap))
}

/** A hint with requests of the API as the commands that do the same. */
const inCommands = (hint: string) =>
  hint
    .replace(/List them with GET \/_standin\/(subscriptions|deliveries)\./, 'List them with standin $1.')
    .replace(/GET \/_standin\/providers\/([\w-]+) lists the settings\./, 'List the settings with standin events $1.')

/** The line `error` of `--json`. */
function errorRecord(error: unknown): JsonLine {
  if (!(error instanceof EmulatorError))
    return { kind: 'error', code: 'internal', message: error instanceof Error ? error.message : String(error) }
  return {
    kind: 'error',
    code: error.code,
    message: error.message,
    ...(error.where === undefined ? {} : { where: error.where }),
    ...(error.hint === undefined ? {} : { hint: inCommands(error.hint) }),
    ...(error.issues.length === 0 ? {} : { errors: error.issues.map(({ path, message }) => ({ path, message })) }),
  }
}

/** Creates the printer; with `json`, stdout is for JSON lines only. */
export function createPrint({ json }: { json: boolean }): Print {
  const target = json ? process.stderr : process.stdout
  const onClosed = new Set<() => void>()
  let closed = false
  let errorsClosed = false
  let pending = false
  let failure: EmulatorError | undefined
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    closed = true
    // A reader that has seen enough, such as head, is no failure.
    if (cause.code !== 'EPIPE')
      failure ??= new EmulatorError(`The output could not be written (${cause.code ?? cause.message}).`, {
        code: 'storage_failed',
        where: 'standard output',
        hint: 'Free space where the output goes, or send it elsewhere. What is missing from it was not printed.',
        cause,
      })
    for (const callback of onClosed) callback()
  })
  process.stderr.on('error', () => {
    errorsClosed = true
  })
  const clear = () => {
    if (pending && !errorsClosed) process.stderr.write('\r\u001b[2K')
    pending = false
  }
  const write = (stream: NodeJS.WriteStream, text: string) => {
    if (stream === process.stdout ? closed : errorsClosed) return
    clear()
    stream.write(text)
  }
  // Node 20 takes an empty NO_COLOR for a set one, so whether to colour is decided here.
  const colour = (stream: NodeJS.WriteStream, format: Colour, text: string) =>
    stream.isTTY === true && colourAllowed() ? styleText(format, text, { validateStream: false }) : text
  return {
    json,
    tty: target.isTTY === true,
    raw: text => write(process.stdout, text),
    line: (text = '') => write(target, `${text}\n`),
    note: text => write(process.stderr, `${text}\n`),
    progress: text => {
      if (process.stderr.isTTY !== true || errorsClosed) return
      // A wrapped line could not be erased whole.
      write(process.stderr, text.slice(0, (process.stderr.columns || 80) - 1))
      pending = true
    },
    record: line => {
      if (json) write(process.stdout, `${JSON.stringify(line)}\n`)
    },
    paint: (format, text) => colour(target, format, text),
    error: error => {
      if (json && error !== failure) write(process.stdout, `${JSON.stringify(errorRecord(error))}\n`)
      const label = colour(process.stderr, 'red', 'error')
      const writeLine = (text: string) => write(process.stderr, `${text}\n`)
      if (!(error instanceof EmulatorError)) {
        writeLine(
          `${label}: internal error (please report it): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
        return
      }
      writeLine(`${label}: ${plain(error.message)}`)
      if (error.where !== undefined) writeLine(`  where: ${plain(error.where)}`)
      for (const { path, message } of error.issues) {
        const issue = path === '' ? message : `${path}: ${message}`
        // Some messages name an issue already; a scenario's names all of them, with their lines.
        if (error.issues.length > 1 && !error.message.includes(issue)) writeLine(`  - ${plain(issue)}`)
      }
      if (error.hint !== undefined) writeLine(`  hint: ${plain(inCommands(error.hint))}`)
    },
    get failure() {
      return failure
    },
    onClosed: callback => void onClosed.add(callback),
    flush: async () => {
      clear()
      if (!closed) await new Promise<void>(done => process.stdout.write('', () => done()))
      if (!errorsClosed) await new Promise<void>(done => process.stderr.write('', () => done()))
    },
  }
}

/** A number with its noun: `1 attempt`, `2 attempts`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
