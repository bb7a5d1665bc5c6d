// The emulator of a run as a process: the real command line, with one point preloaded at which it kills itself.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Kill, NAMED_POINTS } from './plan.js'

const PRELOAD = fileURLToPath(new URL('kill-points.mjs', import.meta.url))

/** Where an emulator of a run comes from and what it uses. */
export interface EmulatorSource {
  /** The built command line, `dist/cli/main.js`. */
  cli: string
  ledger: string
  seed: number
  sinkPorts: readonly number[]
  /** Gets what it says on stderr. */
  log: string
}

export interface RunningEmulator {
  pid: number
  /** Its origin once it listens; undefined when it ended first. */
  url: Promise<string | undefined>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  signal(name: 'SIGKILL' | 'SIGTERM'): void
}

/** Whether the emulator is killed there from within. */
const isInside = ({ point }: Kill): boolean => NAMED_POINTS.includes(point) && point !== 'before-answer'

/** Starts it on a port of its own choice. */
export function startEmulator({ cli, ledger, seed, sinkPorts, log }: EmulatorSource, kill?: Kill): RunningEmulator {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STANDIN_')))
  const inside = kill !== undefined && isInside(kill)
  const own = inside ? { TORTURE_KILL: `${kill.point} ${kill.nth}`, TORTURE_SINK: sinkPorts.join(' ') } : {}
  const preload = inside ? ['--import', PRELOAD] : []
  const args = [...preload, cli, 'serve', '--port', '0', '--ledger', ledger, '--seed', String(seed), '--json']
  const stderr = openSync(log, 'a')
  const child = spawn(process.execPath, args, { env: { ...inherited, ...own }, stdio: ['ignore', 'pipe', stderr] })
  closeSync(stderr)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const url = new Promise<string | undefined>(resolve => {
    if (child.stdout === null) return resolve(undefined)
    createInterface({ input: child.stdout }).on('line', line => {
      const record: { kind?: string; url?: string } = JSON.parse(line)
      if (record.kind === 'listening') resolve(record.url)
    })
    ended.then(
      () => resolve(undefined),
      () => resolve(undefined),
    )
  })
  return { pid: child.pid ?? -1, url, ended, signal: name => void child.kill(name) }
}
