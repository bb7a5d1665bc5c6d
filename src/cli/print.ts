// The one place that writes to the terminal: results on stdout, words for people on stderr, a closed pipe is no error.
import { styleText } from 'node:util'
import { colourAllowed } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import { plain } from '../report/plain.js'

export { plain }

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

export interface Print {
  /** True with `--json`: stdout is for records only. */
  readonly json: boolean
  /** True where a person watches the lines as they come. */
  readonly tty: boolean
  /** Exactly this text on stdout, whatever `--json` says. */
  raw(text: string): void
  /** A line of the result for people: stdout, or stderr with `--json`. */
  line(text?: string): void
  /** A line beside the result, always on stderr. */
  note(text: string): void
  /** A progress line that the next one replaces; nothing unless a person watches. */
  progress(text: string): void
  /** One machine-readable line on stdout; nothing without `--json`. Undefined values are left out. */
  record(value: object): void
  /** Colours a text where `line` shows colours. */
  paint(colour: Colour, text: string): string
  /** A mistake: what happened, where, what to do. */
  error(error: unknown): void
  /** Calls back when whoever read stdout has gone. */
  onGone(hear: () => void): void
  /** Resolves when all that was written has left the process. */
  flush(): Promise<void>
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function shorten(text: string, width: number): string {
  const flat = plain(text).replace(/\s+/g, ' ')
  return flat.length <= width ? flat : `${flat.slice(0, width - 1)}…`
}

/** An instant (ms) for people, UTC: `2026-01-15 09:00:05`. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** An instant (ms) as RFC 3339. */
export function instant(at: number): string {
  return new Date(at).toISOString()
}

/** Rows as columns; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows.map(row => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(gap))
}

/** Something wrong as plain data, for `--json`. */
function errorRecord(error: unknown): { [key: string]: Json } {
  if (!(error instanceof EmulatorError))
    return { kind: 'error', code: 'internal', message: error instanceof Error ? error.message : String(error) }
  return {
    kind: 'error',
    code: error.code,
    message: error.message,
    ...(error.where === undefined ? {} : { where: error.where }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.issues.length === 0 ? {} : { errors: error.issues.map(({ path, message }) => ({ path, message })) }),
  }
}

/** A printer; `json` is whether stdout is for machines. */
export function createPrint({ json }: { json: boolean }): Print {
  const target = json ? process.stderr : process.stdout
  const gone = new Set<() => void>()
  let closed = false
  let errorsClosed = false
  let pending = false
  process.stdout.on('error', () => {
    closed = true
    for (const hear of gone) hear()
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
      // One that is wrapped could not be taken back whole.
      write(process.stderr, text.slice(0, (process.stderr.columns || 80) - 1))
      pending = true
    },
    record: value => {
      if (json) write(process.stdout, `${JSON.stringify(value)}\n`)
    },
    paint: (format, text) => colour(target, format, text),
    error: error => {
      if (json) write(process.stdout, `${JSON.stringify(errorRecord(error))}\n`)
      const label = colour(process.stderr, 'red', 'error')
      const say = (text: string) => write(process.stderr, `${text}\n`)
      if (!(error instanceof EmulatorError)) {
        say(
          `${label}: a fault in Standin itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
        return
      }
      say(`${label}: ${plain(error.message)}`)
      if (error.where !== undefined) say(`  where: ${plain(error.where)}`)
      for (const { path, message } of error.issues) {
        const told = path === '' ? message : `${path}: ${message}`
        // Some messages tell an issue already, a scenario's all of them with their lines.
        if (error.issues.length > 1 && !error.message.includes(told)) say(`  - ${plain(told)}`)
      }
      if (error.hint !== undefined) say(`  what to do: ${plain(error.hint)}`)
    },
    onGone: hear => void gone.add(hear),
    flush: async () => {
      clear()
      if (!closed) await new Promise<void>(done => process.stdout.write('', () => done()))
      if (!errorsClosed) await new Promise<void>(done => process.stderr.write('', () => done()))
    },
  }
}
