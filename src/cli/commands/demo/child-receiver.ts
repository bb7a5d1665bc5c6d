// Runs `standin receive` as a child process, for the demo.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ReceivedLine } from '../../json-line-kinds.js'
import { mainFile } from './package-files.js'

export interface ChildReceiver {
  url: string
  pid: number
  /** Requests so far, as printed by `receive --json`. */
  requests(): readonly ReceivedLine[]
  /** Stops the process; resolves once it has exited. */
  stop(): Promise<void>
}

/** Starts it on a free port; `args` are those of `standin receive`. Rejects if it exits before it listens. */
export async function startChildReceiver(args: readonly string[]): Promise<ChildReceiver> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, mainFile, 'receive', '--port', '0', '--json', '--until-eof', ...args],
    {
      // Its stdin closes when this process ends in any way, so that no receiver is left running.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  const requests: ReceivedLine[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000)
  })
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => reject(new Error(`the receiver exited with ${code} before it listened: ${errors}`)))
    createInterface({ input: child.stdout }).on('line', line => {
      const printed: ReceivedLine | { kind: 'listening'; url: string } = JSON.parse(line)
      if (printed.kind === 'listening') resolve(printed.url)
      else requests.push(printed)
    })
  })
  return {
    url,
    pid: child.pid ?? 0,
    requests: () => requests,
    stop: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}
