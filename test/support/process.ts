// Other programs as child processes of a test: their output as it comes, and how they end; each is ended with the test at the latest.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface ProcessOptions {
  /** In place of this process's own environment. */
  env?: Record<string, string | undefined>
  cwd?: string
  /** What it reads; without it it has an empty stdin. `'open'` keeps stdin open until it ends. */
  input?: string
  /** A process group of its own, which is ended as a whole. */
  group?: boolean
}

/** How a process ended; `code` is null after a signal. */
export interface ProcessEnd {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunningProcess {
  pid: number
  child: ChildProcess
  /** Everything so far. */
  output(): { stdout: string; stderr: string }
  /** Whole lines of stdout so far. */
  lines(): string[]
  /** Resolves once `find` finds something in the output, now or later; rejects when the process ends before. */
  until<T>(find: () => T | undefined, what: string): Promise<T>
  /** Its exit; what it left in the background may still hold its output. */
  exited: Promise<number | null>
  /** Its exit with all of its output. */
  ended: Promise<ProcessEnd>
  /** Sends a signal and resolves when it has ended. */
  end(signal?: NodeJS.Signals): Promise<ProcessEnd>
}

function sendSignal(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (!group || child.pid === undefined) return void child.kill(signal)
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Starts a program. */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const { env, cwd, input, group = false } = options
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    detached: group,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  if (input !== undefined && input !== 'open') child.stdin?.end(input)
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  const look = () => {
    for (const listener of [...listeners]) listener()
  }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', chunk => {
      output[name] += chunk
      look()
    })
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      look()
      resolve({ code, ...output })
    })
  })
  // Who waits gets the error; nobody has to wait.
  for (const promise of [exited, ended]) promise.catch(() => undefined)
  const end = (signal: NodeJS.Signals = 'SIGTERM') => {
    sendSignal(child, signal, group)
    return ended
  }
  onTestFinished(async () => void (await end('SIGKILL').catch(() => undefined)))
  return {
    pid: child.pid ?? -1,
    child,
    output: () => output,
    lines: () => output.stdout.split('\n').slice(0, -1),
    until: <T>(find: () => T | undefined, what: string) =>
      new Promise<T>((resolve, reject) => {
        const listener = () => {
          const found = find()
          if (found === undefined) return
          listeners.delete(listener)
          resolve(found)
        }
        listeners.add(listener)
        listener()
        exited.then(code => {
          void ended.then(() =>
            reject(new Error(`ended with ${code} before ${what}:\n${output.stdout}\n${output.stderr}`)),
          )
        }, reject)
      }),
    exited,
    ended,
    end,
  }
}

/** Runs a program to its end, whatever its exit code. */
export function runProcess(command: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessEnd> {
  return startProcess(command, args, options).ended
}

/** Starts one of the TypeScript files of this folder. */
export function startScript(name: string, ...args: string[]): RunningProcess {
  const path = fileURLToPath(new URL(name, import.meta.url))
  return startProcess(process.execPath, ['--import', 'tsx', path, ...args], { input: 'open' })
}
