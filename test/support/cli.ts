// The real command line, run to its end or started; what it says with --json is checked against the documented lines.
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { checkLines } from './json-lines.js'
import { type ProcessEnd, startProcess } from './process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface CliOptions {
  env?: Record<string, string>
  cwd?: string
  /** Gives it a terminal, on which it says everything; all of that is its `stdout` here. */
  terminal?: boolean
}

/** Runs what it is given on a terminal of its own; a standard library that the tests need anyway has what Node has not. */
const ON_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

export interface CliRun extends ProcessEnd {
  /** The lines of stdout as JSON; throws where one is not, or with --json where it is not documented. */
  records(): Record<string, unknown>[]
}

export interface RunningCli {
  pid: number
  /** Resolves with the first record that fits, now or later; rejects when the command ends without one. */
  record(fits: (record: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  /** Every record so far. */
  records(): Record<string, unknown>[]
  /** Resolves with everything on stdout and stderr once a text is in it. */
  said(text: string): Promise<string>
  /** Stops reading its stdout. */
  goAway(): void
  /** Sends a signal and resolves with how it ended. */
  end(signal?: NodeJS.Signals): Promise<CliRun>
  /** Presses Ctrl-C at its terminal and resolves with how it ended. */
  interrupt(): Promise<CliRun>
  /** Resolves with how it ended by itself. */
  ended: Promise<CliRun>
}

/** Starts a command, which ends with the test at the latest. Give `--json` for records. */
export function startCli(args: readonly string[], { env, cwd = root, terminal = false }: CliOptions = {}): RunningCli {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STANDIN_')))
  const own = [process.execPath, `${inject('built')}/dist/cli/main.js`, ...args]
  const [command = '', ...rest] = terminal ? ['python3', '-c', ON_TERMINAL, ...own] : own
  const running = startProcess(command, rest, {
    cwd,
    env: { ...inherited, ...env },
    ...(terminal ? { input: 'open' } : {}),
  })
  const parsed = (lines: readonly string[]): Record<string, unknown>[] => {
    const records: Record<string, unknown>[] = lines.filter(line => line !== '').map(line => JSON.parse(line))
    if (args.includes('--json')) checkLines(args[0] ?? '', records)
    return records
  }
  const asRun = (end: ProcessEnd): CliRun => ({ ...end, records: () => parsed(end.stdout.split('\n')) })
  const records = () => parsed(running.lines())
  const ended = running.ended.then(asRun)
  ended.catch(() => undefined)
  return {
    pid: running.pid,
    records,
    record: fits => running.until(() => records().find(fits), 'the record came'),
    said: text =>
      running.until(() => {
        const { stdout, stderr } = running.output()
        return `${stdout}${stderr}`.includes(text) ? `${stdout}${stderr}` : undefined
      }, `"${text}"`),
    goAway: () => void running.child.stdout?.destroy(),
    end: async signal => asRun(await running.end(signal)),
    interrupt: () => {
      running.child.stdin?.write('\u0003')
      return ended
    },
    ended,
  }
}

/** Runs a command to its end. */
export function standin(args: readonly string[], options?: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended
}
