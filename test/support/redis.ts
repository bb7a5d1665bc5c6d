// A Redis server for one test, on a free port of 127.0.0.1, without persistence; it is ended by its own id with the test at the latest.
import { execFileSync } from 'node:child_process'
import { createClient } from '@redis/client'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './emulator.js'
import { startProcess } from './process.js'
import { closedPort } from './receiver.js'

/** Whether a program of the system is missing; with CI set it must be there, so that what needs it is not skipped. */
export function isMissing(...programs: string[]): boolean {
  if (process.env.CI) return false
  try {
    for (const program of programs) execFileSync('sh', ['-c', `command -v ${program}`])
    return false
  } catch {
    return true
  }
}

export interface TestRedis {
  url: string
  /** Ends it at once, with all it holds. */
  kill(): Promise<void>
  /** Starts it again on its port, empty. */
  again(): Promise<void>
  /** Every key that is there. */
  keys(): Promise<string[]>
  command(...args: string[]): Promise<unknown>
}

/** Starts one; `password` is asked for. */
export async function testRedis({ password }: { password?: string } = {}): Promise<TestRedis> {
  const port = await closedPort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const dir = temporaryFolder()
  const start = async () => {
    const running = startProcess('redis-server', [
      ...args,
      '--dir',
      dir,
      ...(password === undefined ? [] : ['--requirepass', password]),
    ])
    await running.until(
      () => (running.output().stdout.includes('Ready to accept connections') ? true : undefined),
      'Redis was ready',
    )
    return running
  }
  let running = await start()
  const url = `redis://127.0.0.1:${port}`
  const command = async (...command: string[]) => {
    const client = createClient({ url, ...(password === undefined ? {} : { password }) })
    await client.connect()
    const answer = await client.sendCommand(command)
    client.destroy()
    return answer
  }
  onTestFinished(async () => void (await running.end('SIGKILL')))
  return {
    url,
    command,
    kill: async () => void (await running.end('SIGKILL')),
    again: async () => {
      running = await start()
    },
    keys: async () => [(await command('KEYS', '*')) ?? []].flat().map(String),
  }
}
