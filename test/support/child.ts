// Starts one of the scripts in this folder as a process of its own and reads what it says line by line.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  process: ChildProcess
  /** Every line it has said. */
  lines: string[]
  /** Resolves when it has said so many lines; rejects with its last words when it ends before. */
  said(count: number): Promise<void>
  /** Ends it at once, without a chance to tidy up. */
  kill(): Promise<void>
}

export function startScript(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const exit = once(child, 'exit')
  const lines: string[] = []
  let complaint = ''
  const waiting: { count: number; resolve: () => void; reject: (error: Error) => void }[] = []
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line)
    for (const one of waiting) if (lines.length >= one.count) one.resolve()
  })
  void exit.then(() => {
    for (const one of waiting) one.reject(new Error(`${script} ended too soon: ${complaint}`))
  })
  return {
    process: child,
    lines,
    said: count =>
      new Promise((resolve, reject) => {
        if (lines.length >= count) resolve()
        else waiting.push({ count, resolve, reject })
      }),
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}
