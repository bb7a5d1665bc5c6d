// The real command line as a child process; each is ended by its own pid.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inject, onTestFinished } from 'vitest'
import { checkLines } from './json-lines.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface CliOptions {
  env?: Record<string, string>
  cwd?: string
  /** Gives it a terminal, on which it says everything; all of that is its `stdout` here. */
  terminal?: boolean
}

/** Runs what it is given on a terminal of its own; a standard library that the tests need anyway has what Node has not. */
const ON_TERMINAL = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

export interface CliRun {
  code: number | null
  stdout: string
  stderr: string
  /** The lines of stdout as JSON; throws where one is not, or with --json where it is not documented. */
  records(): Record<string, unknown>[]
}

function start(args: readonly string[], { env, cwd, terminal = false }: CliOptions): ChildProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STANDIN_')))
  const own = [process.execPath, `${inject('built')}/dist/cli/main.js`, ...args]
  const [command = '', ...rest] = terminal ? ['python3', '-c', ON_TERMINAL, ...own] : own
  return spawn(command, rest, {
    cwd: cwd ?? root,
    env: { ...inherited, ...env },
    stdio: [terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
}

function parsed(args: readonly string[], text: string): Record<string, unknown>[] {
  const records: Record<string, unknown>[] = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
  if (args.includes('--json')) checkLines(args[0] ?? '', records)
  return records
}

/** Runs a command to its end, which comes with the test at the latest. */
export function standin(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const child = start(args, options)
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr, records: () => parsed(args, stdout) }))
  })
}

export interface RunningCli {
  pid: number
  /** Resolves with the first record that fits, now or later; rejects when the command ends without one. */
  record(fits: (record: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  /** Every record so far. */
  records(): Record<string, unknown>[]
  /** Resolves with everything on stderr and stdout once a text is in it. */
  said(text: string): Promise<string>
  /** Sends a signal and resolves with how it ended. */
  end(signal?: NodeJS.Signals): Promise<CliRun>
  /** Presses Ctrl-C at its terminal and resolves with how it ended. */
  interrupt(): Promise<CliRun>
  /** Resolves with how it ended by itself. */
  ended: Promise<CliRun>
}

/** Starts a command that goes on until it is ended, at the latest with the test. Give `--json` for records. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const child = start(args, options)
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const heard = () => {
    for (const look of [...listeners]) look()
  }
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
    heard()
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
    heard()
  })
  const whole = () => stdout.slice(0, stdout.lastIndexOf('\n') + 1)
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      resolve({ code, stdout, stderr, records: () => parsed(args, stdout) })
      heard()
    })
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const once = <T>(find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        listeners.delete(look)
        resolve(found)
      }
      listeners.add(look)
      look()
      ended.then(({ code }) => reject(new Error(`ended with ${code} before ${what}:\n${stdout}\n${stderr}`)), reject)
    })
  return {
    pid: child.pid ?? -1,
    record: fits => once(() => parsed(args, whole()).find(fits), 'the record came'),
    records: () => parsed(args, whole()),
    said: text => once(() => (`${stdout}${stderr}`.includes(text) ? `${stdout}${stderr}` : undefined), `"${text}"`),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
    interrupt: async () => {
      child.stdin?.write('\u0003')
      return ended
    },
    ended,
  }
}
